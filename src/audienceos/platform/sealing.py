"""A box with a key: text that only its own row of its own agency can be opened from.

    sealed = box().seal("xoxb-1", Place(agency_id, row_id, "integration.access_token"))
    box().open(sealed, place).reveal()

AES-256-GCM with a fresh nonce of 12 bytes. The agency, the row and the column are bound into the seal, so that a
sealed text that was moved elsewhere doesn't open. Every sealed text begins with the id of its key: the first key
seals, all of them open, and a new one is put in front by `audienceos keys rotate`.

Keys come from the settings, or from a file in the data folder, made once; what isn't there is told at the start.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audienceos.platform.errors import Unavailable
from audienceos.platform.settings import Settings, SettingsError

FILE = "sealing.keys"
KEY_BYTES, NONCE_BYTES, ID_BYTES = 32, 12, 4
MARK = "s1"
"""What every sealed text begins with: which way of sealing it is."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO
KEY = re.compile(r"(?P<id>[A-Za-z0-9_-]{1,32}):(?P<hex>[0-9a-fA-F]{64})")
SETTING = "AUDIENCEOS_TOKEN_KEYS"
WANTED = "`id:64 hexadecimal digits`, several parted by commas (`openssl rand -hex 32`)"


class Secret:
    """A text that never shows itself: not in a log, a trace, a message or a body."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one who needs it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(•••)"

    __str__ = __repr__


class Place(NamedTuple):
    """Where a sealed text belongs: the agency, the row, and `table.column`."""

    agency_id: UUID
    row_id: UUID
    column: str

    @property
    def bytes(self) -> bytes:
        """The same, as it is bound into the seal."""
        return f"{self.agency_id}/{self.row_id}/{self.column}".encode()


class Unopenable(Unavailable):
    """A sealed text that no key of ours opens at this place."""

    code = "sealed"


class Box:
    """Seals and opens. Where the keys lie in a file, a new one there is noticed by itself."""

    def __init__(self, setting: str, data_dir: Path) -> None:
        self._file = None if setting else data_dir / FILE
        self._seen: tuple[int, int] = (0, 0)
        self._keys = _parsed(SETTING, setting.replace(",", "\n")) if setting else {}
        if self._file is not None:
            _make_once(self._file)
        self._look()

    @property
    def newest(self) -> str:
        """The id of the key that seals now. Raises `Unavailable` when the keys can't be read any more."""
        try:
            self._look()
        except SettingsError as problem:
            raise Unavailable(f"Nothing can be sealed: {problem}", code="sealing") from None
        return next(iter(self._keys))

    @property
    def file(self) -> Path | None:
        """Where the keys lie; None where they come from the settings."""
        return self._file

    def seal(self, text: str, place: Place) -> str:
        """The text as it may be kept there. Raises `Unavailable` rather than keep it open."""
        key_id = self.newest
        nonce = secrets.token_bytes(NONCE_BYTES)
        closed = AESGCM(self._keys[key_id]).encrypt(nonce, text.encode(), _bound(key_id, place))
        return f"{MARK}.{key_id}.{urlsafe_b64encode(nonce + closed).decode()}"

    def open(self, sealed: str, place: Place) -> Secret:
        """The text that was sealed for that place. Raises `Unopenable` for any other, altered, or of a lost key."""
        mark, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        if mark == MARK and key_id not in self._keys:
            _ = self.newest
        if mark != MARK or key_id not in self._keys:
            raise Unopenable("It was sealed with a key that isn't here.")
        try:
            whole = urlsafe_b64decode(body)
            nonce, closed = whole[:NONCE_BYTES], whole[NONCE_BYTES:]
            return Secret(AESGCM(self._keys[key_id]).decrypt(nonce, closed, _bound(key_id, place)).decode())
        except (InvalidTag, ValueError):
            raise Unopenable("It was altered, or sealed for another place.") from None

    def add_key(self) -> str:
        """Put a new key in front of those in the file, and give its id. Raises `SettingsError` where the settings
        hold them, or when the file can't be written.
        """
        if self._file is None:
            raise SettingsError(f"{SETTING}: put a new key in front yourself: {WANTED}")
        key_id = secrets.token_hex(ID_BYTES)
        text = f"{key_id}:{secrets.token_hex(KEY_BYTES)}\n{self._file.read_text()}"
        draft = _draft(self._file, text)
        draft.replace(self._file)
        self._look()
        return key_id

    def _look(self) -> None:
        """Read the file again if it has changed. Raises `SettingsError` for one that others may read."""
        if self._file is None:
            return
        try:
            now = self._file.stat()
            if (now.st_ino, now.st_ctime_ns) == self._seen:
                return
            if now.st_mode & OTHERS:
                raise SettingsError(f"{self._file} can be read by others: `chmod 600 {self._file}`")
            self._keys = _parsed(str(self._file), self._file.read_text())
            self._seen = now.st_ino, now.st_ctime_ns
        except OSError as problem:
            raise SettingsError(f"{self._file} can't be read ({problem.strerror})") from None


def key_of(sealed: str) -> str:
    """The id of the key with which a text was sealed."""
    return sealed.split(".", 2)[1]


_boxes: dict[tuple[str, Path], Box] = {}
_kept: list[Box] = []


def box_of(settings: Settings) -> Box:
    """The installation's box. Raises `SettingsError` when its keys are missing, wrong or open to others."""
    at = settings.token_keys, settings.data_dir
    if at not in _boxes:
        _boxes[at] = Box(*at)
    return _boxes[at]


def keep_box(box: Box) -> None:
    """Have this process seal with it."""
    _kept[:] = [box]


def box() -> Box:
    """The process's box. Raises `Unavailable` where nobody kept one: nothing is stored open."""
    if not _kept:
        raise Unavailable("Nothing can be sealed here, so nothing secret is kept.", code="sealing")
    return _kept[0]


def _bound(key_id: str, place: Place) -> bytes:
    return f"{MARK}.{key_id}.".encode() + place.bytes


def _parsed(where: str, text: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        found = KEY.fullmatch(line)
        if found is None or found["id"] in keys:
            raise SettingsError(f"{where}: must hold {WANTED}, each id once")
        keys[found["id"]] = bytes.fromhex(found["hex"])
    if not keys:
        raise SettingsError(f"{where}: holds no key; write {WANTED}")
    return keys


def _make_once(path: Path) -> None:
    """Written whole beside, then linked: of two that make it at once, both read the one that was first."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            return
        draft = _draft(path, f"{secrets.token_hex(ID_BYTES)}:{secrets.token_hex(KEY_BYTES)}\n")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
        finally:
            draft.unlink()
    except OSError as problem:
        raise SettingsError(f"{path} can't be kept ({problem.strerror}); set {SETTING} instead") from None


def _draft(path: Path, text: str) -> Path:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
    return draft
