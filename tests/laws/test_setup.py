"""The set-up keeps its promises: locks that are complete and name no registry, and nothing done twice."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASSETS = Path("src/audienceos/platform/web/assets")
STATIC = ROOT / "src/audienceos/platform/web/static"

WISHES = sorted(ROOT.glob("requirements*.in"))
LOCKS = sorted(ROOT.glob("requirements*.lock"))
NPM_LOCK = ROOT / "package-lock.json"

Pins = dict[str, str]


def _wished(file: Path) -> set[str]:
    """The packages that a list asks for, without extras, versions and comments."""
    lines = (line.partition("#")[0].strip() for line in file.read_text().splitlines())
    return {re.split(r"[\[<>=!~; ]", line)[0] for line in lines if line and not line.startswith("-")}


def _package_json() -> Pins:
    return json.loads((ROOT / "package.json").read_text())["dependencies"]


def _pins(lock: Path) -> Pins:
    return dict(re.findall(r"^([\w.-]+)==([^ ;\\]+)", lock.read_text(), re.MULTILINE))


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(name) for name in listed.stdout.split("\0") if name]


def test_every_dependency_is_explained_and_nothing_else_is() -> None:
    explained = re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE)
    wanted = set[str]().union(*map(_wished, WISHES), _package_json())
    assert sorted(explained) == sorted(wanted)


@pytest.mark.parametrize("wish", WISHES, ids=lambda path: path.name)
def test_a_lock_holds_what_its_list_asks_for(wish: Path) -> None:
    assert _wished(wish) <= set(_pins(wish.with_suffix(".lock")))


@pytest.mark.parametrize("lock", [*LOCKS, NPM_LOCK], ids=lambda path: path.name)
def test_a_lock_names_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert '"resolved"' not in text
    assert "--index-url" not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_an_exact_version_and_a_hash(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert len(entries) == len(_pins(lock)) > 0
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_one_environment_can_hold_all_locks() -> None:
    runtime, dev, node = (_pins(ROOT / f"requirements{which}.lock") for which in ("", "-dev", "-node"))
    assert runtime.items() <= dev.items()
    assert node.items() <= dev.items()


def test_front_end_versions_are_exact_and_their_contents_are_known() -> None:
    locked = json.loads(NPM_LOCK.read_text())["packages"]
    wished = _package_json()
    assert [version for version in wished.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    for name, version in wished.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    assert [name for name, package in locked.items() if name and "integrity" not in package] == []


def test_nothing_of_others_and_nothing_built_is_in_the_repository() -> None:
    tracked = _tracked()
    assert len(tracked) > 10
    foreign = [path for path in tracked if ".min." in path.name or path.suffix in {".woff", ".woff2", ".map"}]
    built = [path for path in tracked if path.parts[0] in {".venv", "node_modules"} or "static" in path.parts]
    assert foreign + built == []


def test_what_is_built_is_ignored() -> None:
    built = [".venv/x", "node_modules/x", STATIC.relative_to(ROOT) / "x"]
    ignored = subprocess.run(
        ["git", "check-ignore", *built], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(ignored.stdout.split()) == len(built)


# The static folder, as `make` has built it


def _manifest() -> Pins:
    return json.loads((STATIC / "manifest.json").read_text())


def test_the_manifest_names_each_file_after_its_content() -> None:
    manifest = _manifest()
    assert {"app.css", "app.js", "icons.svg", "htmx.min.js", "sortable.min.js", "inter.woff2"} <= set(
        manifest
    )
    for name in manifest.values():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12] in name


def test_the_style_sheet_asks_only_for_files_of_the_manifest() -> None:
    manifest = _manifest()
    asked = re.findall(r"url\(([^)]+)\)", (STATIC / manifest["app.css"]).read_text())
    assert manifest["inter.woff2"] in asked
    assert set(asked) <= set(manifest.values())


def test_the_sprite_holds_the_icons_that_are_named_and_no_other() -> None:
    drawn = re.findall(r'<symbol id="([^"]+)"', (STATIC / _manifest()["icons.svg"]).read_text())
    assert sorted(drawn) == sorted((ROOT / ASSETS / "icons.txt").read_text().split())


def test_every_icon_that_a_template_draws_is_in_the_sprite() -> None:
    templates = [path.read_text() for path in (ROOT / "src/audienceos").glob("**/templates/**/*.html")]
    drawn = {name for text in templates for name in re.findall(r"""\bicon\(["']([^"']+)["']""", text)}
    assert len(drawn) > 5
    assert drawn <= set((ROOT / ASSETS / "icons.txt").read_text().split())


def test_a_first_visit_is_light() -> None:
    manifest = _manifest()
    sent = [
        gzip.compress((STATIC / manifest[name]).read_bytes()) for name in ("app.css", "app.js", "htmx.min.js")
    ]
    assert sum(map(len, sent)) < 90_000  # of the 100 KB that a first visit may take, the page itself included
    assert (STATIC / manifest["inter.woff2"]).stat().st_size < 50_000


# A copy of the project whose set-up is done as far as its stamps tell

STAMPED = """
import os, sys
sys.path.insert(0, "scripts")
import assets, environment
environment.PYTHON.parent.mkdir(parents=True)
environment.PYTHON.symlink_to(os.path.realpath(sys.executable))
environment.stamp(environment.wanted(dev=True))
assets.STATIC.mkdir(parents=True)
assets.MANIFEST.write_text("{}")
assets.stamp(assets.inputs())
"""

WATCHED = """
import sys
def watch(event, arguments):
    if event == "subprocess.Popen":
        print("started", *map(str, arguments[1]))
        sys.stdout.flush()
        raise KeyboardInterrupt
sys.path.insert(0, "scripts")
sys.addaudithook(watch)
import setup
sys.exit(setup.main(sys.argv[1:]))
"""


@pytest.fixture
def done(tmp_path: Path) -> Path:
    """A copy of what the set-up looks at, with the stamps of a finished one."""
    for name in ["pyproject.toml", "package.json", "package-lock.json", *(lock.name for lock in LOCKS)]:
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    shutil.copytree(ROOT / ASSETS, tmp_path / ASSETS)
    subprocess.run([sys.executable, "-c", STAMPED], cwd=tmp_path, check=True)
    return tmp_path


def _started(project: Path, *options: str) -> str:
    """Run the set-up until it would start a program; the answer is that program's call, or nothing."""
    command = [sys.executable, "-c", WATCHED, *options]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("options", [[], ["--dev"]])
def test_a_second_set_up_starts_no_program(done: Path, options: list[str]) -> None:
    assert _started(done, *options) == ""


def test_a_changed_lock_is_installed_into_the_standing_environment(done: Path) -> None:
    with (done / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    first = _started(done)
    assert "pip" in first
    assert "venv.py" not in first
    assert (done / ".venv/bin/python").exists()


@pytest.mark.parametrize("what", ["interrupted", "moved"])
def test_an_environment_that_cannot_be_trusted_is_made_anew(done: Path, what: str) -> None:
    if what == "interrupted":
        (done / ".venv/.setup").unlink()
    else:
        done = done.rename(done.with_name("elsewhere"))
    assert "-m venv" in _started(done)
    assert not (done / ".venv").exists()


def test_a_changed_style_sheet_is_compiled_again(done: Path) -> None:
    with (done / ASSETS / "css/app.css").open("a") as style:
        style.write("/* changed */\n")
    assert _started(done) != ""


def _browser(named: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"AUDIENCEOS_TEST_BROWSER": named}
    command = [ROOT / "scripts/python", "browser.py"]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_the_browser_of_the_tests_may_be_chosen() -> None:
    assert _browser(sys.executable).stdout.strip() == sys.executable


def test_a_browser_that_is_not_there_is_named() -> None:
    refused = _browser("/no/such/browser")
    assert refused.returncode == 1
    assert "/no/such/browser" in refused.stderr
