"""Characters from bytes, whatever the mail claims about them.

The claim is believed where the bytes agree with it. Names are looked up in a fixed list only: Python's codecs know
names that unpack, calculate or take quadratic time ("zip", "punycode"), and a mail chooses the name.
"""

from __future__ import annotations

import codecs
import re
from encodings.aliases import aliases
from typing import Final

import charset_normalizer

_SAMPLE_BYTES = 16_384
"""What the guesser sees; it takes some hundredths of a second for this."""

_WESTERN = "cp1252"
_WIDER: Final = {
    "ascii": _WESTERN,
    "latin_1": _WESTERN,
    "iso8859_1": _WESTERN,
    "iso8859_9": "cp1254",
    "tis_620": "cp874",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
    "iso2022_jp_1": "iso2022_jp_ext",
    "iso2022_jp_2": "iso2022_jp_ext",
}
"""Senders name the old standard and use what their system has made of it since."""

_NAMES: Final = {
    "x_gbk": "gb18030",
    "gb_2312_80": "gb18030",
    "gb_2312": "gb18030",
    "ks_c_5601_1987": "cp949",
    "ks_c_5601": "cp949",
    "x_windows_949": "cp949",
    "x_sjis": "cp932",
    "windows_31j": "cp932",
    "ms932": "cp932",
    "x_euc_jp": "euc_jp",
    "cp_1252": _WESTERN,
    "iso_8859_8_i": "iso8859_8",
    "iso_8859_8_e": "iso8859_8",
    "x_mac_roman": "mac_roman",
    "unicode_1_1_utf_7": "utf_7",
    "utf8mb4": "utf_8",
    "unicode": "utf_8",
    "utf_8_sig": "utf_8",
    "x_unicode_2_0_utf_8": "utf_8",
    "x_mac_cyrillic": "mac_cyrillic",
}
_KNOWN: Final = frozenset(
    [
        "utf_8",
        "utf_7",
        "utf_16",
        "utf_16_le",
        "utf_16_be",
        "utf_32",
        "utf_32_le",
        "utf_32_be",
        "ascii",
        "latin_1",
    ]
    + [
        "koi8_r",
        "koi8_u",
        "koi8_t",
        "kz1048",
        "ptcp154",
        "tis_620",
        "big5",
        "big5hkscs",
        "cp949",
        "cp932",
        "cp950",
    ]
    + [
        "euc_jp",
        "euc_jis_2004",
        "euc_kr",
        "johab",
        "gb2312",
        "gbk",
        "gb18030",
        "hz",
        "shift_jis",
        "shift_jis_2004",
    ]
    + ["iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_ext", "iso2022_kr"]
    + [f"iso8859_{number}" for number in (*range(1, 12), *range(13, 17))]
    + [
        f"cp{number}"
        for number in (437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866, 869, 874)
    ]
    + [f"cp{number}" for number in range(1250, 1259)]
    + ["mac_roman", "mac_latin2", "mac_cyrillic", "mac_greek", "mac_turkish", "mac_iceland"]
)
_LIKELY: Final = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF32_BE, "utf_32"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
_META: Final = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?([\w:.-]{1,40})", re.IGNORECASE)
_ESCAPED: Final = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_SIGN_IN_WORD: Final = re.compile(r"[^\W\d_][¡¢£¤¥¦§¨©ª«¬¯°±²³µ¶¸¹º»¼½¾¿][^\W\d_]")
_MOST_MARKED = 0.5
"""In a western word fewer than half of the letters carry marks; a wrong alphabet is nothing but marks."""


class Guesses:
    """How often a mail may have its characters guessed: a thousand parts without a charset would take minutes."""

    def __init__(self, left: int = 4) -> None:
        self._left = left
        self.hint = ""
        """The charset that the mail's text names: what its header holds beyond ASCII is most likely written in it too."""

    def take(self) -> bool:
        """Whether one more guess is to be had; it is used up by asking."""
        self._left -= 1
        return self._left >= 0


def codec_of(name: str) -> str:
    """Python's codec for a charset's name, in the widest form that senders mean by it; empty for an unknown one."""
    plain = re.sub(r"[^a-z0-9]+", "_", name[:60].lower()).strip("_")
    codec = _NAMES.get(plain) or aliases.get(plain) or plain
    return _WIDER.get(codec, codec) if codec in _KNOWN else ""


def text_of(raw: bytes, charset: str, guesses: Guesses) -> tuple[str, str]:
    """The characters, and what had to be forgiven for them; empty when nothing had."""
    codec = codec_of(charset)
    for mark, marked in _MARKS:
        if raw.startswith(mark) and (codec in ("", marked, "utf_8", _WESTERN) or codec.startswith("utf")):
            return raw[len(mark) :].decode(_from_mark(mark, marked), "replace"), ""
    if codec and _names_its_language(codec, raw):
        text = _strictly(raw, codec)
        if text is not None:
            return text, ""
    guessed, how = _guessed(raw, codec, guesses)
    if not charset and not codec:
        return guessed, "" if how in ("utf_8", "ascii") else f"no charset is named; read as {how}"
    if not codec:
        return guessed, f"the charset {charset[:40]!r} is unknown; read as {how}"
    return (
        (guessed, "") if codec == how else (guessed, f"it is not in the charset {charset[:40]!r} as it says")
    )


def _names_its_language(codec: str, raw: bytes) -> bool:
    """False where ASCII or Latin-1 is claimed, as programs do that know nothing better, and the bytes are UTF-8."""
    return codec != _WESTERN or raw.isascii() or _strictly(raw, "utf_8") is None


def _from_mark(mark: bytes, codec: str) -> str:
    if codec == "utf_8":
        return codec
    return f"{codec}_le" if mark[0] in (0xFF,) else f"{codec}_be"


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None


def _guessed(raw: bytes, codec: str, guesses: Guesses) -> tuple[str, str]:
    """The likeliest reading and its codec: escapes, UTF-8, what the HTML says, western, and only then the guesser."""
    if _ESCAPED.search(raw, 0, _SAMPLE_BYTES):
        text = _strictly(raw, "iso2022_jp_ext")
        if text is not None:
            return text, "iso2022_jp_ext"
    for candidate in ("utf_8", _in_html(raw)):
        text = _strictly(raw, candidate) if candidate else None
        if text is not None:
            return text, candidate
    if codec and codec != _WESTERN and _is_mostly(raw, codec):
        return raw.decode(codec, "replace"), f"{codec}, with gaps"
    if not _reads_as_western(raw) and guesses.take():
        best = charset_normalizer.from_bytes(_telling(raw), cp_isolation=_LIKELY).best()
        if best is not None:
            return raw.decode(best.encoding, "replace"), best.encoding
    return _western(raw), _WESTERN


def _western(raw: bytes) -> str:
    """Windows-1252, and Latin-1 for its five gaps."""
    text = _strictly(raw, _WESTERN)
    return raw.decode("latin_1") if text is None else text


def _in_html(raw: bytes) -> str:
    found = _META.search(raw, 0, 4096)
    return codec_of(found[1].decode("ascii", "replace")) if found else ""


def _is_mostly(raw: bytes, codec: str) -> bool:
    """Some bytes were lost on the way, but what is named is what it was written in."""
    text = raw[:_SAMPLE_BYTES].decode(codec, "replace")
    return text.count("\ufffd") * 20 <= len(text)


def _telling(raw: bytes) -> bytes:
    """The first lines with bytes beyond ASCII: only those tell charsets apart."""
    lines: list[bytes] = []
    size = 0
    for line in raw[: 20 * _SAMPLE_BYTES].splitlines(keepends=True):
        if not line.isascii():
            lines.append(line[:_SAMPLE_BYTES])
            size += len(line)
        if size > _SAMPLE_BYTES:
            break
    return b"".join(lines)[: 2 * _SAMPLE_BYTES] or raw[:_SAMPLE_BYTES]


def _reads_as_western(raw: bytes) -> bool:
    text = _western(_telling(raw))
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    letters = sum(map(len, words))
    marked = sum(not letter.isascii() for word in words for letter in word)
    return marked <= _MOST_MARKED * letters and not _SIGN_IN_WORD.search(text)
