"""The command line: instant help, sentences instead of traces."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from audienceos.cli import COMMANDS, main

LOADED = (
    "import sys, audienceos.cli as c\ntry: c.main(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
)


def test_help_loads_nothing_of_the_product() -> None:
    told = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout
    loaded = set(told.splitlines()[-1].split())
    assert not loaded & {
        "litestar",
        "sqlalchemy",
        "asyncpg",
        "msgspec",
        "audienceos.app",
        "audienceos.platform",
    }


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        with pytest.raises(SystemExit) as left:
            main([*name.split(), "--help"])
        assert left.value.code == 0
        assert COMMANDS[name].help in " ".join(capsys.readouterr().out.split())


def test_a_wrong_setting_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUDIENCEOS_PORT", "eighty")
    with pytest.raises(SystemExit) as left:
        main(["migrate"])
    assert left.value.code == 1
    assert capsys.readouterr().err == "audienceos: AUDIENCEOS_PORT: 'eighty' is not int\n"
