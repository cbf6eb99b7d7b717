"""HTML of mails: nothing in it runs, asks, fetches or covers, and what it says is still there."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audienceos.platform.mail.reading.allowed import CLASSES, TAGS
from audienceos.platform.mail.reading.safe_html import clean
from tests.platform.mail.reading.letters import letter

ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://x.example/a.png' onload='alert(1)'>",
    "<svg><script>alert(1)</script></svg><svg onload=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href=' &#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a><a href='file:///etc/passwd'>x</a><a href='//x.example/y'>x</a><a href='/login'>x</a>",
    "<a href='https:alert(1)'>x</a><a href='http://[bad'>x</a>",
    "<form action='https://x.example'><input name=password><button>Go</button></form>",
    "<iframe src='https://x.example'></iframe><object data=x></object><embed src=x>",
    "<base href='https://x.example/'><meta http-equiv=refresh content='0;url=https://x.example'>",
    "<link rel=stylesheet href='https://x.example/a.css'><style>body{display:none}</style>",
    "<div style='position:fixed;z-index:99999;background:url(https://x.example/t.png)'>over</div>",
    "<p id=app class='toast modal' name=x data-action=delete hx-get=/v1/clients>x</p>",
    "<table background='https://x.example/t.png'><td background='https://x.example/t.png'>x",
    "<img src='https://x.example/a.png' srcset='https://x.example/b.png 2x' ismap usemap=#x longdesc=x>",
    "<video poster='https://x.example/p.png' src=x autoplay></video><audio src=x></audio>",
    "<picture><source srcset='https://x.example/b.png'><img src='http://x.example/c.png'></picture>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'><img src='file:///x'><img src='//x.example/y.png'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><img src=x onerror=alert(1)></textarea>",
    "<!--[if gte mso 9]><img src=x onerror=alert(1)><![endif]--><!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "</div></details></body></html><p>after</p>",
    "<details open><summary>mine</summary>x</details><dialog open>x</dialog>",
    "<div class=mail-history><span class='mail-bold x'>pretends</span></div>",
    "<a href='https://x.example/\"onmouseover=\"alert(1)'>x</a>",
    "<a target=_top rel=opener href='https://x.example' ping='https://y.example' download>x</a>",
    "<h1>x</h1><td colspan=99999 rowspan=-1 width=999999px height=1e9>x</td>",
    "<img src='cid:\"><script>alert(1)</script>'>",
]
_ADDRESS = re.compile(r"https?://|mailto:")


class _Checked(HTMLParser):
    """Holds what came out to the promise."""

    def __init__(self, own: str = "") -> None:
        super().__init__()
        self._own = own
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag not in ("br", "hr", "img", "col", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def _attribute(self, tag: str, name: str, value: str) -> None:
        assert not name.startswith("on")
        assert name not in ("style", "id", "name", "srcset", "background", "action", "title")
        if name == "class":
            assert set(value.split()) <= CLASSES
        elif name == "href":
            assert _ADDRESS.match(value)
        elif name == "src":
            assert tag == "img"
            assert value.startswith("https://") or value == self._own
        elif name == "rel":
            assert set(value.split()) == {"noopener", "noreferrer", "nofollow"}
        elif name == "target":
            assert value == "_blank"

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def checked(written: str, own: str = "") -> None:
    """Hold cleaned HTML to all that is promised of any."""
    checked = _Checked(own)
    checked.feed(written)
    checked.close()
    assert checked.open == []


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("remote", [False, True])
def test_attacks(attack: str, remote: bool) -> None:
    cleaned = clean(f"<p>Before</p>{attack}", remote=remote).html
    checked(cleaned)
    assert cleaned.startswith("<p>Before</p>")
    assert "src=" not in cleaned or remote


def test_links_lead_out_and_tell_nothing() -> None:
    cleaned = clean("<a href='HTTPS://x.example/?a=1&amp;b=2'>x</a><a href=mailto:a@b.example>y</a>").html
    ends = 'target="_blank" rel="noopener noreferrer nofollow"'
    assert (
        cleaned
        == f'<a href="https://x.example/?a=1&amp;b=2" {ends}>x</a><a href="mailto:a@b.example" {ends}>y</a>'
    )


@pytest.mark.parametrize(
    ("style", "look"),
    [
        ("font-weight: 700", "mail-bold"),
        ("FONT-STYLE:italic!important", "mail-italic"),
        ("text-decoration:underline solid red", "mail-underline"),
        ("text-decoration:line-through", "mail-struck"),
        ("text-align:center;color:red", "mail-center"),
        ("white-space:pre-wrap", "mail-pre"),
    ],
)
def test_what_a_style_means_becomes_a_class(style: str, look: str) -> None:
    assert clean(f"<span style='{style}'>x</span>").html == f'<span class="{look}">x</span>'


@pytest.mark.parametrize(
    "style", ["color:#fff", "font-size:1px", "position:absolute;top:0", "font-weight:expression(x)"]
)
def test_other_styles_are_gone(style: str) -> None:
    assert clean(f"<span style='{style}'>x</span>").html == "<span>x</span>"


@pytest.mark.parametrize(
    "how", ["style='display:none'", "style='visibility: hidden'", "hidden", "style='mso-hide:all'"]
)
def test_what_nobody_should_see_is_gone(how: str) -> None:
    assert clean(f"<div {how}>preview <b>text</b><br></div><p>Hello</p>").html == "<p>Hello</p>"


def test_pictures_from_elsewhere_wait_to_be_asked_for() -> None:
    source = "<img src=https://x.example/a.png alt='Our shop'><img src=http://x.example/b.png alt=Old>"
    cleaned = clean(source)
    assert cleaned.remote == 2
    assert cleaned.html == '<span class="mail-missing">Our shop</span><span class="mail-missing">Old</span>'
    shown = clean(source, remote=True).html
    assert 'src="https://x.example/a.png"' in shown
    assert 'referrerpolicy="no-referrer"' in shown
    assert "b.png" not in shown


def test_a_beacon_is_never_shown_nor_offered() -> None:
    cleaned = clean(
        "<img src=https://x.example/o.gif width=1 height=1><img src=https://x.example/p style='height:0px'>",
        remote=True,
    )
    assert (cleaned.html, cleaned.remote) == ("", 0)


def test_a_picture_within_the_mail_is_named_until_its_address_is_known() -> None:
    source = "<img src='cid:logo%401' width=120>"
    assert 'data-cid="logo@1"' in clean(source).html
    cleaned = clean(source, pictures={"logo@1": "/files/7"}).html
    assert 'src="/files/7"' in cleaned
    checked(cleaned, own="/files/7")


@pytest.mark.parametrize(
    "history",
    [
        '<div class="gmail_quote"><blockquote class="gmail_quote">Old</blockquote></div>',
        '<blockquote type="cite">Old<blockquote type="cite">Older</blockquote></blockquote>',
        '<div class="yahoo_quoted"><p>Old</p></div>',
        '<div class="protonmail_quote">Old</div>',
        '<div id="divRplyFwdMsg"><b>From:</b> A</div><div>Old</div>',
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>From: A</p></div></div><p>Old</p>',
    ],
)
def test_history_is_folded_once(history: str) -> None:
    cleaned = clean(f"<div><p>New</p>{history}</div>").html
    assert cleaned.count("<details") == 1
    said, folded = cleaned.split('<details class="mail-history"><summary>Earlier messages</summary>')
    assert ("New" in said, "Old" in said, "Old" in folded) == (True, False, True)
    checked(cleaned)


def test_an_indented_paragraph_is_no_history() -> None:
    assert clean('<blockquote style="margin:0 0 0 40px">x</blockquote>').html == "<blockquote>x</blockquote>"


def test_headings_do_not_join_those_of_the_page() -> None:
    assert clean("<h1>Sale</h1>").html == '<div class="mail-heading">Sale</div>'


def test_tables_keep_their_shape() -> None:
    cleaned = clean(
        "<table border=1 width=600 role=presentation bgcolor=red><tr><td colspan=2 align=CENTER>x<tr><td>y"
    ).html
    assert cleaned == (
        '<table width="600" role="presentation"><tbody><tr><td colspan="2" align="center">x</td></tr>'
        "<tr><td>y</td></tr></tbody></table>"
    )


@pytest.mark.parametrize("name", ["outlook", "gmail", "newsletter", "invitation"])
def test_samples_are_fit(name: str) -> None:
    checked(clean(letter(name).html or "", remote=True).html)


_TAGS = (
    "<p> </p> <b> </b> <table> <tr> <td> </td> </table> <div> </div> <ul> <li> </ul> <center> <!-- --> </a>"
)
_STRAY = [
    "&lt;",
    "&#0;",
    "\x00",
    "<",
    "'",
    '"',
    ">",
    "<a href='https://x.example'>",
    '<div class="gmail_quote">',
]
_MARKED = ['<div id="divRplyFwdMsg">', "<blockquote type=cite>", "</blockquote>"]
_PIECES = st.sampled_from([*ATTACKS, *_TAGS.split(), *_STRAY, *_MARKED])


@settings(max_examples=200)
@given(st.lists(_PIECES | st.text(max_size=5), max_size=30).map("".join), st.booleans())
@example("<center><p><table><b><tr><h1><td></center><div id='divRplyFwdMsg'>", True)
def test_any_html_comes_out_clean_and_stays_so(source: str, remote: bool) -> None:
    cleaned = clean(source, remote=remote).html
    checked(cleaned)
