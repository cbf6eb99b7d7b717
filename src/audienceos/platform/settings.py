"""Every setting of the installation, read once, loud when wrong.

Nothing else in the product looks at the process environment. A secret may come from a file: `NAME_FILE`
holds the path, and wins nothing by being set together with `NAME`, which is refused as ambiguous.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

import msgspec

SignupPolicy = Literal["open", "invite", "closed"]
Logins = tuple[str, str, str]

ARGON2_MEMORY_FLOOR_KIB = 19_456  # OWASP's least for argon2id with two passes
PREFIX = "AUDIENCEOS_"


class SettingsError(Exception):
    """A setting is missing or makes no sense; the text names it and says what to write instead."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator may decide. The docstring of each group is its manual; `docs/operating.md` lists them."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    url: str = "http://127.0.0.1:8000"
    """The address that links in mails carry; never taken from a request."""
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    workers: int = 1
    signup: SignupPolicy = "open"
    secret_key: str = ""
    """Hex, 32 bytes. Empty: made once and kept in the data folder."""
    token_keys: str = ""
    """`id:hex,id:hex`: the first seals other services' tokens, all open them. Empty: a file in the data folder."""

    database_url: str = ""
    """The request login's address. Empty: the embedded server."""
    database_owner_url: str = ""
    database_service_url: str = ""
    database_listen_url: str = ""
    database_admin_url: str = ""
    owner_login: str = "audienceos_owner"
    app_login: str = "audienceos_app"
    service_login: str = "audienceos_service"
    pool_size: int = 10
    pooler: bool = False
    """A transaction-mode pooler stands between: prepared statements are not kept."""

    smtp_url: str = ""
    mail_from: str = "AudienceOS <no-reply@localhost>"
    storage_url: str = ""
    """Empty: a folder beside the data. Else s3://, gs:// or az:// with the provider's own settings."""

    slack_client_id: str = ""
    slack_client_secret: str = ""
    slack_signing_secret: str = ""
    google_client_id: str = ""
    google_client_secret: str = ""
    google_ads_developer_token: str = ""
    meta_client_id: str = ""
    meta_client_secret: str = ""
    """The installation's own apps at the vendors, for agencies that bring none. Empty: none."""
    slack_is_marketplace: bool = False
    """Whether that app at Slack is listed in its marketplace: others may read a page of a channel a minute."""
    slack_url: str = "https://slack.com"
    google_accounts_url: str = "https://accounts.google.com"
    google_oauth_url: str = "https://oauth2.googleapis.com"
    gmail_url: str = "https://gmail.googleapis.com"
    google_certs_url: str = "https://www.googleapis.com/oauth2/v1/certs"
    google_ads_url: str = "https://googleads.googleapis.com/v26"
    meta_url: str = "https://www.facebook.com/v26.0"
    meta_graph_url: str = "https://graph.facebook.com/v26.0"
    gmail_topic: str = ""
    """`projects/…/topics/…`: where Gmail publishes that mail came. Empty: mailboxes are read every five minutes."""
    gmail_push_subscription: str = ""
    gmail_push_account: str = ""
    gmail_push_audience: str = ""
    """The subscription that pushes it here, the service account that signs, and for whom. Empty audience: our address."""
    private_mail_hosts: bool = False
    """Whether mailboxes may lie on this machine or its private network."""

    argon2_memory_kib: int = 65_536
    argon2_passes: int = 3
    session_idle_days: int = 14
    session_days: int = 60
    environment: Literal["production", "development", "test"] = "production"

    @property
    def embedded(self) -> bool:
        """Whether the product runs its own PostgreSQL."""
        return not self.database_url

    @property
    def secure(self) -> bool:
        """Whether the public address is https, so cookies are Secure and carry the __Host- prefix."""
        return self.url.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine's own programs reach the product."""
        return self.host in ("127.0.0.1", "::1", "localhost")

    @property
    def logins(self) -> Logins:
        """(owner, app, service): the three database logins, by name."""
        return self.owner_login, self.app_login, self.service_login


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings. Raises `SettingsError` with every fault, one a line."""
    given = dict(os.environ if environ is None else environ)
    faults: list[str] = []
    values: dict[str, object] = {"data_dir": default_data_dir(given)}
    for field in msgspec.structs.fields(Settings):
        text = _text(field.name, given, faults)
        if text is not None:
            values[field.name] = (
                tuple(p.strip() for p in text.split(",") if p.strip())
                if field.type == tuple[str, ...]
                else text
            )
    if "url" not in values:
        values["url"] = f"http://{values.get('host', '127.0.0.1')}:{values.get('port', 8000)}"
    return _checked(values, faults)


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """The user's data folder; for root a folder of the system."""
    if os.geteuid() == 0:
        return Path("/var/lib/audienceos")
    base = environ.get("XDG_DATA_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".local/share")
    return Path(base) / "audienceos"


def _text(name: str, environ: Mapping[str, str], faults: list[str]) -> str | None:
    key = PREFIX + name.upper()
    inline, file = environ.get(key), environ.get(key + "_FILE")
    if inline is not None and file is not None:
        faults.append(f"{key}: set it or {key}_FILE, not both")
    if file is not None:
        try:
            return Path(file).read_text().strip()
        except OSError as problem:
            faults.append(f"{key}_FILE: {file} can't be read ({problem.strerror})")
    return inline


def _checked(values: dict[str, object], faults: list[str]) -> Settings:
    for field in msgspec.structs.fields(Settings):
        if field.name not in values:
            continue
        try:
            values[field.name] = (
                Path(str(values[field.name])).expanduser()
                if field.type is Path
                else msgspec.convert(values[field.name], field.type, strict=False)
            )
        except msgspec.ValidationError:
            wanted = " or ".join(map(str, get_args(field.type))) or getattr(
                field.type, "__name__", str(field.type)
            )
            faults.append(f"{PREFIX}{field.name.upper()}: {values[field.name]!r} is not {wanted}")
    if faults:
        raise SettingsError("\n".join(faults))
    settings = Settings(**values)  # pyright: ignore[reportArgumentType]
    faults = list(_nonsense(settings))
    if faults:
        raise SettingsError("\n".join(faults))
    return settings


def _nonsense(s: Settings) -> list[str]:
    faults: list[str] = []
    if not 1 <= s.port <= 65_535:
        faults.append(f"AUDIENCEOS_PORT: {s.port} is no port; choose 1 to 65535")
    if urlsplit(s.url).scheme not in ("http", "https") or not urlsplit(s.url).hostname:
        faults.append(f"AUDIENCEOS_URL: {s.url!r} is no web address; write https://host")
    beside = (s.database_owner_url, s.database_service_url)
    if s.database_url and not all(beside):
        faults.append(
            "AUDIENCEOS_DATABASE_URL: also set AUDIENCEOS_DATABASE_OWNER_URL and AUDIENCEOS_DATABASE_SERVICE_URL, one per login"
        )
    if not s.database_url and any(beside):
        faults.append("AUDIENCEOS_DATABASE_URL: missing, though the owner's or the service's address is set")
    if s.environment != "test" and s.argon2_memory_kib < ARGON2_MEMORY_FLOOR_KIB:
        faults.append(
            f"AUDIENCEOS_ARGON2_MEMORY_KIB: at least {ARGON2_MEMORY_FLOOR_KIB}, so that stolen hashes stay slow to guess"
        )
    faults += _half_told(s)
    if s.secret_key and len(s.secret_key) != 64:
        faults.append("AUDIENCEOS_SECRET_KEY: 64 hexadecimal digits (`openssl rand -hex 32`)")
    return faults


def _half_told(s: Settings) -> list[str]:
    """A topic that nobody hears would have mail read an hour late."""
    if s.gmail_topic and not s.gmail_topic.startswith("projects/"):
        return [f"AUDIENCEOS_GMAIL_TOPIC: {s.gmail_topic!r} is no topic; write projects/NAME/topics/NAME"]
    if s.gmail_topic and not (s.gmail_push_subscription and s.gmail_push_account):
        beside = "AUDIENCEOS_GMAIL_PUSH_SUBSCRIPTION and AUDIENCEOS_GMAIL_PUSH_ACCOUNT"
        return [f"AUDIENCEOS_GMAIL_TOPIC: also set {beside}, so that what it tells is heard"]
    return []
