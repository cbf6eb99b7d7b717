"""Who waits for whom: one fact each. How often it is right is measured on the labelled threads."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audienceos.inbox.waiting import Override, Turn, Verdict, judge
from tests.inbox.quality.threads import FIRST, ZONE

ASKS = "Could you send us the report?"


def said(*lines: str, automatic: str | None = None) -> list[Turn]:
    """Turns an hour apart; `>` comes from outside."""
    return [
        Turn(
            id=str(number),
            at=FIRST + timedelta(hours=number),
            inbound=line.startswith(">"),
            author="Dana Whitlock" if line.startswith(">") else "Tom Reyes",
            person=None if line.startswith(">") else "tom",
            text=line[1:].strip(),
            automatic=automatic if number == len(lines) else None,
        )
        for number, line in enumerate(lines, 1)
    ]


def judged(*lines: str, override: Override | None = None, now: datetime | None = None) -> Verdict:
    return judge(said(*lines), now=now or FIRST, zone=ZONE, override=override)


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}


def test_a_question_waits_from_when_it_was_asked() -> None:
    verdict = judged("> Thanks for the call!", f"> {ASKS}", "> It's for the board.")
    assert verdict.needs_reply
    assert (verdict.turn_id, verdict.since) == ("2", FIRST + timedelta(hours=2))
    assert verdict.reasons[0].code == "asks_question"
    assert verdict.reasons[0].quote == ASKS


@pytest.mark.parametrize(
    "hello", ["Hi,", "Hi Tom,", "Good morning everybody,", "Sehr geehrter Herr Reyes,", "Dear all,"]
)
def test_a_greeting_says_nothing_by_itself(hello: str) -> None:
    news = "Our developer has moved the site to another host last night."
    assert judged(f"> {hello}\n{news}").reasons[0].quote == news
    assert not judged(f"> {hello}\nThanks!").needs_reply


@pytest.mark.parametrize("closing", ["Thanks!", "Many thanks,\nDana", "Danke und Grüße", "Merci d'avance"])
def test_thanks_that_close_a_message_are_no_thanks_for_anything(closing: str) -> None:
    assert judged(f"> Our developer has moved the site to another host last night.\n{closing}").needs_reply


def test_an_answer_ends_the_wait() -> None:
    verdict = judged(f"> {ASKS}", "< The report is attached.")
    assert not verdict.needs_reply
    assert (verdict.since, verdict.turn_id) == (None, None)
    assert "answered" in codes(verdict)


@pytest.mark.parametrize(
    "closing",
    ["Thanks!", "👍", "perfect, speak then", "Danke!", "Merci beaucoup", "¡Gracias!", "Top, bedankt"],
)
def test_thanks_close(closing: str) -> None:
    verdict = judged(f"> {ASKS}", "< The report is attached.", f"> {closing}")
    assert not verdict.needs_reply
    assert codes(verdict) == {"acknowledgement_only"}


def test_thanks_with_a_question_open_again() -> None:
    verdict = judged(f"> {ASKS}", "< It's attached.", "> Thanks! And when can we expect the invoice?")
    assert verdict.turn_id == "3"


def test_thanks_leave_an_open_question_open() -> None:
    assert judged(f"> {ASKS}", "> Thanks!").turn_id == "1"


def test_our_thanks_are_no_answer_to_a_question() -> None:
    assert judged(f"> {ASKS}", "< Thanks for your message!").needs_reply


@pytest.mark.parametrize("why", ["auto-submitted", "newsletter", "bounce", "calendar", "bot"])
def test_what_no_human_wrote_opens_nothing(why: str) -> None:
    verdict = judge(said(f"> {ASKS}", automatic=why), now=FIRST, zone=ZONE)
    assert not verdict.needs_reply
    assert codes(verdict) == {"bulk" if why == "newsletter" else "automatic_reply"}


def test_our_automatic_reply_answers_nothing() -> None:
    turns = said(f"> {ASKS}", "< We have received your mail and will reply soon.", automatic="auto-submitted")
    assert judge(turns, now=FIRST, zone=ZONE).turn_id == "1"


def test_a_copy_opens_nothing() -> None:
    turn = Turn(id="1", at=FIRST, inbound=True, author="Dana", text=ASKS, addressed=False)
    verdict = judge([turn], now=FIRST, zone=ZONE)
    assert (verdict.needs_reply, codes(verdict)) == (False, {"only_in_copy"})


def test_our_promise_keeps_them_waiting_and_is_late_only_after_its_day() -> None:
    lines = (f"> {ASKS}", "< We'll get back to you by Friday.")
    verdict = judged(*lines, now=FIRST + timedelta(days=4))
    assert verdict.needs_reply
    assert (verdict.turn_id, verdict.due, verdict.overdue) == ("1", date(2026, 3, 6), False)
    assert "we_promised" in codes(verdict)
    assert judged(*lines, now=FIRST + timedelta(days=5)).overdue


def test_a_promise_is_its_author_s() -> None:
    (promise,) = judged(f"> {ASKS}", "< We'll get back to you by Friday.").promises
    assert (promise.by, promise.owner, promise.person, promise.turn_id) == ("us", "Tom Reyes", "tom", "2")
    assert promise.quote == "We'll get back to you by Friday."
    assert promise.is_open


def test_what_was_promised_and_comes_is_kept() -> None:
    verdict = judged(f"> {ASKS}", "< We'll send it tomorrow.", "< Here's the report.")
    assert not verdict.needs_reply
    assert [(one.kept, one.is_open) for one in verdict.promises] == [(True, False)]


def test_a_new_promise_takes_the_place_of_the_old() -> None:
    verdict = judged(f"> {ASKS}", "< We'll send it tomorrow.", "< Sorry, you'll get it on Thursday.")
    assert [(one.replaced, one.due) for one in verdict.promises] == [
        (True, date(2026, 3, 3)),
        (False, date(2026, 3, 5)),
    ]
    assert verdict.due == date(2026, 3, 5)


def test_their_promise_lets_us_wait() -> None:
    verdict = judged("< Could you send the logo?", "> Sure, I'll send it tomorrow.")
    assert not verdict.needs_reply
    assert [(one.by, one.owner, one.due) for one in verdict.promises] == [
        ("them", "Dana Whitlock", date(2026, 3, 3))
    ]
    assert codes(verdict) == {"they_promised"}


def test_their_trouble_is_ours_though_they_will_do_something_too() -> None:
    verdict = judged("> The pixel is broken again. I'll send you a screenshot tonight.")
    assert (verdict.needs_reply, [one.by for one in verdict.promises]) == (True, ["them"])


def test_what_we_announce_unasked_is_no_promise() -> None:
    assert judged("< Just a heads up: we will increase the budget on Friday as agreed.").promises == ()


def test_thanks_for_help_ask_for_none() -> None:
    assert not judged("> Thanks for your help today.").needs_reply


def test_a_promise_that_rests_on_the_other_is_none() -> None:
    assert judged("< Once you've sent the logo we'll add it to the page.").promises == ()


def test_a_person_s_word_holds_until_somebody_outside_writes() -> None:
    lines = (f"> {ASKS}", "> Hello?")
    closed = Override(needs_reply=False, at=FIRST + timedelta(hours=2, minutes=1))
    verdict = judged(*lines, override=closed)
    assert (verdict.needs_reply, codes(verdict) & {"person_said"}) == (False, {"person_said"})
    assert judged(*lines, "> Any news?", override=closed).turn_id == "3"
    assert not judged(*lines, "> Thanks!", override=closed).needs_reply


def test_a_person_can_open_what_we_thought_closed() -> None:
    lines = (f"> {ASKS}", "< It's attached.", "> Thanks!")
    opened = Override(needs_reply=True, at=FIRST + timedelta(hours=3, minutes=1))
    verdict = judged(*lines, override=opened)
    assert (verdict.needs_reply, verdict.turn_id) == (True, "3")
    assert not judged(*lines, "< And here's the second one.", override=opened).needs_reply


def test_what_no_human_wrote_does_not_undo_a_person_s_word() -> None:
    closed = Override(needs_reply=False, at=FIRST + timedelta(hours=1, minutes=1))
    turns = said(f"> {ASKS}", "> I am out of the office.", automatic="auto-submitted")
    assert not judge(turns, now=FIRST, zone=ZONE, override=closed).needs_reply


def test_the_order_of_arrival_is_no_matter() -> None:
    turns = said(f"> {ASKS}", "< We'll send it tomorrow.", "> Thanks!", "< Here it is.", "> Where?")
    expected = judge(turns, now=FIRST, zone=ZONE)
    for mixed in itertools.permutations(turns):
        assert judge(mixed, now=FIRST, zone=ZONE) == expected


def test_nobody_waits_in_an_empty_thread() -> None:
    assert judge([], now=FIRST, zone=ZONE) == Verdict(
        needs_reply=False, since=None, turn_id=None, reasons=(), promises=()
    )


anything = st.text(max_size=400) | st.text(alphabet="?!., \n'@-thanksIwewillsend", max_size=400)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.booleans(), anything, anything, st.integers(0, 9)), max_size=6))
def test_no_text_makes_it_fail(given: list[tuple[bool, str, str, int]]) -> None:
    turns = [
        Turn(id=str(at), at=FIRST + timedelta(hours=hour), inbound=inbound, author=author, text=text)
        for at, (inbound, author, text, hour) in enumerate(given)
    ]
    verdict = judge(turns, now=FIRST, zone=ZONE)
    assert verdict == judge(turns, now=FIRST, zone=ZONE)
    assert verdict.needs_reply == (verdict.since is not None)


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time_are_days_too(year: int) -> None:
    at = datetime(year, 12, 31, 23, tzinfo=UTC)
    turn = Turn(id="1", at=at, inbound=False, author="Tom", text="I'll send it tomorrow, by Friday.")
    assert judge([turn], now=FIRST, zone=ZONE).needs_reply


@pytest.mark.parametrize(
    "piece",
    ["a", ".", "? ", "\u0301\u0323", "http://", "I'll ", "we will not ", "Could you ", "x.y", "i\n", "'@"],
)
def test_a_long_text_takes_time_in_proportion(piece: str) -> None:
    """A megabyte that is made to be slow: what takes the square of its length would not end."""
    text = piece * (1_000_000 // len(piece) if len(piece) < 3 and piece not in ("? ", "i\n") else 20_000)
    turn = Turn(id="1", at=FIRST, inbound=True, author="Dana", text=text)
    assert len(judge([turn], now=FIRST, zone=ZONE).reasons) == 1


def test_a_megabyte_of_mail_is_judged() -> None:
    words = ["please", "can you", "we'll", "send", "it", "by friday", "thanks", "is broken", "?", ".", "\n"]
    text = " ".join(random.Random(7).choices(words, k=180_000))
    assert judge(
        [Turn(id="1", at=FIRST, inbound=True, author="Dana", text=text)], now=FIRST, zone=ZONE
    ).needs_reply
