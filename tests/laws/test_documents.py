"""What is written about the product is so: settings, commands, targets, files, links and excerpts."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import msgspec
import pytest
from bench.__main__ import PARTS
from bench.report import LAST, between

from audienceos.cli import ARGUMENTS, COMMANDS
from audienceos.platform.settings import PREFIX, Settings
from tests.laws.source import ROOT, SOURCE

DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
OPERATING = (ROOT / "docs/operating.md").read_text()
PICTURE_BYTES = 200_000
TOLD = {
    "data_dir": "the user's data folder; `/var/lib/audienceos` for root",
    "url": "`http://` with host and port",
}
"""Defaults that depend on the machine or on other settings."""


def rows(text: str, head: str) -> list[list[str]]:
    """The cells of the table whose first heading is `head`."""
    _, found, rest = text.partition(f"| {head} |")
    assert found, head
    lines = rest.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def named(text: str, pattern: str) -> set[str]:
    """What stands in backticks, outside blocks of code, and matches as a whole."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return {word for word in re.findall(r"`([^`\n]+)`", text) if re.fullmatch(pattern, word)}


def written(default: object) -> str | None:
    """A default as the table has it; None where nothing is set, which the table says in words."""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`" if default not in ("", ()) else None


def test_every_setting_is_in_the_manual_with_its_default() -> None:
    told = {row[0].strip("`"): row[1:] for row in rows(OPERATING, "Setting")}
    assert list(told) == [PREFIX + field.name.upper() for field in msgspec.structs.fields(Settings)]
    for field in msgspec.structs.fields(Settings):
        default, meaning = told[PREFIX + field.name.upper()]
        assert meaning
        wanted = TOLD.get(field.name) or written(field.default)
        assert default == wanted if wanted else default, field.name


def test_no_document_names_a_setting_that_is_none() -> None:
    known = {PREFIX + field.name.upper() for field in msgspec.structs.fields(Settings)}
    for path in DOCS:
        assert set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", path.read_text())) <= known, path.name


def test_every_command_is_in_the_manual() -> None:
    told = [row[0].strip("`").removeprefix("audienceos ") for row in rows(OPERATING, "Command")]
    assert sorted(re.sub(r" FILE$", "", command) for command in told) == sorted(COMMANDS)


def test_options_that_documents_name_are_there() -> None:
    options = {flag for given in ARGUMENTS.values() for flags, _ in given for flag in flags}
    own = {"--large", "--only", "--look", "--help", "--upgrade", "--phone"}
    for path in DOCS:
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", path.read_text())) <= options | own, path.name


def test_targets_that_documents_name_are_there_and_help_lists_them() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    helped = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    explained = set(re.findall(r"^([a-z-]+):[^#\n]*## ", makefile, re.MULTILINE))
    assert set(re.findall(r"^  make ([a-z-]+) ", helped, re.MULTILINE)) == explained
    assert explained >= {"run", "test", "check", "proof", "bench"}
    for path in DOCS:
        text = path.read_text()
        asked = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
        assert asked <= targets, path.name


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        file, _, anchor = target.partition("#")
        assert "://" not in target
        found = (path.parent / file) if file else path
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text(), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_files_that_documents_name_are_there(path: Path) -> None:
    text = path.read_text()
    files = named(text, r"[\w-]+(/[\w-]+)*/[\w-]+\.(py|md|html|sql|toml)")
    files |= named(text, r"(src|tests|bench|docs|scripts)/[\w/-]+")
    places = (ROOT, SOURCE, *(room for room in SOURCE.iterdir() if room.is_dir()))
    assert [file for file in sorted(files) if not any((place / file).exists() for place in places)] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_excerpts_are_the_code(path: Path) -> None:
    for excerpt in re.findall(r"^```python\n(.+?)^```$", path.read_text(), re.MULTILINE | re.DOTALL):
        place, _, code = excerpt.partition("\n")
        assert place.startswith("# "), f"{place} names no file"
        assert code in (ROOT / place.removeprefix("# ")).read_text(), place


def test_a_room_is_explained_by_excerpts() -> None:
    text = (ROOT / "docs/adding-a-room.md").read_text()
    assert text.count("```python") >= 6


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_no_machine_and_no_registry_is_named(path: Path) -> None:
    machine = re.compile(
        r"(?<![\w.])/(work|tmp|root|home|mnt)/|pypi|npmjs|crates\.io|docker\.io", re.IGNORECASE
    )
    assert machine.search(path.read_text()) is None


def test_the_readme_is_one_page_with_a_picture_and_leads_to_the_rest() -> None:
    text = (ROOT / "README.md").read_text()
    assert text.count("\n") <= 60
    assert {f"docs/{path.name}" for path in DOCS if path.parent.name == "docs"} <= set(
        re.findall(r"\]\((docs/[^)]+)\)", text)
    )
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert (ROOT / picture).stat().st_size < PICTURE_BYTES
    assert re.findall(r"^make [a-z]+", text, re.MULTILINE) == ["make run", "make test"]


@pytest.mark.parametrize("part", PARTS)
def test_figures_of_each_part_have_their_place(part: str) -> None:
    page = (ROOT / "docs/performance.md").read_text()
    written_anew = between(page, part, ["a", "b"])
    assert f"<!-- {part}: begin -->\n\na\nb\n<!-- {part}: end -->" in written_anew
    assert between(written_anew, part, ["a", "b"]) == written_anew
    assert written_anew.endswith(f"{LAST}\n")


def test_parts_of_the_bench_are_the_written_ones() -> None:
    head, _, _ = (ROOT / "docs/performance.md").read_text().partition("## How to read it")
    assert set(PARTS) == named(head, "[a-z]+")
