"""Ad accounts are listed by the service that reaches them, and given to clients."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Player
from tests.clients.given import a_client
from tests.connections.given import Vendors, connected
from tests.fakes.server import Said

Row = dict[str, Any]


async def listed(player: Player, provider: str) -> list[Row]:
    """The accounts, after the service was asked."""
    row = await connected(player, provider)
    answer = await player.post(f"/v1/integrations/{row['id']}/ad-account-listings")
    assert answer.status_code == 201, answer.text
    return (await player.get("/v1/ad-accounts")).json()["items"]


@pytest.mark.parametrize(
    ("provider", "names"),
    [
        ("google_ads", [("Maple Shops", "USD"), ("Oxbow Search", "EUR")]),
        ("meta_ads", [("Maple Social", "USD"), ("Oxbow Social", "EUR")]),
    ],
)
async def test_all_accounts_are_listed_with_their_currency(
    vendors: Vendors, ines: Player, provider: str, names: list[tuple[str, str]]
) -> None:
    found = await listed(ines, provider)
    assert [(one["name"], one["currency"]) for one in found] == names


async def test_listing_again_adds_none_and_keeps_whose_they_are(
    vendors: Vendors, ines: Player, oxbow: Row
) -> None:
    account = (await listed(ines, "google_ads"))[1]
    path = f"/v1/ad-accounts/{account['id']}"
    given = await ines.patch(path, json={"client_id": oxbow["id"]}, version=account["version"])
    assert given.json()["client_id"] == oxbow["id"]
    again = await listed(ines, "google_ads")
    assert [one["client_id"] for one in again] == [None, oxbow["id"]]


async def test_a_strangers_client_is_none(vendors: Vendors, ines: Player, cleo: Player) -> None:
    account = (await listed(ines, "google_ads"))[0]
    theirs = await a_client(cleo, "Theirs")
    path = f"/v1/ad-accounts/{account['id']}"
    answer = await ines.patch(path, json={"client_id": theirs["id"]}, version=account["version"])
    assert answer.status_code == 404


async def test_a_client_that_turns_out_to_be_another_brings_its_accounts_along(
    vendors: Vendors, ines: Player, oxbow: Row
) -> None:
    account = (await listed(ines, "google_ads"))[0]
    other = await a_client(ines, "Oxbow Ltd")
    path = f"/v1/ad-accounts/{account['id']}"
    await ines.patch(path, json={"client_id": other["id"]}, version=account["version"])
    merged = await ines.post(f"/v1/clients/{oxbow['id']}/merges", json={"other_id": other["id"]})
    assert merged.status_code == 200, merged.text
    assert (await ines.get(path)).json()["client_id"] == oxbow["id"]


async def test_a_vendor_that_is_away_is_told_as_such(vendors: Vendors, ines: Player) -> None:
    row = await connected(ines, "google_ads")
    vendors.google.instead("/customers:listAccessibleCustomers", Said(500))
    answer = await ines.post(f"/v1/integrations/{row['id']}/ad-account-listings")
    assert (answer.status_code, answer.json()["code"]) == (503, "vendor_away")


async def test_members_are_not_told_whose_they_are(vendors: Vendors, ines: Player, tom: Player) -> None:
    account = (await listed(ines, "google_ads"))[0]
    for path in ("/v1/ad-accounts", f"/v1/ad-accounts/{account['id']}"):
        assert (await tom.get(path)).status_code == 403
    assert account["name"] not in (await tom.get(tom.at("/integrations"))).text
