"""Mails as the world's mail programs send them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audienceos.platform.mail.reading.letter import part_of, read_mail
from audienceos.platform.mail.reading.shapes import Attached, Mailbox
from tests.platform.mail.reading.letters import SAMPLES, letter, sample


def test_outlook_names_its_people_and_its_thread() -> None:
    read = letter("outlook")
    assert read.sender == Mailbox(name="Krüger, Sabine", address="sabine.krueger@northwind.example")
    assert [who.name for who in read.cc] == ["Jonas Weber", "Buchhaltung"]
    assert read.subject == "AW: Freigabe der Anzeigen für November – bitte prüfen"
    assert read.in_reply_to == "CAF1a2b3c@mail.agency.example"
    assert read.date == datetime(2026, 11, 10, 9, 12, 41, tzinfo=UTC)


def test_outlook_parts_lie_in_each_other() -> None:
    read = letter("outlook")
    assert read.text.startswith("Hallo Mara,\n\ndie Anzeigen sind freigegeben – bitte nur den Preis auf 49 €")
    assert read.html is not None
    assert "<b>freigegeben</b> –" in read.html
    picture, document = read.attachments
    assert (picture.part, picture.is_inline, picture.content_id) == (
        "1.2",
        True,
        "image001.png@01DB3340.A1B2C3D0",
    )
    assert document == Attached(
        name="Freigabe für November.pdf", media_type="application/pdf", size=16, part="2"
    )
    assert part_of(sample("outlook"), "2") == b"%PDF-1.7 invoice"


def test_gmail_keeps_text_and_html() -> None:
    read = letter("gmail")
    assert "the pricing page <https://harbor.example/pricing?utm_source=mail>?" in read.text
    assert read.html is not None
    assert 'class="gmail_quote' in read.html
    assert read.references == ("a1@agency.example", "CAGx7Q1@mail.gmail.example")
    assert read.faults == ()


def test_apple_mail_puts_text_between_pictures() -> None:
    read = letter("apple-mail")
    assert read.text.split("\n\n")[:2] == ["The first one is from the shop:", "And a list:"]
    assert [(file.name, file.part, file.is_inline) for file in read.attachments] == [
        ("shop front.jpeg", "2", False),
        ("Lista de imágenes y títulos.csv", "4", False),
    ]


@pytest.mark.parametrize(
    ("name", "sender", "subject", "text"),
    [
        (
            "german-latin1",
            "Jürgen Groß",
            "Änderung der Öffnungszeiten",
            "Grüße aus München, wir öffnen künftig um acht.",
        ),
        (
            "german-cp1252-raw",
            "Jürgen Groß",
            "Änderung – „dringend“",
            "Der Preis ist „49 €“ – größer geht’s nicht.",
        ),
        ("japanese", "山田太郎", "会議の件について", "お世話になっております。番の資料です。"),
        ("chinese", "王小明", "广告预算镕", "您好，朱镕基路的广告预算已确认。"),
        ("russian", "Иван Петров", "Отчёт", "Добрый день, отчёт готов."),
        ("no-charset", "", "Réservation", "Déjà réservé à l'hôtel, merci !"),
        ("wrong-charset", "", "Says UTF-8", "Die Größe stimmt nicht, schöne Grüße"),
    ],
)
def test_every_alphabet(name: str, sender: str, subject: str, text: str) -> None:
    read = letter(name)
    assert read.sender is not None
    assert (read.sender.name, read.subject, read.text) == (sender, subject, text)


def test_a_wrong_charset_is_told() -> None:
    assert letter("wrong-charset").faults == ("part 1: it is not in the charset 'utf-8' as it says",)


def test_flowed_paragraphs_are_whole_again_and_quotes_stay_apart() -> None:
    assert letter("flowed").text.split("\n") == [
        "This is one long paragraph that was cut into three lines by the program that sent it.",
        "",
        "> And what it quotes was cut as well.",
        ">> But not this.",
        "A short line.",
        "-- ",
        "Tom",
    ]


def test_a_signed_mail_is_read_and_its_signature_attached() -> None:
    read = letter("smime-signed")
    assert read.text == "The contract is attached to the other mail."
    assert [file.name for file in read.attachments] == ["smime.p7s"]


def test_a_sealed_mail_says_that_it_is() -> None:
    read = letter("smime-sealed")
    assert read.text == ""
    assert part_of(sample("smime-sealed"), "1") == b"sealed"
    assert read.faults == ("the mail is encrypted, or sealed so that its text can't be read here",)


def test_an_invitation() -> None:
    read = letter("invitation")
    assert read.why_calendar == "text/calendar; method=REQUEST"
    assert read.text == "Kick-off\nMonday Nov 23, 2026 3pm"
    assert [(file.name, file.is_inline) for file in read.attachments] == [
        ("Invitation.ics", True),
        ("invite.ics", False),
    ]
    assert (read.is_bulk, read.is_automatic, read.is_bounce) == (False, False, False)


def test_a_bounce() -> None:
    read = letter("bounce")
    assert read.why_bounce == "multipart/report; report-type=delivery-status"
    assert read.is_automatic
    assert read.text == "I'm sorry to have to inform you that your message could not be delivered."
    returned = read_mail(part_of(sample("bounce"), "3"))
    assert returned.message_id == "hello@agency.example"


def test_an_absence_note() -> None:
    read = letter("out-of-office")
    assert read.why_automatic == "Auto-Submitted: auto-generated"
    assert not read.is_bounce
    assert (
        read.text == "Ich bin bis 20.11. nicht im Büro.\n\nVertretung: Jan <jan@northwind.example>"
    )  # from its HTML


def test_a_newsletter() -> None:
    read = letter("newsletter")
    assert read.why_bulk == "List-Id"
    assert read.subject == "🎁 Black Week"
    assert read.text == "[Black Week]\n\nMinus 20 %\n\nOn everything"  # and not the hidden line


def test_a_forwarded_mail_is_one_attachment_and_a_mail_itself() -> None:
    read = letter("forwarded")
    assert read.text == "Please see below."
    assert [(file.name, file.part) for file in read.attachments] == [("Invoice.eml", "2")]
    inner = read_mail(part_of(sample("forwarded"), "2"))
    assert (inner.message_id, inner.text) == ("inner@harbor.example", "The invoice, please pay.")
    assert [file.name for file in inner.attachments] == ["invoice.pdf"]


def test_groups_comments_and_broken_addresses() -> None:
    read = letter("group-and-groups")
    assert [who.address.partition("@")[0] for who in (*read.to, *read.cc)] == [
        *("mara", "kim", "plain", "boss", "angle", "q")
    ]
    assert read.sender == Mailbox(name="Weber, Jonas (Agency)", address="jonas@agency.example")
    assert read.cc[-1].name == 'quoted "name"'


def test_each_sample_is_looked_at() -> None:
    assert len(list(SAMPLES.glob("*.eml"))) == 19
