"""Every screen there is, read from the application, and what can be wrong with the look of one."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT as AXE
from litestar import Litestar
from playwright.async_api import Page, ViewportSize

from tests.cast import PASSWORD, Player
from tests.laws.nouns import routes
from tests.laws.nouns_rows import World, values_for

NO_SCREEN = (
    "live",
    "client-card",
    "client-names",
    "ticket-names",
    "conversation-names",
    "conversation-writers",
    "settings-outlook",
    "welcome",
    "tickets-badge",
    "alerts-badge",
    "inbox-badge",
    "notifications-bell",
    "notifications-recent",
    "dashboard-figures",
    "dashboard-attention",
    "dashboard-installs",
    "import-failures",
    "message-file",
    "avatar",
    "logo",
    "static",
    "away-worker",
    "home",
    "agency-home",
    "seats",
    "notification",
    "verify",
    "openapi",
    "health-live",
    "health-ready",
    "docs",
)
"""Streams, fragments, files, what only leads somebody who is signed in to another screen, what only programs read; and
the API's description, which is looked at by itself, since it is longer than all the others. By the route's name."""

ENTRIES = {"sign-in": "/sign-in", "sign-up": "/sign-up", "reset": "/reset"}
"""Screens for somebody whom nobody knows."""

COLOURS = ["color-contrast", "link-in-text-block"]
"""What differs between the themes, which share their markup."""

AXE_ASKED: dict[str, Any] = {"resultTypes": ["violations"], "preload": False, "iframes": False}
"""Only what is wrong. Style sheets are our own, so that none has to be fetched again, and no page frames another."""

FAULTS = """async (options) => (await axe.run(options)).violations
    .map(fault => `${fault.id}: ${fault.nodes[0].html.slice(0, 160)}`)"""

SETTLED = """document.getAnimations()
    .filter(moving => Number.isFinite(moving.effect.getComputedTiming().endTime)).forEach(moving => moving.finish())"""
"""Brings to its end what moves; a window that draws nothing new would wait for it for ever. What turns for ever,
while something is awaited, turns on."""

CLOSED = "document.querySelectorAll('dialog:not([open])').forEach(closed => closed.replaceChildren())"
"""Empties what isn't shown, and what colours are measured through all the same: a third of most screens."""

HIDDEN_TOO = [
    "accesskeys",
    "area-alt",
    "aria-allowed-role",
    "aria-hidden-body",
    "aria-hidden-focus",
    "duplicate-id-aria",
]
"""The rules of axe that hold for what isn't shown; every other passes it by."""

NAMED = [
    "aria-required-children",
    "aria-required-parent",
    "aria-valid-attr-value",
    "button-name",
    "document-title",
    "image-alt",
    "label",
    "link-name",
    "list",
    "nested-interactive",
    "select-name",
]
"""The rules that a screen of good parts can still break."""

LOOKED_AT = frozenset(
    {"dashboard", "pipeline", "clients", "client", "ticket", "alerts", "inbox", "settings", "sign-in"}
)
"""Screens that `make test` looks at closely, in the light and in the dark. With the kit they show every component; `make
proof` looks at all like this. By the route's name."""

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}


def screens_of(app: Litestar, world: World) -> dict[str, str]:
    """The address of every screen of somebody who is signed in, by the name of its route."""
    secrets = {"token": "no-such-link"}
    return {
        str(route.handler.name): route.at(values_for(route, world) | secrets)
        for route in routes(app)
        if route.method == "GET" and not route.is_api and route.handler.name not in {*NO_SCREEN, *ENTRIES}
    }


async def faults_of(page: Any, rules: list[str] | None = None) -> list[str]:
    """What axe objects to: the rule and where. Colours that are on their way to others arrive first."""
    await page.evaluate(SETTLED)
    options = AXE_ASKED | ({"runOnly": rules} if rules else {})
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    return await page.evaluate(FAULTS, options)


async def overflow_of(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return await page.evaluate("document.documentElement.scrollWidth - innerWidth")


async def looked_over(page: Page, *, closely: bool = True) -> list[str]:
    """All that is wrong with the screen that is open, and on a phone. Less closely, whether all that is used has a name
    and a place in the tree, which is what one screen gets wrong and another doesn't.
    """
    await page.emulate_media(color_scheme="light")
    faults = await faults_of(page, HIDDEN_TOO if closely else [*HIDDEN_TOO, *NAMED])
    if closely:
        await page.evaluate(CLOSED)
        faults += await faults_of(page)
    wrong = [f"light: {fault}" for fault in faults]
    if closely:
        wrong += await dark_faults_of(page)
    await page.set_viewport_size(PHONE)
    if (over := await overflow_of(page)) > 0:
        wrong.append(f"{over} pixels wider than a phone")
    await page.set_viewport_size(DESK)
    return wrong


async def entered(page: Page, player: Player) -> None:
    """Sign somebody in through the form; ends on their dashboard."""
    email = (await player.get("/v1/me")).json()["user"]["email"]
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/dashboard")


async def dark_faults_of(page: Page) -> list[str]:
    """What differs in the dark and is wrong there."""
    await page.evaluate(CLOSED)
    await page.emulate_media(color_scheme="dark")
    return [f"dark: {fault}" for fault in await faults_of(page, COLOURS)]
