"""What a cleaned mail may hold: elements, attributes in their forms, addresses."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from audienceos.platform.mail.reading.looks import LOOKS
from audienceos.platform.mail.reading.markup import Opened

HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_TABLE: Final = frozenset(
    ["table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col"]
)
_PLAIN: Final = frozenset(
    (
        *(
            "a",
            "abbr",
            "address",
            "article",
            "b",
            "big",
            "blockquote",
            "br",
            "center",
            "cite",
            "code",
            "dd",
            "del",
        ),
        *(
            "div",
            "dl",
            "dt",
            "em",
            "figcaption",
            "figure",
            "font",
            "hr",
            "i",
            "img",
            "ins",
            "kbd",
            "li",
            "mark",
            "ol",
        ),
        *(
            "p",
            "pre",
            "q",
            "s",
            "samp",
            "section",
            "small",
            "span",
            "strike",
            "strong",
            "sub",
            "sup",
            "tt",
            "u",
            "ul",
        ),
        *("var", "wbr"),
    )
)
READ: Final = _PLAIN | _TABLE | HEADINGS
WRITTEN: Final = {"font": "span", "center": "div", "big": "span", "tt": "code", "strike": "s"}
"""Elements that HTML no longer has, or that say nothing without their colours."""

BOXES: Final = frozenset(["", "</div>", "</td>", "</blockquote>", "</section>", "</article>"])
"""What may close the element whose rest is folded; the first is the whole mail."""

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,2}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_WIDTH: Final = re.compile(r"[1-9][0-9]{0,3}(?:px)?|(?:[1-9][0-9]?|100)%")
_ATTRIBUTES: Final = {
    "dir": (None, re.compile(r"ltr|rtl|auto", re.IGNORECASE)),
    "lang": (None, _LANGUAGE),
    "align": (_TABLE | {"div", "p"}, re.compile(r"left|right|center|justify", re.IGNORECASE)),
    "valign": (_TABLE, re.compile(r"top|middle|bottom|baseline", re.IGNORECASE)),
    "colspan": (_TABLE, _NUMBER),
    "rowspan": (_TABLE, _NUMBER),
    "width": (_TABLE | {"img"}, _WIDTH),
    "height": (frozenset(["img"]), _WIDTH),
    "start": (frozenset(["ol"]), _NUMBER),
    "role": (frozenset(["table"]), re.compile(r"presentation|none")),
}
"""What may stay: on which elements (None: on any), and in which form."""

ALT_CHARS, ADDRESS_CHARS = 500, 4000
WEB: Final = frozenset(["http", "https"])
CLASSES: Final = LOOKS | {"mail-heading", "mail-history", "mail-picture", "mail-missing"}
TAGS: Final = {*_PLAIN, *_TABLE, "details", "summary"} - set(WRITTEN)
KEPT: Final = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "data-cid", "loading", "referrerpolicy"},
    "ol": {"start"},
    "table": {"role"},
    **{name: {"align"} for name in ("div", "p")},
}
for _name in _TABLE:
    KEPT[_name] = {"align", "valign", "colspan", "rowspan", "width"} | KEPT.get(_name, set())


def kept(tag: Opened) -> dict[str, str]:
    """The attributes that may stay, where their values have the form that they should."""
    found: dict[str, str] = {}
    for name, value in tag.attributes.items():
        on, form = _ATTRIBUTES.get(name, (None, None))
        if form is not None and (on is None or tag.name in on) and form.fullmatch(value.strip()):
            found[name] = value.strip().lower() if name != "lang" else value.strip()
    return found


def link(tag: Opened) -> dict[str, str]:
    """Where a link leads, if that is to the web or to mail; a link without an address is only its words."""
    if tag.name != "a":
        return {}
    address = re.sub(r"[\x00-\x20\x7f]", "", tag.attributes.get("href", "").strip())
    address = f"https:{address}" if address.startswith("//") else address
    scheme = scheme_of(address)
    if scheme not in WEB | {"mailto"} or len(address) > ADDRESS_CHARS:
        return {}
    return {"href": scheme + address[len(scheme) :]}


def scheme_of(address: str) -> str:
    """The address's scheme; empty where it is none that can be read."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.scheme.lower() if parts.netloc or parts.scheme.lower() == "mailto" else ""
