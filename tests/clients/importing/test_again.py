"""Importing again: a difference is shown, only what was chosen is overwritten, nobody moves unasked or is doubled."""

from __future__ import annotations

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.importing import importer
from tests.clients.importing.importer import table

HEADER = "Record ID|Company name|Domain|Stage|Owner|Phone|Size|Tags"
FIRST = table(
    HEADER,
    "1|Oxbow|oxbow.example|Audit|Ines Aalto|+41 1|5|vip",
    "2|Acme|acme.example|Live||+41 2|7|",
    "3|Acme|acme-two.example|Live||||",
)
SECOND = table(
    HEADER,
    "1|Oxbow Ltd|oxbow.example|Live||+41 9|6|vip;new",
    "2|Acme|acme.example|Live||||",
    "3|Acme|acme-two.example|Live|||8|",
    "4|Birch|birch.example|Live||||",
)


async def test_the_same_file_again_changes_nobody(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, FIRST)
    before = await importer.clients(ines)
    view = await importer.brought_in(database, ines, FIRST)
    assert view["counts"] == {"unchanged": 3}
    assert await importer.clients(ines) == before


async def test_a_difference_is_shown_and_stays_unless_it_is_chosen(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, FIRST)
    view = await importer.upload(ines, SECOND)
    told = await importer.preview(ines, view)
    assert (told["created"], told["updated"], told["unchanged"]) == (1, 0, 3)
    assert told["by_column"] == {"Company name": 1, "Phone": 1, "Size": 2, "Stage": 1, "Tags": 1}
    oxbow = told["changes"][0]
    assert (oxbow["line"], oxbow["name"], oxbow["matched_by"]) == (2, "Oxbow", "id")
    assert {
        one["header"]: (one["was"], one["becomes"], one["overwrites"]) for one in oxbow["differences"]
    } == {
        "Company name": ("Oxbow", "Oxbow Ltd", False),
        "Phone": ("+41 1", "+41 9", False),
        "Tags": ("vip", "vip, new", False),
        "Stage": ("Audit", "Live", False),
        "Size": ("5", "6", False),
    }
    before = {one["id"]: one for one in await importer.clients(ines)}
    assert (await importer.run(database, ines, view))["counts"] == {"created": 1, "unchanged": 3}
    after = {one["id"]: one for one in await importer.clients(ines)}
    assert before.items() <= after.items()


async def test_only_the_chosen_columns_overwrite_and_blanks_never_do(
    ines: Player, database: Database
) -> None:
    await importer.brought_in(database, ines, FIRST)
    oxbow = await importer.client_of(ines, "Oxbow")
    chosen = [{"header": header, "overwrite": True} for header in ("Company name", "Size")]
    view = await importer.brought_in(database, ines, SECOND, columns=chosen)
    assert view["counts"] == {"created": 1, "unchanged": 1, "updated": 2}
    now = await importer.client_of(ines, "Oxbow Ltd")
    assert (now["id"], now["stage"], now["tags"]) == (oxbow["id"], "Audit", ["vip"])
    assert (await importer.own(ines, now))["Size"] == "6"
    assert now["version"] == oxbow["version"] + 1  # who reads an older version is told
    acme = next(one for one in await importer.clients(ines) if one["domain"] == "acme.example")
    assert (await importer.own(ines, acme))["Size"] == "7"


async def test_stages_move_when_asked_and_each_leaves_one_event(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, FIRST)
    view = await importer.upload(ines, SECOND)
    view = await importer.correct(ines, view, move_stages=True)
    assert (await importer.preview(ines, view))["moved"] == 1
    await importer.run(database, ines, view)
    oxbow = await importer.client_of(ines, "Oxbow")
    assert (oxbow["stage"], oxbow["days_in_stage"]) == ("Live", 0)
    assert oxbow["install_date"] is not None
    moves = [(move["from_stage"], move["to_stage"]) for move in await importer.history(ines, oxbow)]
    assert moves == [("Audit", "Live"), (None, "Audit")]


async def test_an_archived_client_stays_where_it_is(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, FIRST)
    oxbow = await importer.client_of(ines, "Oxbow")
    patch = {"is_active": False}
    await ines.patch(f"/v1/clients/{oxbow['id']}", json=patch, version=oxbow["version"])
    view = await importer.brought_in(database, ines, SECOND, move_stages=True)
    assert (await importer.client_of(ines, "Oxbow"))["stage"] == "Audit"
    told = importer.reasons(await importer.rows(ines, view, "unchanged"))
    assert told["Oxbow Ltd"] == "An archived client stays where it is, in Audit."


async def test_contact_and_owner_are_overwritten_where_they_live(
    ines: Player, tom: Player, database: Database
) -> None:
    header = "Record ID|Name|Contact name|Contact e-mail|Phone|Owner"
    await importer.brought_in(
        database, ines, table(header, "1|Oxbow|Ada Quist|ada@oxbow.example|1|Ines Aalto")
    )
    chosen = [{"header": one, "overwrite": True} for one in ("Contact name", "Phone", "Owner")]
    second = table(header, "1|Oxbow|Bo Lund|bo@oxbow.example|2|Tom Baker")
    await importer.brought_in(database, ines, second, columns=chosen)
    oxbow = await importer.client_of(ines, "Oxbow")
    assert (oxbow["contact_name"], oxbow["contact_email"]) == ("Bo Lund", "ada@oxbow.example")
    (contact,) = (await ines.get(f"/v1/clients/{oxbow['id']}/contacts")).json()["items"]
    assert [contact[one] for one in ("name", "email", "phone", "is_primary")] == [
        "Bo Lund", "ada@oxbow.example", "2", True,
    ]  # fmt: skip
    (assigned,) = (await ines.get(f"/v1/clients/{oxbow['id']}/assignments")).json()["items"]
    assert (assigned["user_id"], assigned["role"]) == (str(tom.user_id), "owner")


async def test_without_ids_a_domain_then_a_name_says_who_it_is(ines: Player, database: Database) -> None:
    content = table("Name|Domain", "Oxbow|oxbow.example", "Acme|")
    await importer.brought_in(database, ines, content)
    again = table(
        "Name|Website", "Oxbow AG|https://www.oxbow.example/about", "Acme|acme.example", "acme|other.example"
    )
    view = await importer.upload(ines, again)
    told = await importer.preview(ines, view)
    assert (told["created"], told["unchanged"]) == (1, 2)  # `acme` is another name
    assert {one["matched_by"] for one in told["changes"]} == {"domain", "name"}


async def test_an_id_is_remembered_of_whom_a_domain_told(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, table("Name|Domain", "Oxbow|oxbow.example"))
    await importer.brought_in(database, ines, table("Record ID|Name|Domain", "7|Oxbow|oxbow.example"))
    renamed = table("Record ID|Name|Domain", "7|Quite another|elsewhere.example")
    view = await importer.upload(ines, renamed)
    told = await importer.preview(ines, view)
    assert (told["unchanged"], told["changes"][0]["matched_by"]) == (1, "id")


async def test_two_ids_are_two_clients_whatever_else_is_alike(ines: Player, database: Database) -> None:
    first = table("Record ID|Name|Domain", "1|Oxbow|oxbow.example")
    await importer.brought_in(database, ines, first)
    view = await importer.brought_in(database, ines, table("Record ID|Name|Domain", "2|Oxbow|oxbow.example"))
    assert view["counts"] == {"created": 1}


async def test_the_same_id_from_another_tool_is_another_client(ines: Player, database: Database) -> None:
    content = table("Record ID|Name", "1|Oxbow")
    await importer.brought_in(database, ines, content, source="one tool")
    other = table("Record ID|Name", "1|Birch")
    view = await importer.brought_in(database, ines, other, source="another")
    assert view["counts"] == {"created": 1}


async def test_who_can_not_be_told_apart_is_not_guessed(ines: Player, database: Database) -> None:
    twins = table(
        "Record ID|Name|Domain", "1|Oxbow|same.example", "2|Acme|same.example", "3|Birch|", "4|Birch|"
    )
    await importer.brought_in(database, ines, twins)
    view = await importer.brought_in(database, ines, table("Name|Domain", "Oxbow|same.example", "Birch|"))
    assert view["counts"] == {"failed": 1, "unchanged": 1}
    doubt = "It can't be told which of them is meant."
    assert importer.reasons(await importer.rows(ines, view, "failed")) == {
        "Birch": f"2 clients are called Birch. {doubt}"
    }
    view = await importer.brought_in(database, ines, table("Name|Domain", "Cedar|same.example"))
    assert importer.reasons(await importer.rows(ines, view, "failed")) == {
        "Cedar": f"2 clients have the domain same.example. {doubt}"
    }


async def test_a_client_is_never_two_rows_of_one_file(ines: Player, database: Database) -> None:
    content = table("Record ID|Name|Domain", "1|Oxbow|oxbow.example")
    await importer.brought_in(database, ines, content)
    moved = table("Record ID|Name|Domain", "1|Oxbow|new.example", "|Somebody|oxbow.example")
    view = await importer.brought_in(database, ines, moved)
    assert importer.reasons(await importer.rows(ines, view, "failed")) == {
        "Somebody": "The same client is in row 2."
    }


async def test_duplicates_in_the_file_fail_by_row(ines: Player, database: Database) -> None:
    content = table(
        "Record ID|Name|Domain",
        "1|Oxbow|oxbow.example",
        "1|Oxbow again|",
        "|Acme|acme.example",
        "|Acme Ltd|www.acme.example",
        "|Birch|",
        "|Birch|",
    )
    view = await importer.brought_in(database, ines, content)
    assert view["counts"] == {"created": 3, "failed": 3}
    assert importer.reasons(await importer.rows(ines, view, "failed")) == {
        "Oxbow again": "The same client is in row 2: it has the same id.",
        "Acme Ltd": "The same client is in row 4: it has the same domain.",
        "Birch": "The same client is in row 6: it has the same name.",
    }


async def test_a_deleted_client_does_not_come_back_by_itself(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, FIRST)
    oxbow = await importer.client_of(ines, "Oxbow")
    await ines.delete(f"/v1/clients/{oxbow['id']}")
    view = await importer.brought_in(database, ines, FIRST)
    assert importer.reasons(await importer.rows(ines, view, "failed")) == {
        "Oxbow": "Oxbow was deleted here. Restore it, or leave this row out."
    }
    await ines.post(f"/v1/clients/{oxbow['id']}/restoration")
    assert (await importer.brought_in(database, ines, FIRST))["counts"] == {"unchanged": 3}


async def test_clients_of_another_agency_are_nobody(ines: Player, cleo: Player, database: Database) -> None:
    await importer.brought_in(database, cleo, FIRST)
    view = await importer.brought_in(database, ines, FIRST)
    assert view["counts"] == {"created": 3}
