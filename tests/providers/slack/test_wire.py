"""Messages as Slack sends them: what was said, edited and taken back, and why the rest is no message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audienceos.providers.slack.shapes import Said, SharedFile, Skipped, moment_of
from audienceos.providers.slack.wire import said_of_event, said_of_item

TS = "1794838403.000200"
PLAIN: dict[str, Any] = {
    "type": "message",
    "channel": "C0DANA",
    "channel_type": "channel",
    "user": "U0DANA",
    "text": "Can we move the call?",
    "ts": TS,
    "event_ts": TS,
    "team": "T0HARBOR",
    "client_msg_id": "7b1e3c3e-0001",
    "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
}


def _said(**changed: object) -> Said:
    said = said_of_event(PLAIN | changed)
    assert isinstance(said, Said)
    return said


def _skipped(event: object) -> Skipped:
    skipped = said_of_event(event)
    assert isinstance(skipped, Skipped)
    return skipped


def test_a_message() -> None:
    assert _said() == Said(
        channel="C0DANA",
        ts=TS,
        user="U0DANA",
        team="T0HARBOR",
        text="Can we move the call?",
        client_msg_id="7b1e3c3e-0001",
    )
    assert _said().at == datetime(2026, 11, 16, 14, 13, 23, 200, tzinfo=UTC)


def test_an_item_of_the_history_is_the_same_message() -> None:
    item = {key: value for key, value in PLAIN.items() if key not in ("channel", "channel_type", "event_ts")}
    assert said_of_item(item, "C0DANA") == _said()


def test_a_reply_stands_in_its_thread() -> None:
    assert _said(thread_ts="1794838000.000100").is_reply
    assert not _said(thread_ts=TS, reply_count=3).is_reply
    assert _said(subtype="thread_broadcast", thread_ts="1794838000.000100").kind == "thread_broadcast"


def test_an_edit_changes_the_message_that_was_there() -> None:
    changed = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": "C0DANA",
        "ts": "1794838500.000300",
        "message": {
            **PLAIN,
            "text": "Can we move the call to 4?",
            "edited": {"user": "U0DANA", "ts": "1794838500.000000"},
        },
        "previous_message": PLAIN,
    }
    said = said_of_event(changed)
    assert isinstance(said, Said)
    assert (said.ts, said.text, said.edited, said.is_change) == (
        TS,
        "Can we move the call to 4?",
        "1794838500.000000",
        True,
    )


def test_a_deletion_names_the_message_that_is_gone() -> None:
    deleted = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": "C0DANA",
        "ts": "1794838600.000400",
        "deleted_ts": TS,
        "previous_message": PLAIN | {"thread_ts": "1794838000.000100"},
    }
    assert said_of_event(deleted) == Said(
        channel="C0DANA", ts=TS, thread_ts="1794838000.000100", user="U0DANA", deleted=True, is_change=True
    )


def test_a_threads_first_message_that_was_deleted_leaves_a_stone() -> None:
    changed = {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C0DANA",
        "ts": "1794838600.000400",
    }
    stone = {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "ts": TS,
        "thread_ts": TS,
    }
    said = said_of_event(changed | {"message": stone})
    assert isinstance(said, Said)
    assert (said.deleted, said.ts, said.text) == (True, TS, "")


def test_files() -> None:
    files = [
        {
            "id": "F1",
            "name": "offer.pdf",
            "mimetype": "application/pdf",
            "size": 1234,
            "url_private": "https://files.example/x",
        },
        {"id": "F2", "mode": "tombstone"},
        {"id": "F3", "file_access": "check_file_info"},
        {"id": "../F4", "name": "x"},
        "nonsense",
    ]
    said = _said(subtype="file_share", text="", files=files)
    assert said.kind == "file_share"
    assert said.files == (
        SharedFile(id="F1", name="offer.pdf", media_type="application/pdf", size=1234),
        SharedFile(id="F2", name="F2", media_type="application/octet-stream", size=0, is_gone=True),
        SharedFile(id="F3", name="F3", media_type="application/octet-stream", size=0),
    )


def test_an_app_says_who_it_is() -> None:
    said = _said(subtype="bot_message", user=None, bot_id="B0APP", username="Build  bot", text="Done")
    assert (said.kind, said.user, said.bot, said.username) == ("bot_message", "", "B0APP", "Build bot")
    said = _said(bot_id="B0APP", bot_profile={"name": "Reporter"})
    assert (said.kind, said.user, said.username) == ("bot_message", "U0DANA", "Reporter")


def test_an_app_that_says_all_in_blocks_is_heard() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Report"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*Spend* 100"},
            "fields": [{"type": "mrkdwn", "text": "CPA 5"}],
        },
        {"type": "divider"},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "a<b "}, {"type": "user", "user_id": "U1"}],
                        }
                    ],
                }
            ],
        },
    ]
    assert _said(text="", blocks=blocks).text == "Report\n*Spend* 100\nCPA 5\n• a&lt;b <@U1>"


def test_a_forwarded_message_is_heard() -> None:
    assert _said(
        text="", attachments=[{"title": "Offer", "text": "Yes", "fallback": "x"}, {"fallback": "old"}]
    ).text == ("Offer\nYes\n\nold")


def test_the_profile_that_comes_along_names_the_sender() -> None:
    assert _said(user_profile={"display_name": "", "real_name": "Dana O'Neill"}).username == "Dana O'Neill"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"subtype": "channel_join"}, "system"),
        ({"subtype": "channel_leave"}, "system"),
        ({"subtype": "channel_topic"}, "system"),
        ({"subtype": "pinned_item"}, "system"),
        ({"subtype": "something_new"}, "unknown_subtype"),
        ({"hidden": True}, "hidden"),
        ({"channel": None}, "no_channel"),
        ({"channel": "../C1"}, "no_channel"),
        ({"ts": None}, "no_ts"),
        ({"ts": "yesterday"}, "no_ts"),
        ({"type": "reaction_added"}, "not_a_message"),
        ({"text": " "}, "empty"),
        ({"subtype": "message_changed"}, "not_a_message"),
        ({"subtype": "message_deleted", "deleted_ts": None}, "no_ts"),
    ],
)
def test_why_an_event_is_nothing_that_was_said(changed: dict[str, Any], reason: str) -> None:
    assert _skipped(PLAIN | changed).reason == reason


@pytest.mark.parametrize("event", [None, [], "x", 1, {}, {"type": "message"}])
def test_what_is_no_event(event: object) -> None:
    assert _skipped(event).reason in ("not_a_message", "no_channel")


@pytest.mark.parametrize(
    ("ts", "moment"),
    [
        ("0.000000", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1794838403.5", datetime(2026, 11, 16, 14, 13, 23, 500_000, tzinfo=UTC)),
        ("1794838403", datetime(2026, 11, 16, 14, 13, 23, tzinfo=UTC)),
        ("1794838403.1234567", datetime(2026, 11, 16, 14, 13, 23, 123_456, tzinfo=UTC)),
        *(
            (wrong, None)
            for wrong in ("", "-1", "1e9", "9" * 400, "999999999999.0", "١٢", "1.x", "1.2.3", " 1")
        ),
    ],
)
def test_moments(ts: str, moment: datetime | None) -> None:
    assert moment_of(ts) == moment


def test_nothing_that_no_database_keeps_is_in_a_message() -> None:
    assert _said(text="a\x00b\ud800c").text == "abc"


_KEYS = st.sampled_from(
    [
        *PLAIN,
        "subtype",
        "message",
        "previous_message",
        "deleted_ts",
        "files",
        "edited",
        "attachments",
        "elements",
    ]
)
_ATOMS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["message_changed", TS, "C1", "rich_text"])
)
_JSON = st.recursive(
    _ATOMS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=20,
)


@settings(max_examples=80)
@given(st.dictionaries(_KEYS, _JSON, max_size=6), st.booleans())
def test_any_json_is_read_or_skipped(changed: dict[str, Any], is_whole: bool) -> None:
    got = said_of_event(PLAIN | changed if is_whole else changed)
    assert isinstance(got, (Said, Skipped))
    if isinstance(got, Said):
        assert got.at.tzinfo is UTC
        assert got.deleted or got.text.strip() or got.files
