"""Thousands of mangled mails, archives and pieces of HTML, read in a process of little memory: each is read, none
crashes it, none keeps it busy. Then the worst that we could think of, at the size of a real attachment.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEMORY_BYTES = 768 * 1024 * 1024
"""For the interpreter, what it imports, a mail of 20 MB and what is read of it."""
PROCESSOR_SECONDS = 300
"""Of the whole run, not of one mail: a hang is found, a slow machine is not a fault."""

FUZZED = {
    "mails": "from tests.platform.mail.reading.test_never_raises import looked_through as run, mangled as made",
    "html": "from tests.proof.readers import cleaned as run, markup as made",
    "texts": "from tests.proof.readers import folded as run, texts as made",
    "archives": "from tests.proof.readers import walked as run, archives as made",
    "slack": "from tests.proof.readers import said as run, events as made",
}
PROGRAM = """
from hypothesis import HealthCheck, given, settings
{imports}
settings(max_examples={examples}, deadline=None, suppress_health_check=list(HealthCheck), database=None)(given(made)(run))()
"""
EXAMPLES = 3000


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))


def _run(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        preexec_fn=_limited,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("what", FUZZED)
def test_no_mangled_thing_is_too_much(what: str) -> None:
    _run(PROGRAM.format(imports=FUZZED[what], examples=EXAMPLES))


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("what", ["mails", "bodies", "html", "texts", "markup"])
def test_no_bomb_is_too_much(what: str) -> None:
    _run(f"from tests.proof.readers import set_off; set_off({what!r})")
