"""Faces and the logo: who sets them, who sees them, and where their files go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from audienceos.app import Parts
from audienceos.platform.actor import system_of
from audienceos.platform.settings import Settings
from audienceos.platform.storage import jobs
from tests.agency.browsing import Shown, tab_of
from tests.cast import HOST, Player
from tests.platform.storage.pictures import BLUE, RED, opened, picture

LOGO = "/v1/agency/logo"


def face_of(player: Player) -> str:
    """Where that person's picture is."""
    return f"/v1/users/{player.user_id}/avatar"


async def put(player: Player, path: str, content: bytes) -> dict[str, Any]:
    """Send a picture that is taken."""
    answer = await player.send("PUT", path, content=content)
    assert answer.status_code == 200, answer.text
    return answer.json()


def files_of(settings: Settings, player: Player) -> list[Path]:
    """The pictures that lie in the agency's folder."""
    folder = settings.data_dir / "files/media" / str(player.agency_id)
    return sorted(folder.iterdir()) if folder.exists() else []


async def test_a_picture_of_oneself_comes_back_drawn_anew(tom: Player) -> None:
    kept = await put(tom, face_of(tom), picture(size=(80, 40)))
    answer = await tom.get(face_of(tom))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert opened(answer.content).size == (256, 256)
    assert (await tom.get("/v1/me")).json()["user"]["avatar_url"] == kept["address"]


async def test_it_can_be_kept_by_an_address_that_names_its_content(tom: Player) -> None:
    digest = (await put(tom, face_of(tom), picture()))["address"].rpartition("/")[2]
    at = tom.at(f"/team/{tom.user_id}/avatar")
    kept, asked = await tom.get(f"{at}?v={digest}"), await tom.get(at)
    assert kept.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert asked.headers["cache-control"] == "private, no-cache"
    assert kept.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in kept.headers["content-security-policy"]
    again = await tom.get(at, headers={"If-None-Match": asked.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_everyone_of_the_agency_sees_it_and_nobody_else(
    ines: Player, tom: Player, cleo: Player
) -> None:
    digest = (await put(tom, face_of(tom), picture()))["address"].rpartition("/")[2]
    page = f"/team/{tom.user_id}/avatar?v={digest}"
    assert (await ines.get(ines.at(page))).status_code == 200
    assert (await cleo.get(ines.at(page))).status_code == 404
    assert (await cleo.get(cleo.at(page))).status_code == 404
    assert (await cleo.get(face_of(tom))).status_code == 404


async def test_who_has_none_has_none_to_show(ines: Player, tom: Player) -> None:
    assert (await ines.get(face_of(tom))).status_code == 404
    assert (await ines.get(LOGO)).status_code == 404


async def test_an_admin_sets_anyones_and_a_user_only_their_own(ines: Player, tom: Player) -> None:
    await put(ines, face_of(tom), picture())
    refused = await tom.send("PUT", face_of(ines), content=picture())
    assert refused.status_code == 403
    assert (await tom.delete(face_of(ines))).status_code == 403
    assert (await ines.delete(face_of(tom))).status_code == 204
    assert (await tom.get(face_of(tom))).status_code == 404


async def test_only_an_admin_changes_the_logo(ines: Player, tom: Player) -> None:
    await put(ines, LOGO, picture(size=(600, 200)))
    assert opened((await tom.get(LOGO)).content).size == (256, 85)
    assert (await tom.send("PUT", LOGO, content=picture())).status_code == 403
    assert (await tom.delete(LOGO)).status_code == 403
    assert (await ines.delete(LOGO)).status_code == 204
    assert (await ines.get("/v1/agency")).json()["logo_url"] is None


@pytest.mark.parametrize(("content", "status"), [(b"<svg/>", 422), (b"\0" * 2_200_000, 413)])
async def test_what_is_no_picture_or_too_long_leaves_nothing(
    ines: Player, settings: Settings, content: bytes, status: int
) -> None:
    assert (await ines.send("PUT", LOGO, content=content)).status_code == status
    assert files_of(settings, ines) == []


async def test_nobody_points_their_row_at_another_file(ines: Player, tom: Player) -> None:
    theirs = (await put(ines, face_of(ines), picture()))["address"]
    version = (await tom.get(f"/v1/users/{tom.user_id}")).json()["version"]
    refused = await tom.patch(f"/v1/users/{tom.user_id}", json={"avatar_url": theirs}, version=version)
    assert refused.status_code == 422


async def drop_given_up(parts: Parts, player: Player) -> None:
    """Do what the worker does with the files that rows gave up."""
    async with parts.database.serving() as db:
        query = "select payload from jobs.pgqueuer where entrypoint = 'storage.remove' and headers ->> 'agency_id' = $1"
        found = await (await db.connection()).exec_driver_sql(query, (str(player.agency_id),))
        payloads = [row[0] for row in found]
    for payload in payloads:
        key = payload.decode().partition(":")[2].strip('"}')
        await jobs.remove(parts.database, system_of(player.agency_id), {"key": key})


async def test_the_file_before_goes_and_the_new_one_stays(
    ines: Player, parts: Parts, settings: Settings
) -> None:
    await put(ines, LOGO, picture(colour=RED))
    (first,) = files_of(settings, ines)
    await put(ines, LOGO, picture(colour=BLUE))
    await drop_given_up(parts, ines)
    (second,) = files_of(settings, ines)
    assert first != second
    assert (await ines.get(LOGO)).status_code == 200


async def test_who_is_removed_leaves_no_picture(
    ines: Player, tom: Player, parts: Parts, settings: Settings
) -> None:
    await put(tom, face_of(tom), picture())
    assert (await ines.delete(f"/v1/users/{tom.user_id}")).status_code == 204
    await drop_given_up(parts, ines)
    assert files_of(settings, ines) == []


async def test_an_open_edit_of_the_row_is_told_of_the_new_picture(tom: Player) -> None:
    path = f"/v1/users/{tom.user_id}"
    before = (await tom.get(path)).json()["version"]
    await put(tom, face_of(tom), picture())
    assert (await tom.patch(path, json={"nickname": "T"}, version=before)).status_code == 412


async def sent(player: Player, page: str, action: str, content: bytes) -> Shown:
    """By the page's own form."""
    form = (await tab_of(player).open(player.at(page))).form(action)
    fields = {"_csrf": (None, form.fields["_csrf"][0]), "file": ("face.png", content, "image/png")}
    headers = {"Origin": HOST, "Sec-Fetch-Site": "same-origin"}
    return Shown(await player.browser.post(form.action, files=fields, headers=headers, follow_redirects=True))


async def test_by_the_page_and_back(tom: Player) -> None:
    shown = await sent(tom, "/account", "/account/avatar", picture())
    assert "Your picture is changed" in shown.text
    assert f"/team/{tom.user_id}/avatar?v=" in shown.html
    gone = await tab_of(tom).send(shown.form("/account/avatar/removal"))
    assert "initials stand for you again" in gone.text
    assert "/avatar?v=" not in gone.html


async def test_the_logo_by_the_page_and_in_the_corner_of_each(ines: Player) -> None:
    shown = await sent(ines, "/settings", "/settings/logo", picture())
    assert "The logo is changed." in shown.text
    assert "/settings/logo?v=" in (await tab_of(ines).open(ines.at("/team"))).html
    gone = await tab_of(ines).send(shown.form("/settings/logo/removal"))
    assert "The logo is gone." in gone.text


@pytest.mark.parametrize(
    ("page", "action"), [("/account", "/account/avatar"), ("/settings", "/settings/logo")]
)
async def test_what_is_wrong_with_it_is_told_beside_the_field(ines: Player, page: str, action: str) -> None:
    back = await sent(ines, page, action, b"GIF89a")
    assert (back.status, "Choose a PNG, JPEG or WebP picture" in back.text) == (422, True)


async def test_a_program_changes_no_face(ines: Player) -> None:
    token = (await ines.post("/v1/tokens", json={"name": "wide", "scopes": ["read", "write"]})).json()[
        "token"
    ]
    headers = {"Authorization": f"Bearer {token}", "Origin": HOST}
    answer = await ines.browser.put(face_of(ines), content=picture(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "people_only")
