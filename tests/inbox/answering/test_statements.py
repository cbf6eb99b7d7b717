"""How many statements a conversation's page asks, whatever was written in it and is about to leave."""

from __future__ import annotations

from tests.cast import Player
from tests.clients.given import Row
from tests.clients.test_statements import asked
from tests.inbox.answering.given import Desk
from tests.inbox.given import mail
from tests.inbox.test_pages import the_one


async def test_a_conversation_asks_the_same_however_much_is_said_and_answered(
    desk: Desk, ines: Player, tom: Player, thornfield: Row
) -> None:
    await desk.inbox.take(first := mail("m0"))
    at = ines.at(await the_one(desk.inbox))
    few = await asked(desk.database, ines, at)
    for number in range(1, 5):
        await desk.inbox.take(mail(f"m{number}", after=number, references=(first.message_id,)))
        await ines.post(f"{at}/comments", data={"content": f"{number}"})
        await desk.send(tom, text=f"{number}")
        await ines.post("/v1/answer-templates", json={"name": f"{number}", "content": "Hello"})
    many = await asked(desk.database, ines, at)
    assert len(many) == len(few), many
