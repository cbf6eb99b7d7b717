"""What the clients' room keeps beyond the seed: people, notes, signals, ids elsewhere, own fields, imports."""

from audienceos.migrations import building as b
from audienceos.platform.db.wall import admins_write, isolate


def client_contact() -> None:
    b.tenant_table(
        "client_contact",
        b.must("client_id", b.UUID),
        b.may("name", b.words(100)),
        b.may("email", b.words(100)),
        b.may("email_key", b.words(100)),
        b.may("phone", b.words(50)),
        b.may("title", b.words(100)),
        b.must("is_primary", b.BOOL, "false"),
        *b.versioned(),
        refs={"client_id": "client"},
    )
    b.index("client_contact", "client_contact_client_ix", "agency_id", "client_id")
    primary = "client_contact_primary_uq"
    b.index("client_contact", primary, "agency_id", "client_id", where="is_primary", unique=True)
    b.index("client_contact", "client_contact_email_ix", "agency_id", "email_key")
    isolate("client_contact")


def client_note() -> None:
    b.tenant_table(
        "client_note",
        b.must("client_id", b.UUID),
        b.must("content", b.TEXT),
        b.must("added_by", b.UUID),
        *b.created(),
        refs={"client_id": "client", "added_by": "user"},
    )
    b.index("client_note", "client_note_client_ix", "agency_id", "client_id", "created_at")
    isolate("client_note", ("select", "insert", "delete"))


def client_signal() -> None:
    b.tenant_table(
        "client_signal",
        b.must("client_id", b.UUID),
        b.must("source", b.words(50)),
        b.must("key", b.words(100)),
        b.must("level", b.TEXT),
        b.must("count", b.INT, "1"),
        b.must("since", b.TIME),
        b.must("reason", b.words(500)),
        refs={"client_id": "client"},
    )
    b.one_of("client_signal", "level", "ok", "watch", "risk")
    b.unique("client_signal", "agency_id", "client_id", "source", "key")
    isolate("client_signal")


def client_external_id() -> None:
    b.tenant_table(
        "client_external_id",
        b.must("client_id", b.UUID),
        b.must("source", b.words(50)),
        b.must("external_id", b.words(200)),
        *b.created(),
        refs={"client_id": "client"},
    )
    b.unique("client_external_id", "agency_id", "source", "external_id")
    b.index("client_external_id", "client_external_id_client_ix", "agency_id", "client_id")
    isolate("client_external_id")


def custom_field() -> None:
    b.tenant_table(
        "custom_field",
        b.must("name", b.words(100)),
        b.must("name_key", b.words(100)),
        b.must("kind", b.TEXT),
        b.must("options", b.many(b.TEXT), "'{}'"),
        b.must("sort_order", b.INT, "0"),
        b.may("deleted_at", b.TIME),
        *b.versioned(),
    )
    b.one_of("custom_field", "kind", "text", "number", "date", "select")
    there = "deleted_at is null"
    b.index("custom_field", "custom_field_name_uq", "agency_id", "name_key", where=there, unique=True)
    isolate("custom_field")
    admins_write("custom_field")


def client_import() -> None:
    b.tenant_table(
        "client_import",
        b.must("status", b.TEXT, "'uploaded'"),
        b.must("file_name", b.words(200)),
        b.must("file_size", b.INT),
        b.may("storage_key", b.words(500)),
        b.must("source", b.words(50)),
        b.must("profile", b.JSON, "'{}'"),
        b.must("mapping", b.JSON, "'{}'"),
        b.must("options", b.JSON, "'{}'"),
        b.must("total", b.INT, "0"),
        b.must("done", b.INT, "0"),
        b.must("counts", b.JSON, "'{}'"),
        b.may("error", b.TEXT),
        b.must("created_by", b.UUID),
        b.may("started_at", b.TIME),
        b.may("finished_at", b.TIME),
        *b.versioned(),
        refs={"created_by": "user"},
    )
    states = ("uploaded", "running", "done", "failed", "undoing", "undone")
    b.one_of("client_import", "status", *states)
    b.index("client_import", "client_import_recent_ix", "agency_id", "created_at")
    isolate("client_import")
    admins_write("client_import")


def client_import_row() -> None:
    b.tenant_table(
        "client_import_row",
        b.must("import_id", b.UUID),
        b.must("line", b.INT),
        b.must("name", b.words(100), "''"),
        b.must("outcome", b.TEXT),
        b.may("client_id", b.UUID),
        b.must("reasons", b.JSON, "'[]'"),
        b.may("before", b.JSON),
        b.may("version_after", b.INT),
        refs={"import_id": "client_import", "client_id": "client"},
    )
    outcomes = ("created", "updated", "unchanged", "failed", "undone", "kept")
    b.one_of("client_import_row", "outcome", *outcomes)
    b.unique("client_import_row", "agency_id", "import_id", "line")
    isolate("client_import_row")
    admins_write("client_import_row")
