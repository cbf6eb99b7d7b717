"""Prints the path of a Chromium for the tests, after installing one where there is none.

Its headless shell is the same engine without a desktop's browser around it, and takes half the time. With `whole` as
its argument it prints a whole browser, which Lighthouse asks for.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import environment
from machine import SetupError, install, may_install, output, run, say

SHELL = "chromium-headless-shell"
WHOLE = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
ON_A_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PLAYWRIGHTS = Path.home() / ".cache" / "ms-playwright"
"""Where Playwright may have one, of which it tells once it is installed."""
PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def main() -> int:
    """Print the path, or say what to install; answers the exit code."""
    whole = "whole" in sys.argv[1:]
    try:
        print(find(whole=whole) or _installed(whole=whole))
    except SetupError as problem:
        say(str(problem))
        return 1
    return 0


def find(*, whole: bool = False) -> str | None:
    """The browser that AUDIENCEOS_TEST_BROWSER names, else one of the machine's, else Playwright's."""
    if named := os.environ.get("AUDIENCEOS_TEST_BROWSER"):
        if not shutil.which(named):
            raise SetupError(f"AUDIENCEOS_TEST_BROWSER: {named} is no program.")
        return named
    names = (*WHOLE, *ON_A_MAC) if whole else (SHELL, *WHOLE, *ON_A_MAC)
    return next(filter(None, map(shutil.which, names)), None) or _playwrights()


def install_alone() -> None:
    """Install one while our environment is still being made: by the machine's package manager, where it has one."""
    found = os.environ.get("AUDIENCEOS_TEST_BROWSER") or any(map(shutil.which, (SHELL, *WHOLE)))
    if not found and may_install() and not PLAYWRIGHTS.exists():
        _installed(whole=False)


def _playwrights() -> str | None:
    path = output([environment.PYTHON, "-c", PLAYWRIGHTS_OWN])
    return path if path and os.path.exists(path) else None


def _installed(*, whole: bool) -> str:
    if may_install():
        try:
            install(WHOLE[0] if whole else SHELL)
        except SetupError:  # not every Debian has the shell by itself
            install(WHOLE[0])
    else:
        say("Installing a Chromium with Playwright…")
        run(
            [environment.VENV / "bin" / "playwright", "install", "chromium"],
            "There is no Chromium and Playwright could not install one: install Chromium and try again.",
        )
    found = find(whole=whole)
    if found is None:
        raise SetupError("Chromium was installed but can't be found; name it in AUDIENCEOS_TEST_BROWSER.")
    return found


if __name__ == "__main__":
    sys.exit(main())
