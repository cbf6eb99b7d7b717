"""A browser without scripts: it opens pages, fills in their forms and sends what the page itself says is sent."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, cast

import httpx

from tests.cast import HOST, Player, Stage
from tests.support.markup import Markup, given_in

HEARD = frozenset({"form", "fieldset", "select", "option", "textarea", "input"})
_addresses = itertools.count(1)


class Form:
    """A form of a page: where it goes, and what it would send as it stands."""

    def __init__(self, action: str, method: str) -> None:
        self.action = action
        self.method = method
        self.fields: dict[str, list[str]] = {}

    def put(self, name: str, value: str) -> None:
        """One more value under a name."""
        self.fields.setdefault(name, []).append(value)


class _Reader(Markup):
    def __init__(self) -> None:
        self.forms: list[Form] = []
        self.said: list[str] = []
        self._open: Form | None = None
        self._disabled = 0
        self._select: str | None = None
        self._choices: list[tuple[str, bool]] = []
        self._area: str | None = None

    def start(self, tag: str, given: str) -> None:
        if tag in HEARD:
            self._begun(tag, given_in(given))

    def _begun(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._open)
        elif tag == "fieldset" and ("disabled" in given or self._disabled):
            self._disabled += 1
        elif tag == "select":
            self._select, self._choices = given.get("name"), []
        elif tag == "option" and self._select:
            self._choices.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self._area = given.get("name")
            self._put(self._area, "")
        elif tag == "input":
            box = given.get("type") in ("checkbox", "radio")
            if not box or "checked" in given:
                self._put(given.get("name"), given.get("value", "on" if box else ""))

    def end(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "fieldset" and self._disabled:
            self._disabled -= 1
        elif tag == "textarea":
            self._area = None
        elif tag == "select" and self._select:
            chosen = [value for value, is_chosen in self._choices if is_chosen] or [
                value for value, _ in self._choices[:1]
            ]
            for value in chosen[-1:]:
                self._put(self._select, value)
            self._select = None

    def words(self, said: str) -> None:
        self.said.append(said)
        if self._area and self._open:
            self._open.fields[self._area] = [said.removeprefix("\n")]

    def _put(self, name: str | None, value: str) -> None:
        if name and self._open and not self._disabled:
            self._open.put(name, value)


class Shown:
    """A page as it came."""

    def __init__(self, answer: httpx.Response) -> None:
        reader = _Reader()
        reader.feed(answer.text)
        self.answer = answer
        self.status = answer.status_code
        self.html = answer.text
        self.text = " ".join(" ".join(reader.said).split())
        self.forms = reader.forms

    def form(self, ending: str, **having: str) -> Form:
        """The form whose address ends so, and whose fields hold these values. Raises `LookupError`."""
        for form in self.forms:
            held = all(form.fields.get(name) == [value] for name, value in having.items())
            if form.action.endswith(ending) and held:
                return form
        raise LookupError(f"no form to {ending} with {having} among {[form.action for form in self.forms]}")


class Tab:
    """One tab of somebody's browser. It sends what a form says, with no header of ours beside what browsers send."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self.browser = browser

    async def open(self, path: str) -> Shown:
        """Follow a link."""
        return Shown(await self.browser.get(path, follow_redirects=True))

    async def send(self, form: Form, given: Mapping[str, Any] | None = None, *, follow: bool = True) -> Shown:
        """Fill in and submit. A value of None leaves the field out."""
        fields: dict[str, Any] = {**form.fields, **(given or {})}
        data = {name: value for name, value in fields.items() if value is not None}
        headers = {"Origin": HOST, "Sec-Fetch-Site": "same-origin"}
        if form.method == "get":
            return Shown(await self.browser.get(form.action, params=data, follow_redirects=follow))
        return Shown(
            await self.browser.post(form.action, data=data, headers=headers, follow_redirects=follow)
        )


def tab_of(player: Player) -> Tab:
    """A tab of theirs, signed in."""
    return Tab(player.browser)


def empty_tab(stage: Stage) -> Tab:
    """A tab of a browser in which nobody ever signed in, at a network address that nobody else has."""
    number = next(_addresses)
    client = (f"10.{number >> 8}.{number & 255}.1", 50_000)
    app = cast("httpx.ASGITransport", stage.transport).app
    return Tab(httpx.AsyncClient(transport=httpx.ASGITransport(app, client=client), base_url=HOST))


async def email_of(player: Player) -> str:
    """Their address."""
    return (await player.get("/v1/me")).json()["user"]["email"]
