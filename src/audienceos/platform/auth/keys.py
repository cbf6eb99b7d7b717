"""The installation's own key: from the settings, or made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from audienceos.platform.settings import Settings, SettingsError

FILE = "secret.key"
KEY_BYTES = 32


def installation_key(settings: Settings) -> bytes:
    """32 bytes that all processes of the installation share; processes on other machines need the setting.

    Raises `SettingsError` when the key can't be read or kept.
    """
    return _key(settings.secret_key, settings.data_dir)


@lru_cache(maxsize=8)
def _key(setting: str, data_dir: Path) -> bytes:
    if setting:
        return _read("AUDIENCEOS_SECRET_KEY", setting)
    path = data_dir / FILE
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        _make(path)
        return _read(str(path), path.read_text().strip())
    except OSError as problem:
        raise SettingsError(
            f"{path} can't be kept ({problem.strerror}); set AUDIENCEOS_SECRET_KEY instead"
        ) from None


def _make(path: Path) -> None:
    """Written whole beside, then linked: of two that make it at once, both read the one that was first."""
    if path.exists():
        return
    draft = path.with_name(f"{FILE}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(KEY_BYTES))
        file.flush()
        os.fsync(handle)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _read(name: str, text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{name}: must hold 64 hexadecimal digits (`openssl rand -hex 32`)")
    return key
