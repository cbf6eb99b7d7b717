"""Exports of a workspace: all that was said, in order, past whatever is broken, and no bomb is set off."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audienceos.providers.slack.archive import ExportError, Limits
from audienceos.providers.slack.export import Export
from audienceos.providers.slack.shapes import Broken, Person, Room, Said, Skipped
from tests.providers.slack.exports import CHANNELS, WHOLE, message, packed


def _texts(path: Path, limits: Limits | None = None) -> list[str]:
    """What was said, in order, with the channel's id; what was skipped or is broken by its reason."""
    with Export(path, limits or Limits()) as export:
        return [*map(_text, export.said())]


def _text(entry: tuple[Room, Said | Skipped] | Broken) -> str:
    if isinstance(entry, Broken):
        return f"{entry.path}: {entry.reason}"
    said = entry[1]
    return f"{said.channel}: {said.text}" if isinstance(said, Said) else said.reason


def _refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(ExportError) as refused:
        Export(path, limits or Limits())
    assert [fault.field for fault in refused.value.faults] == ["file"]
    return refused.value.code


def test_people(tmp_path: Path) -> None:
    with Export(packed(tmp_path, WHOLE)) as export:
        assert export.people == (
            Person(id="U1", name="Dana", email="dana@harbor.example"),
            Person(id="U2", name="Jonas Weber", is_deleted=True),
            Person(id="B1", name="reporter", is_bot=True),
        )
        assert export.names() == {"U1": "Dana", "U2": "Jonas Weber", "B1": "reporter"}


def test_rooms(tmp_path: Path) -> None:
    with Export(packed(tmp_path, WHOLE)) as export:
        assert [(room.id, room.name, room.kind, room.is_archived) for room in export.rooms] == [
            ("C1", "harbor", "public", False),
            ("C2", "random", "public", True),
            ("D1", "", "direct", False),
            ("G1", "mpdm-dana--jonas-1", "group", False),
        ]
        assert export.rooms[0].members == ("U1", "U2")


def test_what_was_said_comes_room_by_room_and_day_by_day(tmp_path: Path) -> None:
    said = ["D1: Between two", "C1: First", "system", "C1: Reply", "C1: Second day"]
    path = packed(tmp_path, WHOLE)
    assert _texts(path) == said
    with Export(path) as export:
        assert [*map(_text, export.said())] == [*map(_text, export.said())] == said


def test_lists_that_are_not_there_are_no_fault(tmp_path: Path) -> None:
    with Export(packed(tmp_path, {"channels.json": CHANNELS})) as export:
        assert (export.people, export.broken) == ((), [])


@pytest.mark.parametrize("content", [b"{", b"[1,", b"\xff\xfe", b'{"ok": true}', b"[" * 100_000])
def test_a_broken_day_is_told_and_the_next_is_read(tmp_path: Path, content: bytes) -> None:
    said = _texts(packed(tmp_path, {**WHOLE, "harbor/2026-11-15.json": content}))
    assert said[1] == "harbor/2026-11-15.json: it is no list of messages"
    assert said[2] == "C1: First"


def test_a_broken_list_is_told(tmp_path: Path) -> None:
    with Export(packed(tmp_path, {**WHOLE, "users.json": b"[{"})) as export:
        assert export.broken == [Broken(path="users.json", reason="it is no list")]
        assert len(export.rooms) == 4


def test_entries_that_are_nothing_are_passed_over(tmp_path: Path) -> None:
    files = {
        "users.json": [1, None, {}, {"id": "../U"}],
        "channels.json": ["x", {"name": "nameless"}, *CHANNELS],
    }
    with Export(packed(tmp_path, files)) as export:
        assert (export.people, [room.id for room in export.rooms]) == ((), ["C1", "C2"])


def test_items_that_are_no_messages_are_skipped(tmp_path: Path) -> None:
    files: dict[str, object] = {**WHOLE, "harbor/2026-11-15.json": [1, None, [], {}, message("x", "no time")]}
    assert _texts(packed(tmp_path, files))[1:6] == [*["not_a_message"] * 4, "no_ts"]


def test_a_folder_that_no_list_names_is_told_once(tmp_path: Path) -> None:
    files: dict[str, object] = {**WHOLE, "ghost/2026-11-15.json": [], "ghost/2026-11-16.json": []}
    assert _texts(packed(tmp_path, files)).count("ghost: no list names this channel") == 1


@pytest.mark.parametrize(
    "name",
    [
        *("../../etc/2026-11-16.json", "/2026-11-16.json", "../2026-11-16.json", "./2026-11-16.json"),
        *(
            "harbor\\2026-11-16.json",
            "C:/x/2026-11-16.json",
            "harbor/../random/2026-11-16.json",
            "harbor/2026-1-1.json",
        ),
    ],
)
def test_paths_lead_nowhere(tmp_path: Path, name: str) -> None:
    files = {
        "channels.json": [*CHANNELS, {"id": "C3", "name": ".."}, {"id": "C4", "name": "."}],
        name: [message("1.0", "x")],
    }
    assert _texts(packed(tmp_path, files)) == []
    assert [path.name for path in tmp_path.iterdir()] == ["export.zip"]


# What is refused


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", b"PK\x05\x06"])
def test_no_zip(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert _refusal(path) == "not_a_zip"


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    assert _refusal(packed(tmp_path, {"readme.txt": b"Hi"})) == "not_slack"


def test_a_file_without_its_end(tmp_path: Path) -> None:
    path = packed(tmp_path, WHOLE)
    path.write_bytes(path.read_bytes()[:-100])
    assert _refusal(path) == "not_a_zip"


def test_a_file_without_its_beginning_gives_the_rest(tmp_path: Path) -> None:
    path = packed(tmp_path, WHOLE)
    path.write_bytes(path.read_bytes()[100:])
    with Export(path) as export:
        assert export.broken == [Broken(path="users.json", reason="it is damaged")]
        assert len(export.rooms) == 4


@pytest.mark.parametrize("limits", [Limits(files=3), Limits(unpacked_bytes=100), Limits(directory_bytes=100)])
def test_too_much_is_refused(tmp_path: Path, limits: Limits) -> None:
    assert _refusal(packed(tmp_path, WHOLE), limits) == "too_large"


def test_a_bomb_is_refused_unpacked(tmp_path: Path) -> None:
    path = packed(tmp_path, {**WHOLE, "harbor/2026-11-18.json": b" " * 30_000_000})
    tracemalloc.start()
    assert _refusal(path) == "too_large"
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_a_directory_that_claims_to_be_huge_is_not_read(tmp_path: Path) -> None:
    path = packed(tmp_path, WHOLE)
    content = bytearray(path.read_bytes())
    struct.pack_into("<L", content, content.rfind(b"PK\x05\x06") + 12, 0xFFFFFFF0)
    path.write_bytes(content)
    assert _refusal(path) == "too_large"


def test_a_day_too_large_is_left_out(tmp_path: Path) -> None:
    files = {**WHOLE, "harbor/2026-11-15.json": [message("1794838403.000100", "x" * 2000)]}
    said = _texts(packed(tmp_path, files), Limits(day_bytes=1000))
    assert said[1:3] == ["harbor/2026-11-15.json: it is larger than 1,000 bytes", "C1: First"]


def test_a_size_that_is_a_lie_is_found_out(tmp_path: Path) -> None:
    files = {**WHOLE, "harbor/2026-11-15.json": [message("1794838403.000100", "y" * 5000)]}
    path = packed(tmp_path, files)
    with zipfile.ZipFile(path) as archive:
        true = archive.getinfo("harbor/2026-11-15.json").file_size
    path.write_bytes(path.read_bytes().replace(struct.pack("<L", true), struct.pack("<L", 10)))
    assert _texts(path)[1] == "harbor/2026-11-15.json: it is damaged"


def test_a_locked_file_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path, {"channels.json": CHANNELS, "harbor/2026-11-15.json": []})
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rfind(mark) + at] |= 1
    path.write_bytes(content)
    assert _texts(path) == ["harbor/2026-11-15.json: it is locked by a password"]


@settings(max_examples=60)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=12), st.integers(0, 12))
def test_any_damage_is_told_and_nothing_more(
    tmp_path_factory: pytest.TempPathFactory, at: int, patch: bytes, cut: int
) -> None:
    path = packed(tmp_path_factory.mktemp("export"), WHOLE)
    content = path.read_bytes()
    at %= len(content)
    path.write_bytes(content[:at] + patch + content[at + cut :])
    assert all(_outcome(path))


def _outcome(path: Path) -> list[str]:
    try:
        return _texts(path)
    except ExportError as error:
        return [error.code]


_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
)


@settings(max_examples=12)
@given(_VALUES, _VALUES, _VALUES)
def test_any_json_in_its_place_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, people: Any, rooms: Any, day: Any
) -> None:
    folder = tmp_path_factory.mktemp("export")
    files = {
        name: msgspec.json.encode(value) for name, value in (("users.json", people), ("groups.json", rooms))
    }
    path = packed(
        folder, {**files, "channels.json": CHANNELS, "harbor/2026-11-16.json": msgspec.json.encode(day)}
    )
    assert all(text for text in _texts(path))
