"""The folder of the embedded server: what lies where, whose it is, and the server's configuration.

home/            ours; the server's account may pass through, nobody else
  door.lock      held while one program starts or stops the server
  users.lock     held, shared, by everybody who uses it
  conf/          written anew at every start; an operator's own lines go into conf/local.conf
  pg18/          the data, named by major version
  run/           the socket
  postgres.log   and postgres.log.1
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import msgspec

from audienceos.platform.db.embedded_command import SHELL_MEANINGFUL, EmbeddedError, ServerUser, own_name
from audienceos.platform.db.urls import ADMIN_LOGIN, PORT
from audienceos.platform.settings import Logins

SOCKET_PATH_BYTES = 108  # sun_path of Linux, the closing zero included
LOG_BYTES = 10_000_000
DATA_FOLDER = re.compile(r"pg(\d+)")

SETTINGS = """\
# Written at every start. Put lines of your own into local.conf beside this file.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0770
hba_file = '{conf}/pg_hba.conf'
ident_file = '{conf}/pg_ident.conf'
max_connections = 100
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'
log_line_prefix = '%m [%p] %q%u '
# Details and statements quote what people typed; the log is no place for it.
log_error_verbosity = terse
log_min_error_statement = panic
include_if_exists = 'local.conf'
"""


class Home(msgspec.Struct, frozen=True):
    """The paths of one server's folder."""

    path: Path
    major: int
    user: ServerUser

    @property
    def data(self) -> Path:
        return self.path / f"pg{self.major}"

    @property
    def unfinished(self) -> Path:
        return self.path / f"pg{self.major}.new"

    @property
    def socket(self) -> Path:
        return self.path / "run"

    @property
    def conf(self) -> Path:
        return self.path / "conf"

    @property
    def log(self) -> Path:
        return self.path / "postgres.log"

    @property
    def door(self) -> Path:
        return self.path / "door.lock"

    @property
    def users(self) -> Path:
        return self.path / "users.lock"


def usable_path(home: Path) -> Path:
    """The folder's absolute path. Raises `EmbeddedError` for a name that no server could work with."""
    path = home.absolute()
    socket = path / "run" / f".s.PGSQL.{PORT}"
    length = len(os.fsencode(socket))
    if length >= SOCKET_PATH_BYTES:
        raise EmbeddedError(
            f"The path of the database's socket is {length} bytes long and the system allows "
            f"{SOCKET_PATH_BYTES - 1}: {socket}. Choose a shorter AUDIENCEOS_DATA_DIR."
        )
    if SHELL_MEANINGFUL.search(str(path)):
        raise EmbeddedError(
            f"The folder {path} has a quote, dollar, comma, colon or backslash in its name, which PostgreSQL's "
            "programs misread. Choose another AUDIENCEOS_DATA_DIR."
        )
    return path


def open_home(home: Home) -> None:
    """Make the folder, if need be with its parents, and let the server's account pass through.

    Raises `EmbeddedError` for a folder that holds something else or belongs to somebody else.
    """
    for folder in (*reversed(home.path.parents), home.path):
        if not folder.exists():
            folder.mkdir(mode=0o710, exist_ok=True)
            _give_group(folder, home.user)
    if home.door.exists():
        return
    if any(path.name != home.door.name for path in home.path.iterdir()):
        raise EmbeddedError(f"{home.path} already holds other files. Choose another AUDIENCEOS_DATA_DIR.")
    if home.user.switched:
        _give_group(home.path, home.user)
    else:
        home.path.chmod(0o700)


def refuse_foreign_data(home: Home) -> None:
    """Raise `EmbeddedError` when the data was written by another major version of PostgreSQL."""
    if home.data.exists():
        written = (home.data / "PG_VERSION").read_text().strip()
        found = home.data if written != str(home.major) else None
    else:
        written, found = "", None
        for folder in home.path.iterdir():
            name = DATA_FOLDER.fullmatch(folder.name)
            if name and (folder / "PG_VERSION").exists():
                written, found = name[1], folder
    if found:
        raise EmbeddedError(
            f"{found} holds data of PostgreSQL {written}, and this is PostgreSQL {home.major}. "
            "Back it up with the version that wrote it (audienceos backup), move the folder away, "
            "start, and restore."
        )


def lay_out(home: Home) -> None:
    """Make the folders and the log file, each for whom it is."""
    owner = (home.user.uid, home.user.gid) if home.user.switched else (-1, -1)
    home.socket.mkdir(exist_ok=True)
    os.chown(home.socket, *owner)
    home.socket.chmod(0o710)
    home.conf.mkdir(exist_ok=True)
    os.chown(home.conf, -1, owner[1])
    home.conf.chmod(0o750)
    log = os.open(home.log, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    os.fchown(log, *owner)
    os.close(log)


def turn_log(home: Home) -> None:
    """Keep the log small: past its size it becomes `postgres.log.1`, emptied in place, as it may be open."""
    if home.log.exists() and home.log.stat().st_size > LOG_BYTES:
        shutil.copyfile(home.log, home.log.with_name("postgres.log.1"))
        os.truncate(home.log, 0)


def configure(home: Home, logins: Logins) -> bool:
    """Write the configuration. Returns whether it changed, so that a running server must read it anew."""
    names = sorted({own_name(), home.user.name})
    peers = "".join(f'aos "{name}" "{login}"\n' for name in names for login in (ADMIN_LOGIN, *logins))
    texts = {
        "postgresql.conf": SETTINGS.format(port=PORT, socket=home.socket, conf=home.conf),
        "pg_hba.conf": "local all all peer map=aos\n",
        "pg_ident.conf": peers,
    }
    changed = [_write(home.conf / name, text, home.user) for name, text in texts.items()]
    return any(changed)


def _write(path: Path, text: str, user: ServerUser) -> bool:
    if path.exists() and path.read_text() == text:
        return False
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text)
    fresh.chmod(0o640)
    os.chown(fresh, -1, user.gid)
    fresh.replace(path)
    return True


def _give_group(folder: Path, user: ServerUser) -> None:
    if user.switched:
        os.chown(folder, -1, user.gid)
        folder.chmod(0o710)
