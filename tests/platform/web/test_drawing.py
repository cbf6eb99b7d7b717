"""What is drawn once: icons, and the parts of the frame that know an agency's address, a role and a section alone."""

from __future__ import annotations

import jinja2
import pytest
from litestar import Litestar
from markupsafe import Markup

from audienceos.platform.web.drawing import Frame, Templates, icons
from audienceos.platform.web.places import PLACES
from audienceos.platform.web.reverse import Reverse
from tests.cast import Player

PART = "{{ slug }} {{ 'admin' if actor.is_admin else 'user' }} {{ section }} {{ url('tickets') }}"


def environment(**templates: str) -> Templates:
    """With these templates, as strict as the product's."""
    return Templates(
        loader=jinja2.DictLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
    )


def frame(app: Litestar, part: str = PART) -> Frame:
    return Frame(environment(part=part), Reverse(app))


def test_a_part_is_kept_for_the_agency_the_role_and_the_section_apart(app: Litestar) -> None:
    ours = frame(app)
    asked = [
        ("oxbow", True, "team"),
        ("oxbow", False, "team"),
        ("brae", True, "team"),
        ("oxbow", True, "alerts"),
    ]
    first = [str(ours.part("part", *one)) for one in asked]
    assert first == [
        "oxbow admin team /oxbow/tickets",
        "oxbow user team /oxbow/tickets",
        "brae admin team /brae/tickets",
        "oxbow admin alerts /oxbow/tickets",
    ]
    assert [str(ours.part("part", *one)) for one in asked] == first


def test_a_part_is_drawn_once(app: Litestar) -> None:
    ours = frame(app)
    assert ours.part("part", "oxbow", True) is ours.part("part", "oxbow", True)


@pytest.mark.parametrize(
    "name", ["csrf", "badges", "agency_name", "nonce", "actor.user_id", "actor.name", "request"]
)
def test_a_part_that_would_show_what_is_one_readers_is_an_error(app: Litestar, name: str) -> None:
    with pytest.raises(jinja2.UndefinedError):
        frame(app, "{{ " + name + " }}").part("part", "oxbow", True)


def test_admins_have_the_places_that_are_theirs(app: Litestar) -> None:
    ours = frame(app)
    assert set(ours.places(True)) - set(ours.places(False)) == {one for one in PLACES if one.for_admins}


async def test_the_kept_frame_shows_each_reader_themselves_alone(
    ines: Player, tom: Player, cleo: Player
) -> None:
    pages = {one: (await one.get(one.at("/team"))).text for one in (ines, tom, cleo)}
    for one, text in pages.items():
        kept = text.partition('<dialog id="palette"')[2]
        theirs = {str(other.user_id) for other in pages if other is not one}
        assert f'store="recent {one.slug} {one.user_id}"' in kept
        assert not any(user_id in kept for user_id in theirs)
        assert "_csrf" not in kept.partition("<live-stream")[0]
    assert f"/{cleo.slug}/" not in pages[ines]
    assert f"/{ines.slug}/" not in pages[cleo]


def test_an_icon_is_a_use_of_the_sprite_with_its_classes() -> None:
    icon = icons("/static/icons.svg")
    assert icon("bell", "i-s") == Markup(
        '<svg class="i i-s" aria-hidden="true"><use href="/static/icons.svg#bell"/></svg>'
    )
    assert icon('"><b>') == Markup(
        '<svg class="i " aria-hidden="true"><use href="/static/icons.svg#&#34;&gt;&lt;b&gt;"/></svg>'
    )


def test_macros_escape_and_functions_get_what_they_ask_for() -> None:
    @jinja2.pass_context
    def reader(context: jinja2.runtime.Context) -> str:
        return context["name"]

    macro = "{% macro b(it) %}<b>{{ it }}</b>{% endmacro %}"
    text = macro + "{% for at in (1,) %}{{ b(name) }}{{ reader() }}{{ up('x<') }}{% endfor %}"
    drawn = environment(page=text).get_template("page").render(name="<i>", reader=reader, up=str.upper)
    assert drawn == "<b>&lt;i&gt;</b>&lt;i&gt;X&lt;"
