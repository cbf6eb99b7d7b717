"""Exports for the tests, as Slack packs them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PEOPLE: list[dict[str, Any]] = [
    {
        "id": "U1",
        "name": "dana",
        "deleted": False,
        "profile": {"real_name": "Dana O'Neill", "display_name": "Dana", "email": "dana@harbor.example"},
    },
    {
        "id": "U2",
        "name": "jonas",
        "deleted": True,
        "profile": {"real_name": "Jonas Weber", "display_name": ""},
    },
    {"id": "B1", "name": "reporter", "is_bot": True, "profile": {}},
]
CHANNELS: list[dict[str, Any]] = [
    {"id": "C1", "name": "harbor", "members": ["U1", "U2"], "is_archived": False},
    {"id": "C2", "name": "random", "members": [], "is_archived": True},
]


def message(ts: str, text: str, **more: object) -> dict[str, Any]:
    """One message of Dana's."""
    return {"type": "message", "user": "U1", "text": text, "ts": ts, **more}


WHOLE: dict[str, Any] = {
    "users.json": PEOPLE,
    "channels.json": CHANNELS,
    "dms.json": [{"id": "D1", "created": 1, "members": ["U1", "U2"]}],
    "mpims.json": [{"id": "G1", "name": "mpdm-dana--jonas-1", "members": ["U1", "U2"]}],
    "harbor/2026-11-17.json": [message("1794900000.000100", "Second day")],
    "harbor/2026-11-16.json": [
        message("1794838403.000100", "First"),
        {
            "type": "message",
            "subtype": "channel_join",
            "user": "U2",
            "text": "joined",
            "ts": "1794838404.000100",
        },
        message("1794838405.000100", "Reply", thread_ts="1794838403.000100"),
    ],
    "D1/2026-11-16.json": [message("1794838406.000100", "Between two")],
    "canvases/x.html": "<p>",
}


def packed(folder: Path, files: Mapping[str, object]) -> Path:
    """The files in a zip; bytes and texts as they stand, everything else as JSON."""
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, (bytes, str)) else json.dumps(content))
    return path
