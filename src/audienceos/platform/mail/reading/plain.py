"""HTML as plain text that reads well: paragraphs, lists, links with their addresses, quotes behind `>`."""

from __future__ import annotations

import re
from typing import Final

from audienceos.platform.mail.reading.looks import is_hidden, is_history
from audienceos.platform.mail.reading.markup import Opened, tokens
from audienceos.platform.mail.reading.nesting import BLOCKS, VOID, in_order

_INLINE: Final = frozenset(["a", "span", "b", "strong", "i", "em", "font"])
_TABLE: Final = frozenset(["table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"])
_KNOWN: Final = BLOCKS | _INLINE | _TABLE | frozenset(["br", "img"])
_APART: Final = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "pre"])
"""Elements with an empty line above and below."""
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_DEEPEST_LIST = 8


class _Page:
    """Lines as they grow. Quotes and lists indent; a link waits for its end to tell its address."""

    def __init__(self, most: int) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._left = most
        self._gap = 0
        self.quotes = self._quoted = 0
        """How deep the next line is quoted, and how deep the last one was."""
        self.pre = 0
        self.lists: list[int] = []
        self._bullet = ""

    @property
    def is_full(self) -> bool:
        return self._left <= 0

    def text(self, text: str) -> None:
        if self.pre:
            first, *rest = text.replace("\r", "").split("\n")
            self._put(first)
            for line in rest:
                self.end_line()
                self._put(line)
            return
        text = _BLANKS.sub(" ", text)
        if not self._line or self._line[-1].endswith(" "):
            text = text.lstrip(" ")
        self._put(text)

    def end_line(self) -> None:
        """The line is over, even an empty one: a `<br>`."""
        self._flush(keep_empty=True)

    def end_block(self, *, apart: bool) -> None:
        """What comes next stands on a line of its own, after an empty line where it stands apart."""
        if self._line or self._bullet:
            self._flush(keep_empty=False)
        self._gap = max(self._gap, int(apart))

    def bullet(self) -> None:
        self.end_block(apart=False)
        self._bullet = "- "
        if self.lists and self.lists[-1]:
            self._bullet = f"{self.lists[-1]}. "
            self.lists[-1] += 1

    def whole(self) -> str:
        self.end_block(apart=False)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")

    def _put(self, text: str) -> None:
        if text:
            text = text[: max(0, self._left)]
            self._left -= len(text) + 1
            self._line.append(text)

    def _flush(self, *, keep_empty: bool) -> None:
        line = "".join(self._line).replace("\xa0", " ").rstrip(" ")
        self._line.clear()
        if not line and not keep_empty:
            return
        mark = ">" * self.quotes + " " if self.quotes else ""
        if self._gap and self._lines:
            self._lines.append(">" * min(self.quotes, self._quoted))
        self._gap, self._quoted = 0, self.quotes
        indent = "  " * min(len(self.lists) - 1, _DEEPEST_LIST)
        if self._bullet:
            mark += indent + self._bullet
        elif self.lists:
            mark += indent + "  "
        self._bullet = ""
        self._left -= len(mark)
        self._lines.append((mark + line).rstrip())


class _Writer:
    def __init__(self, most: int) -> None:
        self._page = _Page(most)
        self._stack: list[Opened] = []
        self._hidden = 0
        self._link: list[str] = []

    def read(self, source: str) -> str:
        for token in in_order(tokens(source), _KNOWN):
            if self._page.is_full:
                break
            match token:
                case str():
                    if not self._hidden:
                        self._link.append(token)
                        self._page.text(token)
                case Opened():
                    self._opened(token)
                case _:
                    self._closed()
        return self._page.whole()

    def _opened(self, tag: Opened) -> None:
        if tag.name in VOID:
            if not self._hidden:
                self._void(tag)
            return
        self._stack.append(tag)
        self._hidden += is_hidden(tag)
        if self._hidden:
            return
        page = self._page
        match tag.name:
            case "li":
                page.bullet()
            case "td" | "th":
                page.text(" ")
            case "a":
                self._link.clear()
            case name if name in BLOCKS or name in _TABLE:
                page.end_block(apart=name in _APART and not page.lists)
            case _:
                pass
        page.quotes += _quotes(tag)
        page.pre += tag.name == "pre"
        if tag.name in ("ul", "ol"):
            page.lists.append(int(tag.name == "ol"))

    def _void(self, tag: Opened) -> None:
        if tag.name == "br":
            self._page.end_line()
        elif tag.name == "hr":
            self._page.end_block(apart=True)
        elif tag.name == "img" and tag.attributes.get("alt", "").strip():
            self._page.text(f"[{tag.attributes['alt'].strip()[:200]}]")

    def _closed(self) -> None:
        tag = self._stack.pop()
        if self._hidden:
            self._hidden -= is_hidden(tag)
            return
        page = self._page
        if tag.name == "a":
            self._end_link(tag.attributes.get("href", "").strip())
        if tag.name in BLOCKS or tag.name in ("tr", "table"):
            if tag.name in ("ul", "ol"):
                page.end_block(apart=False)
                page.lists.pop()
            page.end_block(apart=tag.name in _APART and not page.lists)
        page.quotes -= _quotes(tag)
        page.pre -= tag.name == "pre"

    def _end_link(self, address: str) -> None:
        """The address, unless it is what the link says anyway."""
        said = _BLANKS.sub(" ", "".join(self._link)).strip()
        self._link.clear()
        scheme, _, rest = address.partition(":")
        match scheme.lower():
            case "https" | "http":
                shown, bare = address[:2000], rest.strip("/")
            case "mailto":
                shown = bare = rest.partition("?")[0][:320]
            case _:
                return
        if said and said.rstrip("/") not in (shown.rstrip("/"), bare):
            self._page.text(f" <{shown}>")


def _quotes(tag: Opened) -> bool:
    """Quoted history; a blockquote without its marks is an indented paragraph."""
    return tag.name == "blockquote" and is_history(tag)


def plain_text(source: str, most: int) -> str:
    """What a person reads in this HTML, in at most about `most` characters. Hidden parts are left out."""
    return _Writer(most).read(source)
