"""What a sender's styles and classes mean to us. Everything that isn't named here is dropped.

Our pages allow no style of their own to a piece of HTML, so a `style` attribute can't stay. A handful of its
declarations carry meaning (bold, centred, hidden) and become classes of ours; colours, sizes, fonts and positions go:
they break dark mode and large type, cover what is not theirs, and fetch pictures.
"""

from __future__ import annotations

import re
from typing import Final

from audienceos.platform.mail.reading.markup import Opened

_BOLD: Final = re.compile(r"bold(?:er)?|[6-9]00")
_BY_STYLE: Final = (
    ("font-weight", _BOLD, "mail-bold"),
    ("font-style", re.compile(r"italic|oblique"), "mail-italic"),
    ("text-decoration", re.compile(r"underline\b.*"), "mail-underline"),
    ("text-decoration", re.compile(r"line-through\b.*"), "mail-struck"),
    ("text-align", re.compile(r"center"), "mail-center"),
    ("text-align", re.compile(r"right|end"), "mail-right"),
    ("white-space", re.compile(r"pre(?:-wrap|-line)?|break-spaces"), "mail-pre"),
)
LOOKS: Final = frozenset(look for _, _, look in _BY_STYLE)

_HISTORY_CLASSES: Final = frozenset(
    (
        *("gmail_quote", "gmail_quote_container", "gmail_extra", "yahoo_quoted", "protonmail_quote"),
        *("tutanota_quote", "zmail_extra", "moz-forward-container", "ydp-quoted", "skype_quote"),
        *("front-blockquote", "hs_reply"),
    )
)
_HISTORY_IDS: Final = frozenset(
    ["replysplit", "isforwardcontent", "oriMsgHtmlSeperator", "mail-editor-reference-message-container"]
)
_BEGIN_IDS: Final = frozenset(["divrplyfwdmsg", "x_divrplyfwdmsg"])
_OUTLOOKS_LINE: Final = re.compile(r"solid #(?:e1e1e1|b5c4df) 1(?:\.0)?pt")
_NO_SIZE: Final = re.compile(r"0*[01](?:px)?")


def declarations(style: str) -> dict[str, str]:
    """A style attribute's declarations, in small letters."""
    found: dict[str, str] = {}
    for declaration in style[:2000].lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def looks_of(tag: Opened) -> list[str]:
    """Our classes for what the element's style means."""
    style = tag.attributes.get("style", "")
    if not style:
        return []
    declared = declarations(style)
    return [look for name, pattern, look in _BY_STYLE if pattern.fullmatch(declared.get(name, ""))]


def is_hidden(tag: Opened) -> bool:
    """Nobody was meant to see it: the line that a mailbox shows beside the subject, a text for filters."""
    if "hidden" in tag.attributes:
        return True
    style = tag.attributes.get("style", "")
    if not style:
        return False
    declared = declarations(style)
    shown_nowhere = declared.get("display") == "none" or declared.get("visibility") in ("hidden", "collapse")
    return shown_nowhere or declared.get("mso-hide") == "all"


def is_history(tag: Opened) -> bool:
    """It holds the mail that is answered or forwarded, as mail programs mark it."""
    if tag.name == "blockquote":
        if tag.attributes.get("type", "").lower() == "cite" or "cite" in tag.attributes:
            return True
    elif tag.name != "div":
        return False
    classes = tag.attributes.get("class", "").lower().split()
    return not _HISTORY_CLASSES.isdisjoint(classes) or tag.attributes.get("id", "") in _HISTORY_IDS


def begins_history(tag: Opened) -> bool:
    """Outlook's line above the mail that is answered, which stands beside it and not around it."""
    if tag.name != "div":
        return False
    if tag.attributes.get("id", "").lower() in _BEGIN_IDS:
        return True
    style = tag.attributes.get("style", "")
    return "border-top" in style and bool(_OUTLOOKS_LINE.fullmatch(declarations(style).get("border-top", "")))


def is_beacon(tag: Opened) -> bool:
    """A picture of one pixel: nothing to see, it only tells the sender that the mail was opened."""
    declared = declarations(tag.attributes.get("style", ""))
    sizes = [tag.attributes.get(name, "") or declared.get(name, "") for name in ("width", "height")]
    return any(_NO_SIZE.fullmatch(size) for size in sizes) or is_hidden(tag)
