"""What was said is told from what was quoted, in seven languages, and nothing is ever lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audienceos.platform.mail.reading.quoted import fold
from tests.platform.mail.reading.letters import letter

ANNOUNCED = [
    "On Wed, Nov 11, 2026 at 9:14\u202fAM Mara Lindt <mara@agency.example> wrote:",
    "On Wed, Nov 11, 2026 at 9:14 AM Mara Lindt\n<mara@agency.example>\nwrote:",
    "Am 11.11.2026 um 09:14 schrieb Mara Lindt:",
    "Am Mi., 11. Nov. 2026 um 09:14 Uhr schrieb Mara Lindt <mara@agency.example>:",
    "Mara Lindt <mara@agency.example> schrieb am Mi., 11. Nov. 2026, 09:14:",
    "Le mer. 11 nov. 2026 à 09:14, Mara Lindt <mara@agency.example> a écrit\xa0:",
    "El mié, 11 nov 2026 a las 9:14, Mara Lindt (<mara@agency.example>) escribió:",
    "Op wo 11 nov 2026 om 09:14 schreef Mara Lindt <mara@agency.example>:",
    "Op 11 nov. 2026 heeft Mara Lindt <mara@agency.example> het volgende geschreven:",
    "Il giorno mer 11 nov 2026 alle ore 09:14 Mara Lindt <mara@agency.example> ha scritto:",
    "Em qua., 11 de nov. de 2026 às 09:14, Mara Lindt <mara@agency.example> escreveu:",
    "2026-11-11 9:14 GMT+01:00 Mara Lindt <mara@agency.example>:",
]
DIVIDED = [
    "-----Original Message-----\nFrom: Mara",
    "-----Ursprüngliche Nachricht-----\nVon: Mara",
    "---------- Forwarded message ---------",
    "-------- Message d'origine --------",
    "-----Mensaje original-----",
    "-----Oorspronkelijk bericht-----",
    "-----Messaggio originale-----",
    "-----Mensagem original-----",
    "Begin forwarded message:",
    "Anfang der weitergeleiteten Nachricht:",
    "________________________________\nFrom: Mara\nSent: Monday\nTo: Dana\nSubject: Hi",
    "From: Mara\nSent: Monday, November 9, 2026\nTo: Dana\nSubject: Hi",
    "*From:* Mara\n*Sent:* Monday\n*To:* Dana",
    "Von: Mara\nGesendet: Montag, 9. November 2026\nAn: Dana\nBetreff: Hallo",
    "De : Mara\nEnvoyé : lundi 9 novembre 2026\nÀ : Dana\nObjet : Bonjour",
    "De: Mara\nEnviado el: lunes, 9 de noviembre\nPara: Dana\nAsunto: Hola",
    "Van: Mara\nVerzonden: maandag 9 november\nAan: Dana\nOnderwerp: Hoi",
    "Da: Mara\nInviato: lunedì 9 novembre\nA: Dana\nOggetto: Ciao",
    "De: Mara\nEnviada em: segunda-feira\nPara: Dana\nAssunto: Oi",
]


@pytest.mark.parametrize("line", ANNOUNCED)
@pytest.mark.parametrize("history", ["\n> Hi\n> there\n", "\n\nHi\nthere\n"])
def test_an_announced_history_is_folded(line: str, history: str) -> None:
    folded = fold(f"Thanks!\n\n{line}{history}")
    assert (folded.said, folded.quoted) == ("Thanks!\n\n", line + history)


@pytest.mark.parametrize("line", DIVIDED)
def test_a_divided_history_is_folded(line: str) -> None:
    folded = fold(f"Thanks!\n\n{line}\n\nHi\n")
    assert (folded.said, folded.quoted) == ("Thanks!\n\n", f"{line}\n\nHi\n")


def test_a_run_of_marks_needs_no_announcement() -> None:
    assert fold("Yes.\n> Really?\n>> Hm\n\n> Ok").quoted == "> Really?\n>> Hm\n\n> Ok"


@pytest.mark.parametrize(
    "text",
    [
        "On 9 Nov 2026 Mara wrote:\n> One?\nYes.\n> Two?\nNo.\n",  # answered one by one
        "On 9 Nov 2026 Mara wrote:\n> Hi\n\nMy answer stands below.\n",
        "On the other hand he wrote:\nnothing\n",
        "Le chat a écrit :\nmiaou\n",
        "From: Berlin\nto Paris by train.\n",
        "From: our side\nDate: open\nThanks\n",
        "We have 5 -- or 6 -- days.\n",
        "-----\nA table\n-----\n",
    ],
)
def test_what_was_said_stays(text: str) -> None:
    assert fold(text).said == text


def test_the_last_run_is_folded_though_others_were_answered() -> None:
    folded = fold("> One?\nYes.\n> And the rest\n> of it\n")
    assert (folded.said, folded.quoted) == ("> One?\nYes.\n", "> And the rest\n> of it\n")


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nDana\nHarbor Coffee\n",
        "--\nDana\n",
        "Sent from my iPhone\n",
        "Von meinem iPhone gesendet\n",
        "Envoyé de mon iPhone\n",
        "Enviado desde mi iPhone\n",
        "Verstuurd vanaf mijn iPhone\n",
        "Inviato da iPhone\n",
        "Enviado do meu iPhone\n",
        "Get Outlook for iOS <https://aka.example/o0ukef>\n",
        "Gesendet mit der GMX Mail App\n",
    ],
)
@pytest.mark.parametrize("history", ["", "\nOn 9 Nov 2026 Mara wrote:\n> Hi\n"])
def test_a_signature_is_told(signature: str, history: str) -> None:
    folded = fold(f"Thanks!\n\n{signature}{history}")
    assert (folded.said, folded.signature.strip()) == ("Thanks!\n\n", signature.strip())
    assert folded.quoted == history.removeprefix("\n")


def test_a_signature_below_the_history() -> None:
    folded = fold(letter("gmail").text)
    assert folded.said.endswith("Thanks!\nDana\n\n")
    assert folded.quoted.startswith("On Wed, Nov 11, 2026 at 9:14")
    assert folded.signature == "-- \nDana O'Neill\nHarbor Coffee"
    assert not folded.is_signed_above


def test_outlooks_history() -> None:
    folded = fold(letter("outlook").text)
    assert folded.said.endswith("Viele Grüße\nSabine Krüger\n\n")
    assert folded.quoted.startswith("Von: Mara Lindt")


def test_a_forward_without_a_word_is_all_history() -> None:
    assert fold("---------- Forwarded message ---------\nFrom: a\n\nHi").said == ""


def test_a_sentence_about_a_phone_is_no_signature() -> None:
    text = "Sent from my phone you can see the page.\n" + "More.\n" * 4
    assert fold(text).said == text


_LINES = st.sampled_from(
    [*ANNOUNCED, *DIVIDED, "> a", ">", "", "-- ", "--", "Sent from my iPhone", "Yes.", "On 1", "wrote:"]
)


@settings(max_examples=150)
@given(
    st.lists(_LINES | st.text(max_size=20), max_size=25), st.sampled_from(["\n", "\r\n", "\r", "\x85", "\f"])
)
def test_the_three_are_the_whole_text(lines: list[str], end: str) -> None:
    text = end.join(lines)
    assert fold(text).whole == text
