"""What a mail's parts say: its text, its HTML, and what is attached."""

from __future__ import annotations

import html
import mimetypes
import re
from typing import Final
from urllib.parse import unquote

import msgspec

from audienceos.platform.mail.reading.charsets import Guesses, text_of
from audienceos.platform.mail.reading.fields import head_of
from audienceos.platform.mail.reading.flowed import unflowed
from audienceos.platform.mail.reading.plain import plain_text
from audienceos.platform.mail.reading.shapes import Attached, Limits
from audienceos.platform.mail.reading.structure import Part, Walker
from audienceos.platform.mail.reading.transfer import beginning, size_of
from audienceos.platform.mail.reading.words import one_line

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TEXTS: Final = frozenset(["text/plain", "text/html", "text/enriched", "text/richtext"])
_CHARS_A_BYTE = 4
"""No charset takes more bytes for a character, but quoted-printable writes three for each."""
_CID: Final = re.compile(r"cid:([^\s\"'<>()]{1,300})", re.IGNORECASE)
_FOLDERS: Final = re.compile(r"[/\\]+")
_NAME_CHARS, _SUBJECT_CHARS = 200, 80
_ENDINGS: Final = {"image/jpeg": ".jpg", "text/plain": ".txt"}
_NAMES: Final = {
    "message/delivery-status": "Delivery report.txt",
    "text/calendar": "Invitation.ics",
}


class Body(msgspec.Struct):
    """One part's text and HTML; either may be empty."""

    text: str = ""
    html: str = ""


class Bodies:
    """Reads the bodies of a tree and collects the rest as attachments."""

    def __init__(self, raw: bytes, walker: Walker, guesses: Guesses, limits: Limits) -> None:
        self._raw, self._walker, self._guesses, self._limits = raw, walker, guesses, limits
        self._chars, self._html = limits.text_chars, limits.html_bytes
        self.attachments: list[Attached] = []

    def read(self, part: Part, inside: str = "") -> Body:
        """The part's body; `inside` is the type of the parts around it. What is no body is remembered as attached."""
        if part.parts:
            bodies = [self.read(child, part.media_type) for child in part.parts]
            return _chosen(bodies) if part.media_type == "multipart/alternative" else _joined(bodies)
        is_first = part.number == "1" or part.number.endswith(".1")
        if not _is_body(part, inside, is_first=is_first):
            self._attach(part, inside)
            return Body()
        return self._text(part)

    def _text(self, part: Part) -> Body:
        is_html = part.media_type == "text/html"
        most = self._html if is_html else self._chars
        raw, has_more = beginning(self._raw, part.start, part.end, part.encoding, most * _CHARS_A_BYTE)
        text, fault = text_of(raw, part.content.parameters.get("charset", ""), self._guesses)
        if fault:
            self._walker.fault(f"part {part.number}: {fault}")
        text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        if has_more or len(text) > most:
            self._walker.fault(f"part {part.number} is too long; its end was left out")
            text = text[:most]
        if is_html:
            self._html -= len(text)
            return Body(html=_within(text, self._limits.html_bytes))
        self._chars -= len(text)
        if part.content.parameters.get("format", "").lower() == "flowed":
            text = unflowed(text, delsp=part.content.parameters.get("delsp", "").lower() == "yes")
        return Body(text=text)

    def _attach(self, part: Part, inside: str) -> None:
        if len(self.attachments) >= self._limits.attachments:
            self._walker.fault(
                f"there are more than {self._limits.attachments} attachments; the rest was left out"
            )
            return
        content_id = one_line(part.fields.text("content-id"), 300).strip("<> ")
        media_type = one_line(part.media_type, 100)
        self.attachments.append(
            Attached(
                name=_file_name(part, media_type) or self._forwarded(part),
                media_type=media_type,
                size=size_of(self._raw, part.start, part.end, part.encoding),
                part=part.number,
                content_id=content_id,
                is_inline=inside == "multipart/alternative",
            )
        )

    def _forwarded(self, part: Part) -> str:
        """A mail within the mail is called by its subject."""
        head = head_of(self._raw, part.start, part.end, self._guesses, self._limits)
        subject = _FOLDERS.sub(" ", head.fields.words("subject"))[:_SUBJECT_CHARS].strip(" .")
        return f"{subject or 'Forwarded message'}.eml"


def marked_inline(attachments: list[Attached], html_text: str) -> tuple[Attached, ...]:
    """The attachments, those marked that the HTML shows. Dispositions tell nothing: some programs call every document
    `inline`, others call the logo in their text an attachment."""
    shown = {unquote(html.unescape(found)) for found in _CID.findall(html_text)}
    return tuple(
        msgspec.structs.replace(file, is_inline=True)
        if file.content_id and file.content_id in shown
        else file
        for file in attachments
    )


def text_from(body: Body, most: int) -> str:
    """The text that a person reads: the plain one, or else what the HTML says."""
    text = body.text if body.text.strip() or not body.html else plain_text(body.html, most)
    return text[:most].strip("\n")


def _is_body(part: Part, inside: str, *, is_first: bool) -> bool:
    if part.media_type not in _TEXTS or part.disposition.word == "attachment":
        return False
    if inside == "multipart/alternative" or not part.name:
        return inside != "multipart/report" or is_first
    return is_first and part.disposition.word != "inline"


def _chosen(bodies: list[Body]) -> Body:
    """Of alternatives: the first that is plain, the last that is HTML."""
    texts = [body.text for body in bodies if body.text.strip()]
    pages = [body.html for body in bodies if body.html.strip()]
    return Body(text=texts[0] if texts else "", html=pages[-1] if pages else "")


def _joined(bodies: list[Body]) -> Body:
    """Of parts one below the other: all. Where one of them is HTML the others join it, or they would be lost beside it."""
    said = [body for body in bodies if body.text.strip() or body.html.strip()]
    if len(said) < 2:
        return said[0] if said else Body()
    if not any(body.html for body in said):
        return Body(text="\n".join(body.text for body in said))
    texts = [text_from(body, len(body.text) + len(body.html)) for body in said]
    pages = [body.html or f"<pre>{html.escape(body.text)}</pre>" for body in said]
    return Body(text="\n\n".join(texts), html="\n".join(pages))


def _within(text: str, most: int) -> str:
    """The text in at most so many bytes of UTF-8."""
    raw = text.encode()
    return text if len(raw) <= most else raw[:most].decode("utf-8", "ignore")


def _file_name(part: Part, media_type: str) -> str:
    """The name without folders, which a saved file must not choose; one made up where there is none. Empty for a
    forwarded mail without a name."""
    name = one_line(part.name.replace("\\", "/").rpartition("/")[2], _NAME_CHARS).lstrip(".")
    if name:
        return name
    if media_type == "message/rfc822":
        return ""
    ending = _ENDINGS.get(media_type) or mimetypes.guess_extension(media_type) or ".bin"
    return _NAMES.get(media_type) or f"part-{part.number}{ending}"
