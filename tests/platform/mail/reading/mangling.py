"""Mails that no program meant to send: samples cut, doubled, crossed and spoiled, and heaps of what mails are made of."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.platform.mail.reading.letters import SAMPLES

_PIECES = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b" ",
        b"\t",
        b":",
        b";",
        b",",
        b"<",
        b">",
        b"(",
        b'"',
        b"\\",
        b"=",
        b"--",
    ),
    *(
        b"From: ",
        b"To: a@b.example",
        b"Subject: ",
        b"Date: ",
        b"References: <a@b>",
        b"Content-Type: ",
        b"Message-ID: ",
    ),
    *(
        b"multipart/mixed; boundary=b",
        b"multipart/alternative; boundary=b",
        b"--b\r\n",
        b"--b--\r\n",
        b"message/rfc822",
    ),
    *(
        b"text/plain; charset=",
        b"text/html",
        b"utf-8",
        b"utf-16",
        b"iso-2022-jp",
        b"hz",
        b"utf-7",
        b"gb18030",
        b"koi8-r",
    ),
    *(
        b"Content-Transfer-Encoding: ",
        b"base64",
        b"quoted-printable",
        b"=?utf-8?q?=C3=A9?=",
        b"=?x?b?w6k?=",
        b"=C3",
    ),
    *(
        b"Content-Disposition: attachment; filename*0*=utf-8''a",
        b"filename*1=b",
        b"format=flowed",
        b"\xff\xfe",
        b"\x1b$B",
    ),
    *(
        b"<div>",
        b"</div>",
        b"<p>",
        b"<a href='",
        b"<table><tr><td>",
        b"<li>",
        b"<!--",
        b"&#x",
        b"<br>",
        b"<pre>",
        b"+2AA-",
    ),
    *(b"> ", b"-- \r\n", b"\xc3", b"\x80", b"\x00", "ü".encode(), b"9999999999999999", b"On x wrote:\r\n"),
]

heaps = st.lists(st.sampled_from(_PIECES) | st.binary(max_size=6), max_size=60).map(b"".join)


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A sample in which a few stretches were cut out, doubled, moved or overwritten."""
    names = sorted(path.name for path in SAMPLES.glob("*.eml"))
    raw = (SAMPLES / draw(st.sampled_from(names))).read_bytes()
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 200)))
        place = draw(st.integers(0, len(raw)))
        match draw(st.sampled_from(["cut", "double", "insert", "end"])):
            case "cut":
                raw = raw[:start] + raw[end:]
            case "double":
                raw = raw[:place] + raw[start:end] + raw[place:]
            case "insert":
                raw = raw[:start] + draw(st.sampled_from(_PIECES)) + raw[end:]
            case _:
                raw = raw[:start] or raw
    return raw


mangled = heaps | spoiled()
