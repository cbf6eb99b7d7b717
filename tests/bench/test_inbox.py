"""What the bench tells of inboxes is what it found."""

from __future__ import annotations

from bench.inbox import PAGES, InboxCost, InboxPlan, told_inbox
from bench.plans import Scan
from bench.taken import TakingCost, told_taken
from bench.taking_in import lines, mails

from audienceos.inbox.actions.receiving import BATCH


def cost(page: str, visitor: str, wall: float) -> InboxCost:
    return InboxCost(page, visitor, 5, wall, wall)


def test_a_batch_is_a_whole_one_and_goes_on_where_the_last_ended() -> None:
    first, second = mails(BATCH, begin=7, at=0, each=1), mails(BATCH, begin=7, at=1, each=1)
    assert len({one.message_id for one in (*first, *second)}) == 2 * BATCH
    assert {one.references for one in second} == {(one.message_id,) for one in first}
    assert len({one.message_id for one in (*lines(0), *lines(1))}) == 2 * BATCH


def test_a_table_of_messages_that_is_read_whole_misses_the_goal() -> None:
    whole = Scan("communication", "Seq Scan", kept=1, dropped=100_000)
    costs = [cost(page, visitor, 1.5) for page in PAGES for visitor in ("admin", "member")]
    plans = [InboxPlan(page, visitor, []) for page in PAGES for visitor in ("admin", "member")]
    assert [goal.met for goal in told_inbox(4, costs, plans)[1]] == [True, True]
    plans[0] = InboxPlan(plans[0].page, "admin", [whole])
    assert [goal.met for goal in told_inbox(4, costs, plans)[1]] == [True, False]


def test_what_is_known_already_is_no_new_message() -> None:
    slow = TakingCost("known already", 90, 90, 90, 90)
    new = TakingCost("new mail", 2, 2, 2, 2)
    (table,), (goal,) = told_taken([new, slow])
    assert (len(table.rows), goal.met) == (2, True)
