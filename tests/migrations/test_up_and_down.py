from __future__ import annotations

from pathlib import Path

from audienceos.platform.db.connect import connected
from audienceos.platform.db.migrating import chain, downgrade, migrate, state
from audienceos.platform.db.urls import Addresses
from tests.migrations.catalogue import Rows, snapshot
from tests.migrations.conftest import LOGINS


async def seen(there: Addresses) -> dict[str, Rows]:
    async with connected(there.owner) as connection:
        return await snapshot(connection)


async def test_up_down_and_up_again_gives_the_same(empty: Addresses) -> None:
    url = empty.owner.sqlalchemy()
    assert await migrate(url, LOGINS) == chain()
    first = await seen(empty)
    assert await downgrade(url, LOGINS, "base") == chain()
    assert await migrate(url, LOGINS) == chain()
    assert await seen(empty) == first


async def test_each_step_down_undoes_its_step_up(empty: Addresses) -> None:
    url = empty.owner.sqlalchemy()
    await migrate(url, LOGINS, "000")
    await downgrade(url, LOGINS, "base")  # what stays for good: the schema of the record itself
    before = [("base", await seen(empty))]
    for name in chain():
        assert await migrate(url, LOGINS, name) == (name,)
        before.append((name, await seen(empty)))
    for (name, expected), undone in zip(reversed(before[:-1]), reversed(chain()), strict=True):
        assert await downgrade(url, LOGINS, name) == (undone,)
        found = await seen(empty)
        for part, rows in expected.items():
            assert found[part] == rows, f"{part} after stepping down from {undone}"


async def test_at_the_bottom_nothing_is_left(empty: Addresses) -> None:
    url = empty.owner.sqlalchemy()
    await migrate(url, LOGINS)
    await downgrade(url, LOGINS, "base")
    found = await seen(empty)
    assert {name for name, _ in found.pop("schemas")} == {"app", "public"}
    assert not any(found.values())
    assert (await state(url)).current == ()


async def test_a_second_start_applies_nothing(migrated: Addresses) -> None:
    url = migrated.owner.sqlalchemy()
    assert (await state(url)).is_current
    before = await seen(migrated)
    assert await migrate(url, LOGINS) == ()
    assert await seen(migrated) == before


def test_the_chain_is_one_line_of_dated_files() -> None:
    assert list(chain()) == sorted(set(chain())), "rooms are given their numbers before they are built"
    folder = Path(__file__).parents[2] / "src/audienceos/migrations/versions"
    files = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
    assert len(files) == len(chain()) >= 7
    before = None
    for file, name in zip(files, chain(), strict=True):
        text = file.read_text()
        assert f'revision = "{name}"' in text
        assert f"down_revision = {before!r}".replace("'", '"') in text
        before = name
