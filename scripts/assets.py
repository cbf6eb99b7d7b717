"""Builds the static folder: front-end packages, our own elements, one icon sprite, one style sheet.

Every file is named after its content, so that a browser may keep it for ever; `manifest.json` tells which
logical name is which file. Files are added first, the manifest is replaced in one step and the old files go
last, so a manifest never names a file that isn't there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import environment
import frontend
from machine import ROOT, SetupError, digest, run, say

PACKAGE = ROOT / "src" / "audienceos"
SOURCES = PACKAGE / "platform" / "web" / "assets"
STATIC = PACKAGE / "platform" / "web" / "static"
MANIFEST = STATIC / "manifest.json"
STAMP = STATIC / ".inputs"

COPIED = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "sortable.min.js": "sortablejs/Sortable.min.js",
    "inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
}
LICENCES = ("htmx.org", "sortablejs", "lucide-static", "@fontsource-variable/inter")
HASH_LENGTH = 12

Files = dict[str, bytes]


def is_ready() -> bool:
    """Whether the static folder was built from what lies there now. Starts no program."""
    return MANIFEST.exists() and STAMP.exists() and STAMP.read_text() == inputs()


def build() -> None:
    """Build the static folder. Raises `SetupError` where an icon, a package or the compiler is missing."""
    made_from = inputs()
    frontend.fetch()
    say("Building the assets…")
    files = _files()
    names = {name: _hashed(name, content) for name, content in files.items()}
    files["app.css"] = _style(names)
    names["app.css"] = _hashed("app.css", files["app.css"])
    STATIC.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        _write(STATIC / names[name], content)
    _write(MANIFEST, json.dumps(names, indent=2, sort_keys=True).encode())
    for old in set(STATIC.iterdir()) - {MANIFEST, STAMP, *(STATIC / name for name in names.values())}:
        old.unlink()
    stamp(made_from)


def stamp(made_from: str) -> None:
    """Write down what the static folder was built from, when all of it is done."""
    _write(STAMP, made_from.encode())


def inputs() -> str:
    """A hash over everything a change of which could change the outcome."""
    locks = [ROOT / "package-lock.json", ROOT / "requirements.lock"]
    return digest([*locks, *_within(SOURCES), *_templates(), *Path(__file__).parent.glob("*.py")])


def _templates() -> Iterator[Path]:
    for folder in PACKAGE.glob("**/templates"):
        yield from _within(folder)


def _within(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _files() -> Files:
    files = {name: (frontend.MODULES / source).read_bytes() for name, source in COPIED.items()}
    files |= {image.name: image.read_bytes() for image in (SOURCES / "images").glob("[!.]*")}
    files |= {worker.name: worker.read_bytes() for worker in (SOURCES / "workers").glob("*.js")}
    files["app.js"] = _script()
    files["icons.svg"] = _sprite()
    files["licences.txt"] = "\n\n".join(_licence(package) for package in LICENCES).encode()
    return files


def _licence(package: str) -> str:
    return f"{package}\n\n{(frontend.MODULES / package / 'LICENSE').read_text().strip()}\n"


def _script() -> bytes:
    """Our elements in one file, in the order of their names, each in a scope of its own."""
    parts = [_scoped(source.name, source.read_text()) for source in sorted((SOURCES / "js").glob("*.js"))]
    return "\n".join(parts).encode()


def _scoped(name: str, text: str) -> str:
    if re.search(r"^(import|export)\b", text, re.MULTILINE):
        raise SetupError(f"{name}: elements are plain scripts, without import and export.")
    return f'(() => {{\n"use strict";\n{text.strip()}\n}})();\n'


def _sprite() -> bytes:
    """One drawing with a symbol for each icon of icons.txt; stroke and size come from the style sheet."""
    symbols = [_symbol(name) for name in (SOURCES / "icons.txt").read_text().split()]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'.encode()


def _symbol(name: str) -> str:
    source = frontend.MODULES / "lucide-static" / "icons" / f"{name}.svg"
    if not source.exists():
        raise SetupError(f"icons.txt: lucide-static has no icon named {name}.")
    drawing = re.search(r"<svg[^>]*>(.*)</svg>", source.read_text(), re.DOTALL)
    if drawing is None:
        raise SetupError(f"{source.name} of lucide-static is no drawing.")
    lines = "".join(line.strip() for line in drawing[1].splitlines())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{lines}</symbol>'


def _style(names: dict[str, str]) -> bytes:
    """The classes that templates and elements use, and nothing else; addresses become the hashed names."""
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "app.css"
        run(
            [
                environment.VENV / "bin" / "tailwindcss",
                "-i",
                SOURCES / "css" / "app.css",
                "-o",
                built,
                "--minify",
            ],
            "Tailwind failed, see above.",
        )
        text = built.read_text()
    return re.sub(
        r"url\([\"']?(?:\./)?([\w.-]+)[\"']?\)", lambda found: _address(found[1], names), text
    ).encode()


def _address(name: str, names: dict[str, str]) -> str:
    if name not in names:
        raise SetupError(f"The style sheet asks for {name}, which the build doesn't make.")
    return f"url({names[name]})"


def _hashed(name: str, content: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:HASH_LENGTH]}.{suffix}"


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    os.replace(fresh, path)
