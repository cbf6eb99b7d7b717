"""What Google's services share: consent, the exchange, renewing and giving back, with PKCE."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from audienceos.connections.ports import (
    App,
    Asking,
    MissingScopes,
    Permanent,
    Returned,
    Tokens,
    Transient,
)
from audienceos.platform import clock
from audienceos.platform.http.client import Answer, NoAnswer, ask
from audienceos.platform.sealing import Secret
from audienceos.platform.settings import Settings

GONE = {"invalid_grant", "invalid_client", "unauthorized_client", "redirect_uri_mismatch", "access_denied"}
REVOKE_SECONDS = 5.0


class Google:
    """The doors of Google's accounts."""

    def __init__(self, settings: Settings) -> None:
        self._accounts = settings.google_accounts_url.rstrip("/")
        self._oauth = settings.google_oauth_url.rstrip("/")

    def address(self, app: App, asking: Asking, scopes: Sequence[str]) -> str:
        """Offline access with consent each time: without it Google gives no refresh token the second time."""
        given = {
            "client_id": app.client_id,
            "redirect_uri": asking.redirect,
            "response_type": "code",
            "scope": " ".join(scopes),
            "access_type": "offline",
            "prompt": "consent",
            "include_granted_scopes": "false",
            "state": asking.state,
            "code_challenge": asking.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._accounts}/o/oauth2/v2/auth?{urlencode(given)}"

    async def exchange(self, app: App, returned: Returned, needed: Sequence[str]) -> Tokens:
        """Tokens for the code. Raises `Permanent` where Google gave nothing to renew them with."""
        said = await self._token(
            app,
            {
                "grant_type": "authorization_code",
                "code": returned.code.reveal(),
                "redirect_uri": returned.redirect,
                "code_verifier": returned.verifier.reveal(),
            },
        )
        tokens = _tokens(said)
        missing = [scope.rpartition("/")[2] for scope in needed if scope not in tokens.scopes]
        if missing:
            raise MissingScopes(missing)
        if tokens.refresh is None:
            raise Permanent(
                "Google gave nothing to renew the grant with. Take our app out at myaccount.google.com and connect again",
                "no_refresh_token",
            )
        return tokens

    async def refresh(self, app: App, tokens: Tokens) -> Tokens:
        """Fresh tokens for the refresh token."""
        if tokens.refresh is None:
            raise Permanent("Google gave nothing to renew the grant with", "no_refresh_token")
        given = {"grant_type": "refresh_token", "refresh_token": tokens.refresh.reveal()}
        return _tokens(await self._token(app, given), tokens)

    async def revoke(self, tokens: Tokens) -> None:
        """Give the grant back: by the refresh token, which ends all of it."""
        given = {"token": (tokens.refresh or tokens.access).reveal()}
        answer = await tried("POST", f"{self._oauth}/revoke", data=given, seconds=REVOKE_SECONDS)
        if not answer.ok:
            raise told(answer)

    async def _token(self, app: App, given: dict[str, str]) -> dict[str, Any]:
        own = {"client_id": app.client_id, "client_secret": app.client_secret.reveal()}
        answer = await tried("POST", f"{self._oauth}/token", data=own | given)
        if not answer.ok:
            raise told(answer)
        return as_object(answer)


async def tried(method: str, url: str, **given: Any) -> Answer:
    """Ask Google. Raises `Transient` when it doesn't answer."""
    try:
        return await ask(method, url, **given)
    except NoAnswer:
        raise Transient("Google doesn't answer") from None


def as_object(answer: Answer) -> dict[str, Any]:
    """The answer's object. Raises `Transient` where it is none."""
    try:
        return answer.json()
    except NoAnswer:
        raise Transient("Google's answer can't be read") from None


def told(answer: Answer) -> Transient | Permanent:
    """What a refusal means for the grant."""
    code = _code(answer)
    if answer.status == 429 or answer.status >= 500:
        return Transient(
            "Google asks for a pause" if answer.status == 429 else "Google has trouble", answer.retry_after
        )
    if code in GONE or answer.status == 401:
        return Permanent("Google doesn't accept the grant any more", code)
    if answer.status == 403:
        return Permanent("Google doesn't allow this with the grant", code or "forbidden")
    return Transient("Google refused what we asked")


def _code(answer: Answer) -> str:
    try:
        said = answer.json().get("error")
    except NoAnswer:
        return ""
    if isinstance(said, dict):
        return str(said.get("status") or said.get("code") or "")[:100]  # pyright: ignore[reportUnknownMemberType,reportUnknownArgumentType]
    return str(said or "")[:100]


def _tokens(said: dict[str, Any], before: Tokens | None = None) -> Tokens:
    refresh, scope = said.get("refresh_token"), said.get("scope")
    try:
        return Tokens(
            access=Secret(str(said["access_token"])),
            refresh=Secret(str(refresh)) if refresh else before.refresh if before else None,
            expires_at=clock.now() + timedelta(seconds=int(said["expires_in"])),
            scopes=tuple(str(scope).split()) if scope else before.scopes if before else (),
        )
    except (KeyError, ValueError):
        raise Transient("Google's answer can't be read") from None
