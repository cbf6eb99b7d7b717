"""The client firewall: one fact each. How often it is right is measured on drafts made from a seed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from audienceos.inbox.firewall import (
    Attachment,
    Contact,
    Directory,
    Draft,
    KnownClient,
    Stop,
    Team,
    Variable,
    inspect,
)
from audienceos.inbox.firewall.addresses import looks_like

OWN, HALDEN, NEXT, FRESH = (UUID(int=number) for number in (1, 2, 3, 4))
SHARED = Contact(address="free@lancer.example", name="Freya Lancer")
CLIENTS = (
    KnownClient(
        id=OWN,
        names=("Kestrel & Finch Ltd",),
        contacts=(Contact(address="dana@kestrel.example", name="Dana Whitlock"), SHARED),
        domains=("kestrel.example",),
        campaigns=("Spring Feathers",),
    ),
    KnownClient(
        id=HALDEN,
        names=("Halden Dental Group", "Müller & Söhne GmbH"),
        contacts=(
            Contact(address="Jonas.Okafor@halden.example", name="Jonas Okafor"),
            Contact(address="jonas@gmail.com", name="Jonas Okafor"),
            Contact(address="team@halden.example", name="Marketing Team"),
            SHARED,
        ),
        domains=("halden.example", "gmail.com"),
        campaigns=("HDG_Search_Implants", "Brand"),
    ),
    KnownClient(id=NEXT, names=("Next",)),
    KnownClient(id=FRESH, names=("Fresh Start",)),
)
TEAM = Team(
    names=("Audience House", "Halden Meyer"), domains=("house.example",), addresses=("tom@gmail.com",)
)
DIRECTORY = Directory(CLIENTS, TEAM)


def stops(client_id: UUID = OWN, **parts: Any) -> tuple[Stop, ...]:
    return inspect(Draft(client_id=client_id, **parts), DIRECTORY)


def kinds(**parts: Any) -> list[tuple[str, str]]:
    return [(stop.kind, stop.severity) for stop in stops(**parts)]


def test_another_clients_contact_stops_in_a_calm_sentence() -> None:
    (stop,) = stops(recipients=("dana@kestrel.example", "jonas.okafor@HALDEN.example"))
    assert (stop.kind, stop.client_id, stop.severity) == ("recipient_of_other_client", HALDEN, "stop")
    assert (stop.where, stop.offset, stop.what) == ("recipient", 1, "jonas.okafor@HALDEN.example")
    assert stop.sentence == "Jonas Okafor belongs to another client, Halden Dental Group."


def test_a_name_before_an_address_is_no_disguise() -> None:
    assert kinds(recipients=("Dana <jonas@gmail.com>",)) == [("recipient_of_other_client", "stop")]


@pytest.mark.parametrize(
    "address",
    ["dana@kestrel.example", "new@kestrel.example", "new@mail.kestrel.example", "free@lancer.example"],
)
def test_own_and_shared_recipients_pass(address: str) -> None:
    assert stops(recipients=(address,)) == ()


@pytest.mark.parametrize("address", ["tom@gmail.com", "anybody@house.example"])
def test_the_agency_itself_passes(address: str) -> None:
    assert stops(recipients=(address,)) == ()


@pytest.mark.parametrize("address", ["new@halden.example", "new@eu.halden.example"])
def test_another_clients_domain_stops(address: str) -> None:
    assert kinds(recipients=(address,)) == [("recipient_domain_of_other_client", "stop")]


def test_free_mail_is_nobodys_domain() -> None:
    assert kinds(recipients=("stranger@gmail.com",)) == [("unknown_recipient", "warn")]


def test_a_stranger_is_a_warning() -> None:
    (stop,) = stops(recipients=("press@paper.example",))
    assert (stop.kind, stop.severity, stop.client_id) == ("unknown_recipient", "warn", None)


@pytest.mark.parametrize(
    "domain", ["kestre1.example", "kes-trel.example", "kestrle.example", "kestrel.examp1e"]
)
def test_a_domain_that_only_looks_like_the_clients_stops(domain: str) -> None:
    assert kinds(recipients=(f"dana@{domain}",)) == [("lookalike_recipient", "stop")]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("acme.com", "acme.co", True),
        ("rnarlow.com", "marlow.com", True),
        ("marlowe.com", "marlow.com", True),
        ("mralow.com", "marlow.com", True),
        ("abc.com", "abd.com", False),
        ("marlow.com", "harbor.com", False),
        ("marlow.com", "marlow.com", False),
    ],
)
def test_likeness(one: str, other: str, alike: bool) -> None:
    assert (looks_like(one, [other]) == other) == alike


@pytest.mark.parametrize(
    "text",
    [
        "The numbers of Halden Dental Group look good.",
        "welcome to halden dental group!",
        "Halden Dental Group's page is live",
        "The ads of HALDEN-DENTAL GROUP run.",
        "see #HaldenDentalGroup",
        "Ask Halden Dental about it.",
        "Die Seite von Mueller und Soehne, also Müller & Söhne.",
        "Mu\u0308ller & So\u0308hne GmbH",
        "Jonas Okafor has signed.",
        "Write to jonas.okafor@halden.example.",
    ],
)
def test_another_clients_name_in_the_text_stops(text: str) -> None:
    assert kinds(text=text) == [("names_other_client", "stop")]


def test_where_a_name_stands_is_told() -> None:
    text = "Hi Dana,\nthe page of Müller & Söhne is live."
    (stop,) = stops(text=text)
    assert text[stop.offset :].startswith(stop.what)
    assert stop.what == "Müller & Söhne"
    assert stop.sentence == "The text names another client, Halden Dental Group."


def test_a_name_that_stands_often_is_told_once() -> None:
    assert len(stops(text="Halden Dental Group. " * 50)) == 1


def test_a_rare_first_word_is_a_doubt() -> None:
    directory = Directory(CLIENTS)
    (stop,) = inspect(Draft(client_id=OWN, text="I spoke to Halden today."), directory)
    assert (stop.kind, stop.severity) == ("names_other_client", "warn")
    assert stop.sentence == "The text says Halden, which may mean another client, Halden Dental Group."


def test_colleagues_and_own_names_pass() -> None:
    text = "Halden Meyer and Audience House greet Kestrel & Finch, Dana Whitlock and Freya Lancer."
    assert stops(text=text) == ()
    assert stops(text="I asked Halden.") == ()


@pytest.mark.parametrize(
    "text",
    [
        "Next week we go.",
        "next steps",
        "See you Next Tuesday.",
        "a fresh start",
        "NEXT\nOne",
        "the next one",
        "our Marketing Team",
    ],
)
def test_everyday_words_pass(text: str) -> None:
    assert stops(text=text) == ()


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("The ads of Next are live.", "warn"),
        ("The ads of Next Ltd are live.", "stop"),
        ("We met Fresh Start today.", "stop"),
    ],
)
def test_everyday_names_are_weighed(text: str, severity: str) -> None:
    assert kinds(text=text) == [("names_other_client", severity)]


def test_a_name_is_whole_words_of_one_sentence() -> None:
    assert stops(text="Haldenesque dental groups. We met at the Fresh. Start now.") == ()


def test_the_longest_name_counts() -> None:
    longer = KnownClient(id=UUID(int=9), names=("Halden Dental Group North",))
    directory = Directory([*CLIENTS, longer], TEAM)
    draft = Draft(client_id=longer.id, text="All of Halden Dental Group North is live.")
    assert inspect(draft, directory) == ()
    (stop,) = inspect(Draft(client_id=HALDEN, text=draft.text), directory)
    assert stop.what == "Halden Dental Group North"


def test_a_name_that_two_clients_have_is_nobody_elses() -> None:
    twin = KnownClient(id=UUID(int=9), names=("Halden Dental Group",))
    draft = Draft(client_id=twin.id, text="All of Halden Dental Group is live.")
    assert inspect(draft, Directory([*CLIENTS, twin], TEAM)) == ()


def test_a_quoted_thread_of_another_client_stops() -> None:
    quoted = "From: Jonas Okafor <jonas.okafor@halden.example>\n> we at Halden Dental Group"
    assert set(kinds(quoted=quoted)) == {("quotes_other_client", "stop")}


def test_another_clients_campaign_stops_and_an_everyday_one_passes() -> None:
    (stop,) = stops(text="Paused: HDG_Search_Implants, Brand and Spring Feathers.")
    assert (stop.kind, stop.what) == ("campaign_of_other_client", "HDG_Search_Implants")


def test_another_clients_file_stops() -> None:
    files = (
        Attachment(name="own.pdf", seen_with=(OWN, HALDEN)),
        Attachment(name="report.pdf", seen_with=(HALDEN,)),
        Attachment(name="halden_dental_group.pdf"),
        Attachment(name="prices.pdf", seen_with=(HALDEN, NEXT, FRESH)),
        Attachment(name="new.pdf"),
    )
    assert [(stop.kind, stop.offset) for stop in stops(attachments=files)] == [
        ("attachment_of_other_client", 1),
        ("attachment_of_other_client", 2),
    ]


def test_another_clients_value_stops() -> None:
    values = (
        Variable(name="name", value="Kestrel", client_id=OWN),
        Variable(name="budget", value="450", client_id=HALDEN),
        Variable(name="signature", value="Tom", client_id=None),
    )
    (stop,) = stops(variables=values)
    assert (stop.kind, stop.offset, stop.what) == ("variable_of_other_client", 1, "450")
    assert stop.sentence == "budget holds a value of another client, Halden Dental Group."


def test_an_empty_draft_and_an_empty_agency_pass() -> None:
    assert stops() == ()
    assert inspect(Draft(client_id=OWN, text="Halden"), Directory([])) == ()
