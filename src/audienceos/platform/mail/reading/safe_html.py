"""A mail's HTML, made fit for our pages.

Two walls stand one behind the other. First the tags are put in order and written anew from a short list of what a mail
needs (`markup`, `nesting`, `looks`). Then nh3, which parses as browsers do, lets through only what is on the list. The
first keeps the second from hours of work over tangled tags; the second is what safety rests on.

Gone is all that runs, asks, fetches or covers: scripts, forms, frames, style sheets, `style`, `id`, event handlers, links
other than to the web and to mail. Our classes, for the page to draw:

- `mail-bold`, `mail-italic`, `mail-underline`, `mail-struck`, `mail-center`, `mail-right`, `mail-pre`: what a style meant;
- `mail-heading`: a heading, which must not join the headings of the page;
- `mail-history` on `<details>`: the mail that is answered, folded and to be opened without a script;
- `mail-picture` on `<img>`: a picture within the mail, or one from elsewhere that may be shown;
- `mail-missing` on `<span>`: the words in place of a picture that is not shown.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

import msgspec
import nh3

from audienceos.platform.mail.reading.allowed import (
    ADDRESS_CHARS,
    ALT_CHARS,
    BOXES,
    CLASSES,
    HEADINGS,
    KEPT,
    READ,
    TAGS,
    WEB,
    WRITTEN,
    kept,
    link,
    scheme_of,
)
from audienceos.platform.mail.reading.looks import (
    begins_history,
    is_beacon,
    is_hidden,
    is_history,
    looks_of,
)
from audienceos.platform.mail.reading.markup import Closed, Opened, tokens
from audienceos.platform.mail.reading.nesting import VOID, in_order
from audienceos.platform.mail.reading.shapes import Cleaned

_MOST_CHARS = 1024 * 1024
_RUN_CHARS = 2000
"""Longer texts are given to nh3 with comments between, which it takes out: over one text of a million ampersands it sits
for half a minute, as the time grows with the square of their number."""


def clean(source: str, *, remote: bool = False, pictures: Mapping[str, str] | None = None) -> Cleaned:
    """The HTML with nothing in it that runs, fetches, tells the sender anything or leaves its box.

    `remote` shows pictures from elsewhere, by https only; pictures of one pixel never. `pictures` are addresses of our
    own for pictures within the mail, by content id; without one, a `cid:` picture stays as an `<img>` without address
    that names it in `data-cid`. At most a megabyte is read. Never raises.
    """
    writer = _Writer(remote=remote, pictures=pictures or {})
    written = "".join(writer.write(source[:_MOST_CHARS]))
    own = frozenset(writer.pictures.values())
    safe = nh3.clean(
        written,
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes=KEPT,
        attribute_filter=lambda tag, name, value: _let_through(tag, name, value, own),
        allowed_classes={name: set(CLASSES) for name in TAGS},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return Cleaned(html=safe, remote=writer.remote_count)


def _let_through(tag: str, name: str, value: str, own: frozenset[str]) -> str | None:
    """The last word on addresses: pictures come by https or from us, links are whole."""
    if name == "src":
        return value if value in own or value.startswith("https://") else None
    if name == "href":
        return value if value.startswith(("https://", "http://", "mailto:")) else None
    return value


class _End(msgspec.Struct):
    """What closes an open element, and what ends with it."""

    tags: str
    hides: bool = False
    folds: bool = False


class _Writer:
    """Writes the elements anew, with our classes and without what is not shown."""

    def __init__(self, *, remote: bool, pictures: Mapping[str, str]) -> None:
        self._remote, self.pictures = remote, pictures
        self.remote_count = 0
        self._hidden = 0
        self._in_history = 0
        self._is_fresh = False
        """Nothing was written since the innermost element began."""
        self._ends = [_End("")]

    def write(self, source: str) -> Iterator[str]:
        for token in in_order(tokens(source), READ):
            match token:
                case str():
                    if not self._hidden:
                        self._is_fresh = self._is_fresh and not token.strip()
                        yield from _written(token)
                case Opened():
                    yield from self._opened(token)
                case Closed():
                    yield from self._closed()
        yield self._ends[0].tags

    def _opened(self, tag: Opened) -> Iterator[str]:
        if tag.name in VOID:
            if not self._hidden:
                self._is_fresh = False
                yield self._picture(tag) if tag.name == "img" else _tag(tag.name, kept(tag))
            return
        name = "div" if tag.name in HEADINGS else WRITTEN.get(tag.name, tag.name)
        end = _End(f"</{name}>", hides=is_hidden(tag))
        self._hidden += end.hides
        if not self._hidden:
            if not self._in_history and begins_history(tag):
                yield from self._fold_rest()
            elif not self._in_history and is_history(tag):
                yield from self._fold(end, after=True)
            yield _tag(name, kept(tag) | link(tag) | _classes(tag))
            self._is_fresh = True
        self._ends.append(end)

    def _closed(self) -> Iterator[str]:
        end = self._ends.pop()
        self._is_fresh = False
        if not self._hidden:
            yield end.tags
        self._hidden -= end.hides
        self._in_history -= end.folds

    def _fold(self, end: _End, *, after: bool) -> Iterator[str]:
        """Open the fold that ends with this element: around it, or around the rest of what is in it."""
        end.tags = f"{end.tags}</details>" if after else f"</details>{end.tags}"
        end.folds = True
        self._in_history += 1
        yield '<details class="mail-history"><summary>Earlier messages</summary>'

    def _fold_rest(self) -> Iterator[str]:
        """Outlook puts the old mail behind a line and not into an element: it goes on to the end of what is around it,
        or of what is around the element that holds the line alone."""
        if self._is_fresh and len(self._ends) > 1 and self._ends[-1].tags == "</div>":
            yield self._ends[-1].tags
            self._ends[-1].tags = ""
            yield from self._fold(self._ends[-2], after=False)
        elif self._ends[-1].tags in BOXES:
            yield from self._fold(self._ends[-1], after=False)

    def _picture(self, tag: Opened) -> str:
        if is_beacon(tag):
            return ""
        source = "".join(tag.attributes.get("src", "").split())
        alt = tag.attributes.get("alt", "").strip()[:ALT_CHARS]
        shown = kept(tag) | {"alt": alt, "class": "mail-picture"}
        if source[:4].lower() == "cid:":
            content_id = unquote(source[4:])[:300].strip("<>")
            address = self.pictures.get(content_id)
            return _tag("img", shown | ({"src": address} if address else {"data-cid": content_id}))
        source = f"https:{source}" if source.startswith("//") else source
        if scheme_of(source) not in WEB or len(source) > ADDRESS_CHARS:
            return _missing(alt)
        self.remote_count += 1
        if not self._remote or scheme_of(source) != "https":
            return _missing(alt)
        return _tag("img", shown | {"src": source, "loading": "lazy", "referrerpolicy": "no-referrer"})


def _written(text: str) -> Iterator[str]:
    for at in range(0, len(text), _RUN_CHARS):
        yield "<!---->" if at else ""
        yield html.escape(text[at : at + _RUN_CHARS], quote=False)


def _missing(alt: str) -> str:
    return f'<span class="mail-missing">{html.escape(alt, quote=False)}</span>' if alt else ""


def _tag(name: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>"


def _classes(tag: Opened) -> dict[str, str]:
    looks = looks_of(tag)
    if tag.name in HEADINGS:
        looks.append("mail-heading")
    if tag.name == "center" and "mail-center" not in looks:
        looks.append("mail-center")
    return {"class": " ".join(looks)} if looks else {}
