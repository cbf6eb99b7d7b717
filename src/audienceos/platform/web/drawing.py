"""What keeps drawing cheap: icons are drawn once, macros are called at once, and what stands on every page alike for
all of an agency's admins, or for all of its others, is kept as it was drawn."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache, lru_cache
from types import FunctionType
from typing import Any, cast

import jinja2
import msgspec
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from audienceos.platform.web.places import PLACES, Place
from audienceos.platform.web.reverse import Reverse

ICONS = 1_000
PARTS = 1_000
"""So many parts of frames are kept, of some ten kilobytes each."""


AT_ONCE = (Macro, type(cache(len)))


class Role(msgspec.Struct, frozen=True):
    """All that a kept part knows of its reader."""

    is_admin: bool


class Frame:
    """The parts of one application's frame that depend on the agency's address, the reader's role and the section alone.

    Such a template is given these three and nothing else, so there is no token, name or number that it could show
    to the next reader: naming one is an error.
    """

    def __init__(self, env: jinja2.Environment, ways: Reverse) -> None:
        self._env = env
        self._ways = ways
        self._kept = lru_cache(PARTS)(self._drawn)
        self.places = cache(self._places)

    def part(self, template: str, slug: str, is_admin: bool, section: str = "") -> Markup:
        """That template for admins of the agency at this address, or for its others, on pages of that section."""
        drawn = self._drawn if self._env.auto_reload else self._kept
        return drawn(template, slug, is_admin, section)

    def _drawn(self, template: str, slug: str, is_admin: bool, section: str) -> Markup:
        def url(name: str, **parts: Any) -> str:
            return self._ways.address(name, slug, parts)

        known = {"slug": slug, "actor": Role(is_admin), "section": section, "url": url, "has": self._ways.has}
        return Markup(self._env.get_template(template).render(known))  # noqa: S704 (a template's own text)

    def _places(self, is_admin: bool) -> tuple[Place, ...]:
        """Those that are built and open to the role, in the order of the sidebar."""
        return tuple(
            place for place in PLACES if self._ways.has(place.route) and (is_admin or not place.for_admins)
        )


class Calls(Context):
    """Calls macros and plain functions at once; for all others it is first asked what they want to be given.

    A macro wants to know whether it escapes: it does here, always, which it also does unasked.
    """

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """What it returns."""
        kind = cast("type[object]", type(__obj))
        if kind in AT_ONCE or (kind is FunctionType and not hasattr(__obj, "jinja_pass_arg")):
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return __obj(*args, **kwargs)
        return super().call(__obj, *args, **kwargs)


class Templates(jinja2.Environment):
    """Every template knows the same, which nothing changes once the first is loaded: so that is one plain mapping."""

    context_class = Calls

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What templates know before they are given anything, and `d` where one is given more."""
        return {**self.globals, **(d or {})}


def icons(sprite: str) -> Any:
    """The function that draws an icon of this sprite by its name, with classes; each is drawn once."""
    shape = Markup('<svg class="i {}" aria-hidden="true"><use href="{}#{}"/></svg>')

    @lru_cache(ICONS)
    def drawn(name: str, dress: str) -> Markup:
        return shape.format(dress, sprite, name)

    def icon(name: str, dress: str = "") -> Markup:
        return drawn(name, dress)

    return icon
