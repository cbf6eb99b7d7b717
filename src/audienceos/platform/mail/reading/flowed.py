"""Paragraphs that were cut into lines with a blank at each soft end (RFC 3676, format=flowed), whole again."""

from __future__ import annotations


def unflowed(text: str, *, delsp: bool) -> str:
    """The text with soft line ends removed, within one depth of quoting; `delsp` removes the blank that marks them."""
    out: list[str] = []
    held: list[str] = []
    depth = 0
    for line in text.split("\n"):
        quoted = len(line) - len(line.lstrip(">"))
        content = line[quoted:].removeprefix(" ")
        if held and (quoted != depth or content == "-- "):
            out.append(_marked("".join(held), depth))
            held.clear()
        depth = quoted
        is_soft = content.endswith(" ") and content != "-- "
        held.append(content[:-1] if is_soft and delsp else content)
        if not is_soft:
            out.append(_marked("".join(held), depth))
            held.clear()
    if held:
        out.append(_marked("".join(held), depth))
    return "\n".join(out)


def _marked(text: str, depth: int) -> str:
    return f"{'>' * depth} {text}".rstrip() if depth else text if text == "-- " else text.rstrip()
