"""Slack's markup as people read it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audienceos.providers.slack.markup import plain_text

USERS = {"U1": "Dana", "W2": "Kim *Lee*"}


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("Hi <@U1>!", "Hi @Dana!"),
        ("<@W2> and <@U9|ina> and <@U8>", "@Kim *Lee* and @ina and @U8"),
        ("see <#C1|general> or <#C2>", "see #news or #C2"),
        ("<!here> <!channel> <!subteam^S1|@design> <!subteam^S2>", "@here @channel @design @group"),
        ("<!date^1392734382^{date}|Feb 18, 2014>", "Feb 18, 2014"),
        ("<https://x.example/a_b_c|our page>", "our page <https://x.example/a_b_c>"),
        ("<https://x.example/?a=1&amp;b=2>", "https://x.example/?a=1&b=2"),
        ("<https://x.example|x.example>", "https://x.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("5 &lt; 6 &amp;&amp; 7 &gt; 6", "5 < 6 && 7 > 6"),
        ("&amp;lt;", "&lt;"),
        ("*bold* _it_ ~gone~", "bold it gone"),
        ("*<https://x.example|Title>*", "Title <https://x.example>"),
        ("snake_case_name 2*3*4 a~b~c", "snake_case_name 2*3*4 a~b~c"),
        ("* no * list", "* no * list"),
        ("`*as* it :smile: stands`", "*as* it :smile: stands"),
        ("```<https://x.example>\n*x*```", "https://x.example\n*x*"),
        (":tada: :+1::skin-tone-3: :our_logo:", "🎉 👍🏼 :our_logo:"),
        ("at 10:30:15", "at 10:30:15"),
        ("&gt; quoted\nsaid", "> quoted\nsaid"),
        ("a < b and <unclosed", "a < b and <unclosed"),
        ("<>", "<>"),
        ("\ue0000\ue001", "0"),
        ("", ""),
    ],
)
def test_markup(markup: str, plain: str) -> None:
    assert plain_text(markup, USERS, {"C1": "news"}) == plain


_PIECES = st.sampled_from(
    [
        "<",
        ">",
        "|",
        "@U1",
        "#C1",
        "!here",
        "`",
        "```",
        "*",
        "_",
        "~",
        ":",
        ":smile:",
        "&lt;",
        "&amp;",
        "\n",
        " ",
        "\ue000",
        "\ue001",
        "0",
    ]
)


@settings(max_examples=300)
@given(st.lists(_PIECES | st.text(max_size=3), max_size=40).map("".join))
def test_any_text_is_read_and_nothing_stands_in_for_anything(markup: str) -> None:
    plain = plain_text(markup, USERS)
    assert "\ue000" not in plain
    assert "\ue001" not in plain
