"""Prints the path of a Chromium for the tests, after installing one where there is none."""

from __future__ import annotations

import os
import shutil
import sys

import environment
from machine import SetupError, install, may_install, output, run, say

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
ON_A_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def main() -> int:
    """Print the path, or say what to install; answers the exit code."""
    try:
        print(find() or _installed())
    except SetupError as problem:
        say(str(problem))
        return 1
    return 0


def find() -> str | None:
    """The browser that AUDIENCEOS_TEST_BROWSER names, else one of the machine's, else Playwright's."""
    if named := os.environ.get("AUDIENCEOS_TEST_BROWSER"):
        if not shutil.which(named):
            raise SetupError(f"AUDIENCEOS_TEST_BROWSER: {named} is no program.")
        return named
    return next(filter(None, map(shutil.which, NAMES + ON_A_MAC)), None) or _playwrights()


def _playwrights() -> str | None:
    path = output([environment.PYTHON, "-c", PLAYWRIGHTS_OWN])
    return path if path and os.path.exists(path) else None


def _installed() -> str:
    if may_install():
        install("chromium")
    else:
        say("Installing a Chromium with Playwright…")
        run(
            [environment.VENV / "bin" / "playwright", "install", "chromium"],
            "There is no Chromium and Playwright could not install one: install Chromium and try again.",
        )
    found = find()
    if found is None:
        raise SetupError("Chromium was installed but can't be found; name it in AUDIENCEOS_TEST_BROWSER.")
    return found


if __name__ == "__main__":
    sys.exit(main())
