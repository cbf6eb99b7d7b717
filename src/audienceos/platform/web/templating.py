"""Pages and fragments: one cached Jinja environment over the templates of every room.

A template is `<room>/templates/<room>/<name>.html`; a name that begins with an underscore is a partial, drawn
the same in a page, in a fragment and in a live update.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import jinja2
from jinja2.runtime import Context
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.status_codes import HTTP_303_SEE_OTHER
from markupsafe import Markup

from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.auth.csrf import token_for
from audienceos.platform.auth.visiting import visit_of
from audienceos.platform.web.browsers import browser_name
from audienceos.platform.web.charts import plot
from audienceos.platform.web.drawing import Frame, Templates, icons
from audienceos.platform.web.places import ACTS, ON_A_PHONE, PLACES, Place
from audienceos.platform.web.reverse import Reverse
from audienceos.platform.web.static_files import Assets
from audienceos.platform.web.toasts import Toast, beside, carry, let_go, taken

DAY_SECONDS = 86_400
WEEK_SECONDS = 7 * DAY_SECONDS
WEEKS = 5 * WEEK_SECONDS
"""From there on a date says more than a number of weeks."""
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
STEPS = ((DAY_SECONDS, "d"), (3_600, "h"), (60, "min"))
SOURCE = Path(__file__).parents[2]
Asked = Request[Any, Any, Any]
Shown = TypeVar("Shown")


def environment(assets: Assets, *, reload: bool = False) -> jinja2.Environment:
    """The environment of one process. An undefined name is an error, never an empty space."""
    folders = sorted(path for path in SOURCE.glob("**/templates") if path.is_dir())
    env = Templates(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=reload,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=1000,
    )
    known = cast("dict[str, Any]", env.globals)
    known |= {"asset": assets.url, "drawn_icon": icons(assets.url("icons.svg"))}
    known |= {"places": PLACES, "acts": ACTS, "on_a_phone": ON_A_PHONE, "may": may, "once": cache}
    filters = cast("dict[str, Any]", env.filters)
    filters |= {"iso": iso, "day": day, "moment": moment, "query": query, "plural": plural, "marked": marked}
    filters |= {"ago": ago, "short_day": short_day, "plot": plot, "browser": browser_name}
    filters |= {
        "combine": combine,
        "toggled": toggled,
        "pairs": pairs,
        "first_up": first_up,
    }
    filters |= {"without": without}
    return env


def page(request: Asked, template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """Draw a whole page or, for the same template's partial, a fragment. Never cached by anyone."""
    said = taken(request)
    html = draw(request, template, toasted=said, **context)
    headers = {"Cache-Control": "no-store", "Vary": "HX-Request"}
    if said is not None and wants_fragment(request):
        headers["HX-Trigger"] = beside(said)
    answer = Response(html, status_code=status, media_type=MediaType.HTML, headers=headers)
    let_go(request, answer)
    return answer


def told(request: Asked, answer: Response[Shown], toast: Toast) -> Response[Shown]:
    """The same answer, and the page says what was done: this one beside a fragment, the next after a redirect."""
    if wants_fragment(request) and answer.status_code != HTTP_303_SEE_OTHER:
        answer.headers["HX-Trigger"] = beside(toast)
    else:
        carry(request, answer, toast)
    return answer


def draw(request: Asked, template: str, **context: Any) -> str:
    """The text of a template, with what every page knows: who asks, from where, and the way to other pages."""
    env = cast("jinja2.Environment", request.app.state.templates)
    return env.get_template(template).render(_known(request) | context)


def wants_fragment(request: Asked) -> bool:
    """Whether htmx asked, and so wants the part rather than the page."""
    return request.headers.get("hx-request") == "true"


def _known(request: Asked) -> dict[str, Any]:
    secret = visit_of(request).session
    slug = request.path_params.get("slug")
    scope = cast("dict[str, Any]", request.scope)
    ways, frame = _ways(request)

    def url(name: str, **parts: Any) -> str:
        """The address of a named route; the agency is this page's unless another is given."""
        return ways.address(name, slug, parts)

    def face(user_id: object, address: str | None) -> str:
        """Where the picture of a person is, by what their row says; empty where they have none of ours."""
        return f"{url('avatar', user_id=user_id)}?v={digest}" if (digest := _digest(address)) else ""

    def kept(template: str, reader: Actor, section: str = "") -> Markup:
        """A part of the frame that is the same for all of this agency who have the reader's role."""
        return frame.part(template, slug or "", reader.is_admin, section)

    return {
        "request": request,
        "toasted": None,
        "kept": kept,
        "places_of": frame.places,
        "has": ways.has,
        "face": face,
        "digest_of": _digest,
        "path": request.url.path,
        "url": url,
        "slug": slug,
        "csrf": token_for(secret) if secret else "",
        "actor": cast("Actor | None", scope.get("user")),
        "nonce": scope.get("nonce", ""),
        "secure": request.app.state.settings.secure,
    }


def _ways(request: Asked) -> tuple[Reverse, Frame]:
    """The addresses and the frame of the application that answers, made at its first page."""
    state = request.app.state
    if "ways" not in state:
        ways = Reverse(request.app)
        state.ways = (ways, Frame(cast("jinja2.Environment", state.templates), ways))
    return state.ways


def _digest(address: str | None) -> str:
    """Of a picture that is kept here (`media/<file>/<digest>`); empty for none, and for an address of others."""
    return address.rpartition("/")[2] if address and address.startswith("media/") else ""


@jinja2.pass_context
def may(context: Context, place: Place) -> bool:
    """Whether the page's reader has that place: it is built, and not for admins alone unless they are one."""
    return context["has"](place.route) and (not place.for_admins or context["actor"].is_admin)


def iso(when: datetime | date) -> str:
    """For the datetime attribute of a <time>."""
    return when.isoformat()


def day(when: date, with_year: bool = True) -> str:
    """12 Mar 2026."""
    said = f"{when.day} {MONTHS[when.month - 1]}"
    return f"{said} {when.year}" if with_year else said


def moment(when: datetime, zone: str) -> str:
    """12 Mar 2026, 14:05, on the wall of that zone."""
    local = when.astimezone(ZoneInfo(zone))
    return f"{day(local)}, {local.hour:02}:{local.minute:02}"


def short_day(when: datetime, zone: str) -> str:
    """12 Mar on the wall of that zone; of another year than this one 12 Mar 2025."""
    local, today = when.astimezone(ZoneInfo(zone)), clock.now().astimezone(ZoneInfo(zone))
    return day(local.date(), with_year=local.year != today.year)


def ago(when: datetime) -> str:
    """How long ago, or until when: `3 h ago`, `in 2 d`, `3 weeks ago`; empty from five weeks on, where a date says more.

    <time-ago> goes on from there in the browser; a test holds it to this.
    """
    seconds = (clock.now() - when).total_seconds()
    size = abs(seconds)
    if size < 45:
        return "just now"
    if size >= WEEKS:
        return ""
    unit, name = next((step for step in STEPS if size >= step[0]), STEPS[-1])
    amount = f"{max(1, int(size // unit))} {name}"
    if size >= WEEK_SECONDS:
        amount = plural(int(size // WEEK_SECONDS), "week")
    return f"{amount} ago" if seconds > 0 else f"in {amount}"


def query(given: Mapping[str, object]) -> str:
    """A query string of what is set; lists repeat their key."""
    kept = {key: value for key, value in given.items() if value not in (None, "", [], ())}
    return "?" + urlencode(kept, doseq=True) if kept else ""


def plural(count: int, one: str, many: str | None = None) -> str:
    """1 client, 2 clients."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def marked(text: str, sought: str) -> Markup:
    """The text with each place that holds what was sought set in <mark>."""
    parts = re.split(f"({re.escape(sought)})", text, flags=re.IGNORECASE) if sought else [text]
    return Markup("").join(Markup("<mark>{}</mark>").format(p) if at % 2 else p for at, p in enumerate(parts))


def combine(given: Mapping[str, object], more: Mapping[str, object]) -> dict[str, object]:
    """Both together; `more` wins."""
    return {**given, **more}


def toggled(given: Mapping[str, object], name: str, value: object) -> dict[str, object]:
    """The same with `name` set to `value`, or without it where it is so already."""
    rest = {key: kept for key, kept in given.items() if key != name}
    return rest if given.get(name) == value else rest | {name: value}


def without(given: Mapping[str, object], *names: str) -> dict[str, object]:
    """The same, but for these names."""
    return {key: kept for key, kept in given.items() if key not in names}


def pairs(items: Iterable[Any], value: str = "", words: str = "") -> list[tuple[Any, Any]]:
    """(value, words) of each item, as a list of choices wants them; a plain item stands for both."""
    return [(getattr(i, value), getattr(i, words)) if value else (i, i) for i in items]


def first_up(words: str) -> str:
    """The words with a capital in front; the others stay as they are (DNS)."""
    return words[:1].upper() + words[1:]
