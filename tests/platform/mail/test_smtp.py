"""Mail is handed to a real server, or the reason is told."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from audienceos.platform import clock
from audienceos.platform.mail.mailer import Kept, MailError, Outgoing
from audienceos.platform.mail.smtp import Smtp, ascii_domain, mailer_of, server_of
from audienceos.platform.settings import Settings, SettingsError
from tests.platform.mail.postman import Postman, postman

ID = UUID("01900000-0000-7000-8000-000000000001")
MAIL = Outgoing(id=ID, to_email="bo@example.com", subject="Grüße", body="Hello,\n\nthere. Ünïcödé.\n.\nend\n")


def mailer(him: Postman) -> Smtp:
    server = server_of(f"smtp://127.0.0.1:{him.port}?starttls=never")
    return Smtp(server, sender="House <no-reply@house.example>", host="house.example")


async def test_a_mail_arrives_as_it_was_written() -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    async with postman() as him:
        with clock.stopped_at(moment):
            await mailer(him).send(MAIL)

    (mail,) = him.mails
    assert mail["Message-ID"] == f"<{ID}@house.example>"
    assert (mail["From"], mail["To"]) == ("House <no-reply@house.example>", "bo@example.com")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(str(mail["Date"])) == moment
    assert mail.get_content() == MAIL.body
    assert him.recipients == ["bo@example.com"]


@pytest.mark.parametrize(
    ("word", "answer", "permanent"),
    [
        ("RCPT", "550 no such mailbox", True),
        ("RCPT", "451 greylisted, come back", False),
        (".", "554 looks like spam", True),
        (".", "452 disk full", False),
        ("MAIL", "550 not from you", False),
        ("EHLO", "421 too busy", False),
    ],
)
async def test_a_refusal_tells_whether_to_try_again(word: str, answer: str, permanent: bool) -> None:
    async with postman() as him:
        him.refusals[word] = answer
        with pytest.raises(MailError) as refused:
            await mailer(him).send(MAIL)

    assert refused.value.permanent is permanent
    assert him.mails == []


async def test_nobody_there_is_worth_another_try() -> None:
    async with postman() as him:
        gone = mailer(him)

    with pytest.raises(MailError) as refused:
        await gone.send(MAIL)
    assert not refused.value.permanent


async def test_a_server_without_tls_gets_no_mail_unless_told() -> None:
    async with postman() as him:
        strict = Smtp(server_of(f"smtp://127.0.0.1:{him.port}"), sender="a@b.example", host="b.example")
        with pytest.raises(MailError):
            await strict.send(MAIL)
    assert him.mails == []


async def test_a_line_break_in_a_header_begins_no_other_header() -> None:
    async with postman() as him:
        with pytest.raises(MailError) as refused:
            await mailer(him).send(
                Outgoing(id=uuid4(), to_email="bo@example.com", subject="a\r\nBcc: eve@example.com", body="")
            )
    assert refused.value.permanent
    assert him.recipients == []


@pytest.mark.parametrize(
    ("email", "written"),
    [
        ("a@example.com", "a@example.com"),
        ("a@müller.de", "a@xn--mller-kva.de"),
        ("a@" + "ü" * 64, "a@" + "ü" * 64),
    ],
)
def test_a_domain_is_written_as_every_server_knows_it(email: str, written: str) -> None:
    assert ascii_domain(email) == written


def test_an_address_says_who_where_and_how() -> None:
    server = server_of("smtp://me%40house:s%3Acret@mail.house.example")

    assert (server.host, server.port, server.user, server.password) == (
        "mail.house.example",
        587,
        "me@house",
        "s:cret",
    )
    assert (server.tls, server.starttls) == (False, "always")
    assert (server_of("smtps://mail.example").port, server_of("smtps://mail.example").tls) == (465, True)


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://mail.example?starttls=maybe",
        "smtp://me:secret@mail.example?other=1",
    ],
)
def test_nonsense_is_refused_without_repeating_a_password(url: str) -> None:
    with pytest.raises(SettingsError, match="AUDIENCEOS_SMTP_URL") as refused:
        server_of(url)
    assert "secret" not in str(refused.value)


async def test_without_a_server_mail_is_kept(tmp_path: Path) -> None:
    kept = mailer_of(Settings(data_dir=tmp_path))

    assert isinstance(kept, Kept)
    assert not kept.delivers
    with pytest.raises(MailError):
        await kept.send(MAIL)
    assert mailer_of(Settings(data_dir=tmp_path, smtp_url="smtp://mail.example")).delivers
