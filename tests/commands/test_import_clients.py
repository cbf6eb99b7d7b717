"""`audienceos import clients`: the same import, from the terminal."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from audienceos.cli import COMMANDS, main
from audienceos.commands.import_clients import bring_in
from audienceos.commands.running import CommandError
from audienceos.platform.db.database import Database
from audienceos.platform.errors import AppError
from tests.cast import Player
from tests.clients.importing import importer
from tests.support.crm_export import company_export, company_rows, mistaken_rows


async def email_of(player: Player, user_id: object) -> str:
    people = (await player.get("/v1/users")).json()["items"]
    return next(person["email"] for person in people if person["id"] == str(user_id))


async def given(player: Player, file: Path, **more: object) -> argparse.Namespace:
    """The command line, as its parser gives it."""
    values: dict[str, object] = {
        "file": str(file), "agency": player.slug, "email": await email_of(player, player.user_id), "yes": True,
        "stage": [], "column": [], "overwrite": [], "move_stages": False, "source": None, "dates": None,
        "decimal": None,
    }  # fmt: skip
    return argparse.Namespace(**(values | more))


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


async def test_a_file_comes_in_and_all_is_told(
    ines: Player, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, company_export())
    assert await bring_in(database, await given(ines, file, stage=["Opportunity=Audit"])) == 0
    told = capsys.readouterr().out
    for line in ("list.csv: 503 rows, from hubspot.", "500 of 503 rows", "503 of 503 rows", "Done: 503 new"):
        assert line in told
    assert "stage Opportunity: Audit" in told
    assert len(await importer.clients(ines)) == 503
    (one,) = (await ines.get(importer.IMPORTS)).json()["items"]
    assert (one["status"], one["file_name"], one["created_by"]) == ("done", "list.csv", str(ines.user_id))


async def test_rows_that_fail_are_named_and_make_the_status_one(
    ines: Player, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, company_export([*company_rows(3), *mistaken_rows().values()]))
    assert await bring_in(database, await given(ines, file)) == 1
    told = capsys.readouterr().out
    assert "Done: 3 new, 0 changed, 0 unchanged, 5 failed." in told
    assert "The same client is in row 2: it has the same id." in told
    assert len(await importer.clients(ines)) == 3


async def test_what_is_still_to_be_said_is_asked_for_and_nothing_is_kept(
    ines: Player, database: Database, tmp_path: Path
) -> None:
    file = written(tmp_path, "Name|Signed\nOxbow|03/04/2026\nAcme|05/06/2026\n")
    with pytest.raises(CommandError, match="Signed: Say what comes first in these dates"):
        await bring_in(database, await given(ines, file))
    assert (await ines.get(importer.IMPORTS)).json()["items"] == []
    assert await bring_in(database, await given(ines, file, dates="dmy")) == 0
    assert (await importer.own(ines, await importer.client_of(ines, "Oxbow")))["Signed"] == "2026-04-03"


async def test_columns_are_named_by_the_command_line(
    ines: Player, database: Database, tmp_path: Path
) -> None:
    file = written(tmp_path, "Who;Where;Size;Else\nOxbow;oxbow.example;5;x\n")
    column = ["who=name", "Where=domain", "Size=number", "Else=skip"]
    assert await bring_in(database, await given(ines, file, column=column, source="mine")) == 0
    oxbow = await importer.client_of(ines, "Oxbow")
    assert (oxbow["domain"], await importer.own(ines, oxbow)) == ("oxbow.example", {"Size": "5"})
    file = written(tmp_path, "Who;Where;Size\nOxbow;oxbow.example;6\n")
    more = {"column": column[:3], "source": "mine", "overwrite": ["Size"]}
    assert await bring_in(database, await given(ines, file, **more)) == 0
    assert (await importer.own(ines, await importer.client_of(ines, "Oxbow")))["Size"] == "6"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"agency": "nowhere-at-all"}, "There is no agency at the address 'nowhere-at-all'."),
        ({"email": "nobody@example.com"}, "nobody@example.com is nobody active in"),
        ({"file": "/nowhere/list.csv"}, "There is no file /nowhere/list.csv."),
        ({"column": ["Name"]}, "'Name' has no =: write it as VALUE=WHAT."),
        ({"column": ["Name=nonsense"]}, "Name can't be 'nonsense'."),
        ({"column": ["Nope=skip"]}, "The file has no such column"),
        ({"yes": False}, "say --yes"),
    ],
)
async def test_what_can_not_be_is_said_in_a_sentence(
    ines: Player, database: Database, tmp_path: Path, more: dict[str, object], said: str
) -> None:
    file = written(tmp_path, "Name\nOxbow\n")
    with pytest.raises((CommandError, AppError), match=said.replace(".", "\\.")):
        await bring_in(database, argparse.Namespace(**(vars(await given(ines, file)) | more)))
    assert await importer.clients(ines) == []
    assert (await ines.get(importer.IMPORTS)).json()["items"] == []


async def test_only_admins_import(ines: Player, tom: Player, database: Database, tmp_path: Path) -> None:
    file = written(tmp_path, "Name\nOxbow\n")
    with pytest.raises(CommandError, match="is no admin of"):
        await bring_in(database, await given(ines, file, email=await email_of(ines, tom.user_id)))


async def test_a_person_of_another_agency_is_nobody_here(
    ines: Player, cleo: Player, database: Database, tmp_path: Path
) -> None:
    file = written(tmp_path, "Name\nOxbow\n")
    with pytest.raises(CommandError, match="is nobody active in"):
        await bring_in(database, await given(ines, file, email=await email_of(cleo, cleo.user_id)))


def test_the_command_line_knows_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMANDS["import clients"].module == "import_clients"
    with pytest.raises(SystemExit):
        main(["import", "clients", "list.csv"])
    assert "--agency, --as" in capsys.readouterr().err
