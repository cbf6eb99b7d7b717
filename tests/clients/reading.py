"""A page as somebody reads it: what stands in its fields, what is wrong with them, where its links go."""

from __future__ import annotations

import httpx

from tests.support.markup import Markup, given_in

VOID = frozenset({"input", "meta", "link", "br", "img", "hr", "use", "path", "rect", "circle", "option"})

SPEAKING = frozenset({"textarea", "a", "th"})
HEARD = SPEAKING | {"form", "input", "select", "option"}


class Page(Markup):
    """The fields, faults and links of an answer."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self.text = answer.text
        self.fields: dict[str, str] = {}
        self.faults: dict[str, str] = {}
        self.hints: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.sorts: dict[str, str] = {}
        self.ids: list[str] = []
        self._form = ""
        self._inside: list[tuple[str, dict[str, str], int]] = []
        self._said: list[str] = []
        self._select = ""
        self._spare = 0
        self.feed(answer.text)

    def start(self, tag: str, given: str) -> None:
        self._spare += tag == "template"
        if self._spare:  # nothing of it is on the page
            return
        heard = tag in HEARD or "id=" in given or "role=" in given
        self._begun(tag, given_in(given) if heard else {})

    def _begun(self, tag: str, given: dict[str, str]) -> None:
        self.ids += [given["id"]] if "id" in given else []
        if tag == "form":
            self._form = given.get("action", "").rpartition("/")[2]
        if (
            tag == "input"
            and "name" in given
            and (given.get("type") not in ("checkbox", "radio") or "checked" in given)
        ):
            self.fields[f"{self._form}.{given['name']}"] = given.get("value", "")
        if tag == "select":
            self._select = f"{self._form}.{given.get('name', '')}"
            self.fields.setdefault(self._select, "")
        if tag == "option" and "selected" in given:
            self.fields[self._select] = given.get("value", "")
        if tag not in VOID:
            self._inside.append((tag, given, len(self._said)))

    def words(self, said: str) -> None:
        self._said.append(said)

    def end(self, tag: str) -> None:
        if self._spare or tag in VOID:
            self._spare -= tag == "template"
            return
        while self._inside:
            opened, given, since = self._inside.pop()
            if opened in SPEAKING or "id" in given or "role" in given:
                self._ended(opened, given, "".join(self._said[since:]))
            if opened == tag:
                return

    def _ended(self, tag: str, given: dict[str, str], said: str) -> None:
        words = " ".join(said.split())
        if tag == "textarea":
            self.fields[f"{self._form}.{given.get('name', '')}"] = said.removeprefix("\n")
        if tag == "a" and "href" in given:
            self.links[words] = given["href"]
        if tag == "th" and "aria-sort" in given:
            self.sorts[words] = given["aria-sort"]
        if given.get("id", "").startswith("e-"):
            self.faults[given["id"].removeprefix("e-")] = words
        if given.get("id", "").startswith("h-"):
            self.hints[given["id"].removeprefix("h-")] = words
        if given.get("role") == "alert":
            self.faults[""] = words
