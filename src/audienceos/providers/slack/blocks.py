"""The words in blocks and attachments, for messages whose own text is empty, as apps send them and people forward them."""

from __future__ import annotations

from collections.abc import Iterator

from audienceos.providers.slack.values import as_list, as_object, as_text

_DEPTH = 8
"""Slack nests lists within quotes within a text; nothing it sends comes near this."""
_MOST = 500
_CHARS = 40_000


def text_of_blocks(blocks: object) -> str:
    """The blocks' words in Slack's markup, a line each."""
    lines = [line for block in as_list(blocks)[:_MOST] for line in _lines(as_object(block), _DEPTH)]
    return "\n".join(line for line in lines if line.strip()).strip()


def text_of_attachments(attachments: object) -> str:
    """What attachments say: their title and text, or the line that they bring for old programs."""
    parts: list[str] = []
    for entry in as_list(attachments)[:_MOST]:
        attachment = as_object(entry)
        said = [as_text(attachment.get(key), _CHARS) for key in ("pretext", "title", "text")]
        whole = "\n".join(line for line in said if line.strip())
        parts.append(
            whole or text_of_blocks(attachment.get("blocks")) or as_text(attachment.get("fallback"), _CHARS)
        )
    return "\n\n".join(part for part in parts if part.strip())


def _lines(block: dict[str, object], depth: int) -> Iterator[str]:
    if depth <= 0:
        return
    match block.get("type"):
        case "section" | "header":
            yield _words(block.get("text"))
            yield from (_words(field) for field in as_list(block.get("fields"))[:_MOST])
        case "context":
            yield " ".join(
                filter(None, (_words(element) for element in as_list(block.get("elements"))[:_MOST]))
            )
        case "rich_text" | "rich_text_list":
            bullet = "• " if block.get("type") == "rich_text_list" else ""
            for element in as_list(block.get("elements"))[:_MOST]:
                yield from (f"{bullet}{line}" for line in _lines(as_object(element), depth - 1))
        case "rich_text_section" | "rich_text_preformatted":
            yield _run(block)
        case "rich_text_quote":
            yield "\n".join(f"&gt; {line}" for line in _run(block).split("\n"))
        case "image" | "video":
            yield as_text(block.get("alt_text"), 500)
        case _:
            return


def _words(value: object) -> str:
    return as_text(as_object(value).get("text"), _CHARS)


def _run(block: dict[str, object]) -> str:
    return "".join(_piece(as_object(element)) for element in as_list(block.get("elements"))[:_MOST])


def _piece(element: dict[str, object]) -> str:
    match element.get("type"):
        case "text":
            return _escaped(as_text(element.get("text"), _CHARS))
        case "link":
            url, text = as_text(element.get("url"), 3000), as_text(element.get("text"), 3000)
            return f"<{_escaped(url)}|{_escaped(text)}>" if text else f"<{_escaped(url)}>"
        case "user":
            return f"<@{as_text(element.get('user_id'), 40)}>"
        case "channel":
            return f"<#{as_text(element.get('channel_id'), 40)}>"
        case "emoji":
            return f":{as_text(element.get('name'), 100)}:"
        case "broadcast":
            return f"<!{as_text(element.get('range'), 40)}>"
        case _:
            return ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
