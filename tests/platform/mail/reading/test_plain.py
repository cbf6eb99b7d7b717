"""HTML as text: what a person would read, in lines, and nothing that they were not meant to see."""

from __future__ import annotations

import pytest

from audienceos.platform.mail.reading.flowed import unflowed
from audienceos.platform.mail.reading.letter import part_of, read_mail
from audienceos.platform.mail.reading.plain import plain_text
from tests.platform.mail.reading.letters import in_parts, mail


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("One<br>Two<br/><br>Three", "One\nTwo\n\nThree"),
        ("<div>One<br></div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("  One \n\n two\t<b> three</b> ", "One two three"),
        ("Fish &amp; chips &lt;3&nbsp;&euro; &#8364; &#x20AC;", "Fish & chips <3 € € €"),
        ("<ul><li>One</li><li>Two<ul><li>Inner</li></ul></li></ul>After", "- One\n- Two\n  - Inner\n\nAfter"),
        ("<ol><li>One<li>Two</ol>", "1. One\n2. Two"),
        ("<a href='https://x.example/a'>our page</a>", "our page <https://x.example/a>"),
        ("<a href='https://x.example/'>https://x.example</a>", "https://x.example"),
        ("<a href='http://x.example'>x.example</a>", "x.example"),
        ("<a href='mailto:a@b.example?subject=x'>a@b.example</a>", "a@b.example"),
        ("<a href='mailto:a@b.example'>Anna</a>", "Anna <a@b.example>"),
        ("<a href='javascript:x'>Click</a><a href='#top'>Top</a>", "ClickTop"),
        ("<table><tr><td>Spend</td><td>100</td></tr><tr><td>CPA<td>5</table>", "Spend 100\nCPA 5"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        (
            "<blockquote type=cite><p>Old</p><blockquote type=cite>Older</blockquote></blockquote>New",
            "> Old\n>\n>> Older\n\nNew",
        ),
        ("<blockquote>Indented</blockquote>", "Indented"),
        ("<h1>Title</h1>Text", "Title\n\nText"),
        ("<img alt='Our logo' src=x><img src=y>", "[Our logo]"),
        ("<style>p{}</style><script>x</script><title>t</title><!-- c -->Text<noscript>n</noscript>", "Text"),
        ("<div style='display:none'>preview<p>x</p></div>Text", "Text"),
        ("<p>unclosed <b>bold<p>next", "unclosed bold\n\nnext"),
        ("a < b and c > d <3", "a < b and c > d <3"),
        ("<![CDATA[x]]><?xml y?>Text", "Text"),
        ("Text<", "Text<"),
        ("Text<a", "Text"),
        ("", ""),
    ],
)
def test_html_as_text(source: str, text: str) -> None:
    assert plain_text(source, 10_000) == text


def test_a_long_page_is_cut() -> None:
    assert len(plain_text("<p>word</p>" * 1000, 100)) < 150


@pytest.mark.parametrize(
    ("text", "delsp", "whole"),
    [
        ("one \ntwo", False, "one two"),
        ("one \ntwo", True, "onetwo"),
        ("> one \n> two\n>> three", False, "> one two\n>> three"),
        ("one \n> two", False, "one\n> two"),
        ("one \n-- \nTom", False, "one\n-- \nTom"),
        (" >no quote", False, ">no quote"),
        ("end ", False, "end"),
    ],
)
def test_flowed(text: str, delsp: bool, whole: str) -> None:
    assert unflowed(text, delsp=delsp) == whole


@pytest.mark.parametrize(
    "kind",
    ["utf-8", "utf-16", "windows-1251", "KOI8-U", "Shift_JIS", "EUC-JP", "big5", "ks_c_5601-1987", "GBK"],
)
def test_named_charsets(kind: str) -> None:
    said = {"windows-1251": "Привет", "KOI8-U": "Привіт", "Shift_JIS": "会議", "EUC-JP": "会議"}.get(
        kind, "ok"
    )
    said = {"big5": "會議", "ks_c_5601-1987": "회의", "GBK": "会议"}.get(kind, said)
    codec = {"ks_c_5601-1987": "cp949"}.get(kind, kind)
    raw = mail(f'Content-Type: text/plain; charset="{kind}"') + said.encode(codec)
    read = read_mail(raw)
    assert (read.text, read.faults) == (said, ())


@pytest.mark.parametrize(
    "charset", ["x-unknown", "punycode", "zip", "idna", "rot13", "unicode_escape", "", "\x00", "a" * 500]
)
def test_charsets_that_are_none(charset: str) -> None:
    read = read_mail(mail(f"Content-Type: text/html; charset={charset}", body="<p>Größe</p>"))
    assert read.text == "Größe"


def test_cyrillic_without_a_charset_is_guessed() -> None:
    said = "Добрый день! Мы посмотрели ваш отчёт, и у нас появились вопросы по бюджету на следующий месяц."
    assert read_mail(b"Subject: x\n\n" + said.encode("cp1251")).text == said


def test_html_may_name_its_charset_itself() -> None:
    raw = b"Content-Type: text/html\n\n<meta charset=iso-8859-2><p>\xe6</p>"
    assert read_mail(raw).text == "ć"


def test_a_forwarded_mail_is_called_by_its_subject() -> None:
    inner = "Content-Type: message/rfc822\r\n\r\nSubject: =?utf-8?q?R=C3=BCckfrage?= 1/2\r\n\r\nText"
    raw = in_parts("\r\nHi", inner)
    assert [file.name for file in read_mail(raw).attachments] == ["Rückfrage 1 2.eml"]
    assert read_mail(part_of(raw, "2")).text == "Text"


def test_an_invitation_may_state_its_method_inside() -> None:
    invitation = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR"
    assert (
        read_mail(mail("Content-Type: text/calendar", body=invitation)).why_calendar
        == "text/calendar; method=CANCEL"
    )
    published = invitation.replace("CANCEL", "PUBLISH")
    assert read_mail(mail("Content-Type: text/calendar", body=published)).why_calendar == ""
