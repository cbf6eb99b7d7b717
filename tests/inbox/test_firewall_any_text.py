"""The client firewall before texts of any kind and any length."""

from __future__ import annotations

import random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from audienceos.inbox.firewall import Attachment, Contact, Directory, Draft, KnownClient, inspect
from tests.inbox.test_firewall import CLIENTS, NEXT, OWN, TEAM

anything = st.text(max_size=300) | st.text(alphabet="Halden Dtlgroup.@<>next-_'\u0301\n", max_size=300)


@settings(max_examples=150)
@given(anything, anything, anything)
def test_no_text_makes_it_fail(name: str, text: str, address: str) -> None:
    client = KnownClient(
        id=OWN,
        names=(name,),
        contacts=(Contact(address=address, name=text),),
        domains=(address,),
        campaigns=(text,),
    )
    directory = Directory([client, *CLIENTS], TEAM)
    draft = Draft(
        client_id=NEXT,
        recipients=(address, text),
        text=text + name,
        quoted=text,
        attachments=(Attachment(name=name),),
    )
    for stop in inspect(draft, directory):
        assert stop.client_id != NEXT
    assert not [stop for stop in inspect(Draft(client_id=OWN, text=name), directory) if stop.client_id == OWN]


def test_a_long_draft_among_two_thousand_clients_is_looked_through() -> None:
    """Names that begin alike and a text made of them: what takes a step for each client would not end."""
    rng = random.Random(3)
    words = [f"w{number}" for number in range(40)]
    clients = [
        KnownClient(
            id=UUID(int=number),
            names=(" ".join(rng.choices(words, k=rng.randint(2, 12))),),
            contacts=tuple(
                Contact(address=f"{at}@{number}.example", name=f"P{at} Q{number}") for at in range(10)
            ),
        )
        for number in range(1, 2_001)
    ]
    directory = Directory(clients)
    for piece in ("w1 ", "w", "@", "a@b", ".", "\u0301", "a@b-", f"{' '.join(words)} "):
        draft = Draft(client_id=clients[0].id, text=(piece * 50_000)[:50_000])
        assert isinstance(inspect(draft, directory), tuple)
    (stop,) = inspect(Draft(client_id=clients[0].id, text=f"{'x' * 49_000} {clients[1].names[0]}"), directory)
    assert stop.client_id == clients[1].id
