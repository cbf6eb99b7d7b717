"""What Slack sends, read: an event of the Events API, or an item of `conversations.history` and `conversations.replies`.

Slack adds fields and subtypes as it likes, so everything is asked for and nothing taken for granted; no value of the
JSON makes these functions raise. Forms are those of https://docs.slack.dev/reference/events/message.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from audienceos.providers.slack.blocks import text_of_attachments, text_of_blocks
from audienceos.providers.slack.shapes import Kind, Said, SharedFile, Skipped, moment_of
from audienceos.providers.slack.values import as_count, as_list, as_object, as_text

_TEXT_CHARS = 100_000
"""Slack cuts at 40,000."""
_FILES = 50
_ID: Final = re.compile(r"[A-Za-z0-9]{1,40}")

_SAID: Final[dict[str, Kind]] = {
    "": "message",
    "file_share": "file_share",
    "thread_broadcast": "thread_broadcast",
    "bot_message": "bot_message",
    "me_message": "me_message",
}
_NOTICES: Final = frozenset(
    (
        *(
            "app_conversation_join",
            "assistant_app_thread",
            "bot_add",
            "bot_disable",
            "bot_enable",
            "bot_remove",
        ),
        *(
            "channel_archive",
            "channel_canvas_updated",
            "channel_convert_to_private",
            "channel_convert_to_public",
        ),
        *("channel_join", "channel_leave", "channel_name", "channel_posting_permissions", "channel_purpose"),
        *("channel_topic", "channel_unarchive", "document_mention", "ekm_access_denied", "file_comment"),
        *(
            "file_mention",
            "group_archive",
            "group_join",
            "group_leave",
            "group_name",
            "group_purpose",
            "group_topic",
        ),
        *("group_unarchive", "huddle_thread", "joiner_notification", "joiner_notification_for_inviter"),
        *(
            "message_replied",
            "pinned_item",
            "reminder_add",
            "reminder_delete",
            "reply_broadcast",
            "sh_room_created",
        ),
        *("sh_room_shared", "tabbed_canvas_updated", "unpinned_item"),
    )
)
_TAKEN_BACK: Final = "tombstone"
"""A thread's first message that was deleted while its replies stay."""
_GONE: Final = frozenset(["tombstone", "hidden_by_limit"])


def said_of_event(event: object) -> Said | Skipped:
    """What a `message` event tells: something new, an edit (`is_change`), or a deletion (`deleted`)."""
    told = as_object(event)
    channel = as_text(told.get("channel"), 40)
    match told.get("subtype"):
        case "message_changed":
            said = said_of_item(told.get("message"), channel)
            return msgspec.structs.replace(said, is_change=True) if isinstance(said, Said) else said
        case "message_deleted":
            return _deleted(told, channel)
        case _:
            return said_of_item(told, channel)


def said_of_item(item: object, channel: str) -> Said | Skipped:
    """What an item of a channel's history says. The item doesn't name its channel, so the caller does."""
    told = as_object(item)
    subtype, ts = as_text(told.get("subtype"), 60), as_text(told.get("ts"), 40)
    skipped = Skipped(reason="not_a_message", subtype=subtype, channel=channel, ts=ts)
    if told.get("type") != "message":
        return skipped
    if not _ID.fullmatch(channel):
        return msgspec.structs.replace(skipped, reason="no_channel", channel="")
    if moment_of(ts) is None:
        return msgspec.structs.replace(skipped, reason="no_ts", ts="")
    if subtype == _TAKEN_BACK:
        return Said(channel=channel, ts=ts, thread_ts=_ts(told, "thread_ts"), deleted=True, is_change=True)
    kind = _SAID.get(subtype)
    if kind is None:
        return msgspec.structs.replace(skipped, reason="system" if subtype in _NOTICES else "unknown_subtype")
    if told.get("hidden") is True:
        return msgspec.structs.replace(skipped, reason="hidden")
    said = _said(told, channel, ts, kind)
    return said if said.text.strip() or said.files else msgspec.structs.replace(skipped, reason="empty")


def _said(told: dict[str, object], channel: str, ts: str, kind: Kind) -> Said:
    bot = as_text(told.get("bot_id"), 40)
    metadata = as_object(told.get("metadata"))
    return Said(
        channel=channel,
        ts=ts,
        thread_ts=_ts(told, "thread_ts"),
        user=as_text(told.get("user"), 40),
        username=_name(told),
        bot=bot,
        team=next(
            (as_text(told[key], 40) for key in ("user_team", "source_team", "team") if told.get(key)), ""
        ),
        text=_text(told),
        files=_files(told),
        edited=_ts(as_object(told.get("edited")), "ts"),
        kind="bot_message" if bot and kind == "message" else kind,
        permalink=as_text(told.get("permalink"), 500),
        client_msg_id=as_text(told.get("client_msg_id"), 60),
        reply_count=as_count(told.get("reply_count")),
        latest_reply=_ts(told, "latest_reply"),
        note=as_text(metadata.get("event_type"), 60),
        noted={
            name: as_text(value, 100)
            for name, value in as_object(metadata.get("event_payload")).items()
            if name in ("id", "author")
        },
    )


def _deleted(told: dict[str, object], channel: str) -> Said | Skipped:
    before = as_object(told.get("previous_message"))
    ts = as_text(told.get("deleted_ts"), 40) or as_text(before.get("ts"), 40)
    if not _ID.fullmatch(channel):
        return Skipped(reason="no_channel", subtype="message_deleted", ts=ts)
    if moment_of(ts) is None:
        return Skipped(reason="no_ts", subtype="message_deleted", channel=channel)
    user, thread_ts = as_text(before.get("user"), 40), _ts(before, "thread_ts")
    return Said(channel=channel, ts=ts, thread_ts=thread_ts, user=user, deleted=True, is_change=True)


def _ts(told: dict[str, object], key: str) -> str:
    ts = as_text(told.get(key), 40)
    return ts if moment_of(ts) is not None else ""


def _text(told: dict[str, object]) -> str:
    """The text; where an app left it empty, what its blocks and attachments show."""
    text = as_text(told.get("text"), _TEXT_CHARS)
    if text.strip():
        return text
    return (
        text_of_blocks(told.get("blocks"))[:_TEXT_CHARS]
        or text_of_attachments(told.get("attachments"))[:_TEXT_CHARS]
    )


def _name(told: dict[str, object]) -> str:
    """The name that the message brings: the profile that goes with events, the name that an app gives itself."""
    profile, bot = as_object(told.get("user_profile")), as_object(told.get("bot_profile"))
    names = (profile.get("display_name"), profile.get("real_name"), told.get("username"), bot.get("name"))
    return next((" ".join(as_text(name, 200).split()) for name in names if as_text(name, 200).strip()), "")


def _files(told: dict[str, object]) -> tuple[SharedFile, ...]:
    files: list[SharedFile] = []
    for entry in as_list(told.get("files"))[:_FILES]:
        file = as_object(entry)
        file_id = as_text(file.get("id"), 40)
        if not _ID.fullmatch(file_id):
            continue
        name = as_text(file.get("name"), 255) or as_text(file.get("title"), 255) or file_id
        files.append(
            SharedFile(
                id=file_id,
                name=" ".join(name.replace("/", " ").replace("\\", " ").split()) or file_id,
                media_type=as_text(file.get("mimetype"), 100) or "application/octet-stream",
                size=as_count(file.get("size")),
                is_gone=as_text(file.get("mode")) in _GONE,
            )
        )
    return tuple(files)
