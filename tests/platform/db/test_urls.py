"""One address, the same for the driver, for SQLAlchemy and for PostgreSQL's own programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.engine import make_url

from audienceos.platform.db.urls import Address, addresses, parse
from audienceos.platform.settings import Settings, SettingsError

EMBEDDED = Settings(data_dir=Path("/nowhere"))
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)


@given(
    login=words,
    password=st.one_of(st.just(""), words),
    database=words,
    host=st.sampled_from(["db.example", "10.0.0.1", "::1", "/run/Post Gres", "/tmp/100%25"]),
)
def test_what_is_written_is_read(login: str, password: str, database: str, host: str) -> None:
    address = Address(login=login, password=password, host=host, port=6543, database=database)
    assert parse("X", address.libpq()) == address


@pytest.mark.parametrize("host", ["db.example", "::1", "/run/a b"])
def test_sqlalchemy_hands_the_driver_what_we_would(host: str) -> None:
    address = Address(
        login="a@b", password="p/:@%", host=host, database="d b", options="sslmode=verify-full", pooled=True
    )
    _, handed = dialect().create_connect_args(make_url(address.sqlalchemy()))
    arguments = address.connect_args()
    assert arguments.pop("prepared_statement_cache_size") == 0
    assert arguments.pop("prepared_statement_name_func")() == ""
    assert handed | arguments == address.asyncpg()


def test_the_embedded_server_is_entered_by_name_alone() -> None:
    there = addresses(EMBEDDED, Path("/var/lib/audienceos/run"))
    assert there.app.asyncpg() == {
        "user": "audienceos_app",
        "host": "/var/lib/audienceos/run",
        "port": 5432,
        "database": "audienceos",
    }
    assert there.listen == there.app
    assert there.admin is not None
    assert there.admin.login == "postgres"
    with pytest.raises(SettingsError, match="not running"):
        addresses(EMBEDDED, None)


def test_only_requests_and_services_go_through_the_pooler() -> None:
    there = addresses(
        Settings(
            data_dir=Path("/nowhere"),
            database_url="postgresql://app:x@pool:6432/shop?sslmode=require",
            database_owner_url="postgresql://owner:y@direct/shop",
            database_service_url="postgres://service:z@pool:6432/shop",
            database_listen_url="postgresql://app:x@direct/shop",
            pooler=True,
        )
    )
    assert [there.app.pooled, there.service.pooled] == [True, True]
    assert [there.owner.pooled, there.listen.pooled] == [False, False]
    assert there.app.asyncpg()["dsn"] == "postgresql://?sslmode=require"
    assert there.listen.host == "direct"
    assert there.admin is None


@pytest.mark.parametrize(
    "url",
    [
        "mysql://a:hunter2@h/d",
        "postgresql://a:hunter2@h:port/d",
        "postgresql://a:hunter2@h",
        "postgresql://:hunter2@h/d",
        "postgresql://a:hunter2@/d",
        "postgresql://a:hunter2@h1,h2/d",
        "postgresql://a:hunter2@h/d?sslmode",
        "a:hunter2@h/d",
    ],
)
def test_an_address_that_makes_no_sense_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse("AUDIENCEOS_DATABASE_URL", url)
    assert "AUDIENCEOS_DATABASE_URL: write one server's address" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_printing_an_address_keeps_its_password() -> None:
    assert "hunter2" not in repr(parse("X", "postgresql://a:hunter2@h/d"))
