"""Addresses, hosts, owners, tags, truth values and stages as lists have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audienceos.agency.pipeline import Pipeline
from audienceos.clients.importing.shapes import OwnerRef
from audienceos.clients.importing.stages import match_stage, propose_stages
from audienceos.clients.importing.values import (
    is_nothing,
    is_shared_host,
    match_owner,
    parse_bool,
    parse_email,
    parse_owner,
)
from audienceos.clients.words import domain_of, split_tags
from tests.clients.importing_pure.support import PIPELINE

HOSTS = [
    ("acme.example", "acme.example"),
    (" HTTPS://WWW.Acme.Example/shop?x=1#y ", "acme.example"),
    ("www.acme.co.example", "acme.co.example"),
    ("http://user:secret@acme.example:8080/", "acme.example"),
    ("//acme.example", "acme.example"),
    ("acme.example.", "acme.example"),
    ("shop.acme.example/@team", "shop.acme.example"),
    ("acme.example//path", "acme.example"),
    ("info@acme.example", "acme.example"),
    ("mailto:info@acme.example", "acme.example"),
    ("https://müller.example/kontakt", "xn--mller-kva.example"),
    ("STRASSE.example", "strasse.example"),
    ("straße.example", "xn--strae-oqa.example"),
    ("中国.example", "xn--fiqs8s.example"),
    ("xn--mller-kva.example", "xn--mller-kva.example"),
]
NO_HOSTS = [
    "", "acme", "localhost:8000", "10.0.0.1", "http://[::1]/", "http://[", "acme..example", "-a.example", "a b.example",
    "acme.example1", "a_b.example", "not a domain", "x" * 64 + ".example", ".".join(["x" * 60] * 5), "@", "http://",
]  # fmt: skip


@pytest.mark.parametrize(("text", "host"), HOSTS)
def test_hosts(text: str, host: str) -> None:
    assert domain_of(text) == host


@pytest.mark.parametrize("text", NO_HOSTS)
def test_no_hosts(text: str) -> None:
    assert domain_of(text) is None


@given(st.text(max_size=40))
def test_a_host_is_its_own_host(text: str) -> None:
    host = domain_of(text)
    assert host is None or (domain_of(host) == host and host.isascii() and host == host.lower())


@pytest.mark.parametrize(
    ("domain", "shared"),
    [
        ("facebook.com", True),
        ("de.linkedin.com", True),
        ("gmail.com", True),
        ("acme.example", False),
        ("notx.com", False),
    ],
)
def test_hosts_that_many_share(domain: str, shared: bool) -> None:
    assert is_shared_host(domain) is shared


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a.b+c@acme.example", "a.b+c@acme.example"),
        ("  Ann@Acme.Example ", "Ann@Acme.Example"),
        ("Ann Lee <ann@acme.example>", "ann@acme.example"),
        ("mailto:ann@acme.example", "ann@acme.example"),
        ("jörg@müller.example", "jörg@müller.example"),
        ("ann@acme.example; bob@acme.example", None),
        ("ann@acme", None),
        ("ann acme.example", None),
        ("ann@@acme.example", None),
        (f"{'a' * 65}@acme.example", None),
        (f"a@{'b' * 60}.{'c' * 60}.example", None),
        ("", None),
    ],
)
def test_addresses(text: str, address: str | None) -> None:
    assert parse_email(text) == address


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Ann Lee (ann@acme.example)", ("Ann Lee", "ann@acme.example")),
        ("Ann  Lee <ann@acme.example>", ("Ann Lee", "ann@acme.example")),
        ('"Lee, Ann" <ann@acme.example>', ("Lee, Ann", "ann@acme.example")),
        ("(ann@acme.example)", ("", "ann@acme.example")),
        ("ann@acme.example", ("", "ann@acme.example")),
        ("Ann  Lee", ("Ann Lee", "")),
        ("Ann (sales)", ("Ann (sales)", "")),
        ("Ann (ann@nowhere)", ("Ann (ann@nowhere)", "")),
    ],
)
def test_owners(text: str, owner: tuple[str, str]) -> None:
    assert parse_owner(text) == OwnerRef(*owner, text)


@pytest.mark.parametrize("text", ["", "-", "N/A", "Unassigned", "No owner", "(No value)"])
def test_nobody_is_no_owner(text: str) -> None:
    assert parse_owner(text) is None


def test_an_address_decides_alone_and_a_name_only_if_it_is_one_persons() -> None:
    by_email = {"ann@acme.example": "ann", "bob@acme.example": "bob"}
    by_name = {"ann lee": ["ann"], "sam poe": ["sam", "other sam"]}
    found = {
        text: match_owner(owner, by_email, by_name)
        for text in ("Bob (ANN@acme.example)", "Ann Lee (x@y.example)", "ann LEE", "Sam Poe", "Eve")
        if (owner := parse_owner(text))
    }
    assert found == {
        "Bob (ANN@acme.example)": "ann",
        "Ann Lee (x@y.example)": None,
        "ann LEE": "ann",
        "Sam Poe": None,
        "Eve": None,
    }


def test_tags_are_parted_trimmed_and_each_once() -> None:
    assert split_tags([" VIP; vip,  new   york |a\nb", ";VIP "]) == ["VIP", "new york", "a", "b"]
    assert split_tags([" ;, "]) == []


@pytest.mark.parametrize(
    ("text", "truth"),
    [("Yes", True), ("x", True), ("FALSE", False), ("nein", False), ("1", None), ("", None)],
)
def test_truth_values(text: str, truth: bool | None) -> None:
    assert parse_bool(text) is truth


def test_what_says_nothing() -> None:
    assert all(map(is_nothing, ["", "  ", "-", "n/a", "#N/A", "NULL", "—"]))
    assert not any(map(is_nothing, ["0", "no", "nada", "."]))


def test_a_stage_of_the_same_name_is_that_stage_whatever_its_case() -> None:
    assert match_stage("  needs   SUPPORT ", PIPELINE, {}) == "Needs Support"
    assert match_stage("Unheard of", PIPELINE, {}) is None
    assert match_stage("", PIPELINE, {}) is None


def test_what_was_chosen_comes_first() -> None:
    chosen = {"Live": "Audit", "evangelist": "Live", "": "Installation", "Gone": "No such stage"}
    found = [match_stage(value, PIPELINE, chosen) for value in ("LIVE", "Evangelist", "", "Gone")]
    assert found == ["Audit", "Live", "Installation", None]


def test_stages_are_proposed_by_the_part_that_they_play() -> None:
    values = [
        "Lead",
        "Opportunity",
        "Customer",
        "Evangelist",
        "Other",
        "",
        "Churned",
        "At risk",
        "audit",
        "Zzz",
    ]
    assert propose_stages(values, PIPELINE) == {
        "Lead": "Onboarding",
        "Opportunity": "Onboarding",
        "Customer": "Live",
        "Evangelist": "Live",
        "Other": "Onboarding",
        "": "Onboarding",
        "Churned": "Off-Boarding",
        "At risk": "Needs Support",
        "audit": "Audit",
        "Zzz": "Onboarding",
    }


def test_a_part_that_no_stage_plays_falls_to_the_first() -> None:
    bare = Pipeline(stages=("Start", "Run", "End"), roles={})
    assert propose_stages(["Customer", "Churned", "run"], bare) == {
        "Customer": "Start",
        "Churned": "Start",
        "run": "Run",
    }


def test_a_role_of_a_stage_that_is_gone_does_not_count() -> None:
    stale = Pipeline(stages=("Start", "Run"), roles={"Gone": "live", "Start": "initial"})
    assert propose_stages(["Customer"], stale) == {"Customer": "Start"}
