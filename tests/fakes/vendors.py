"""Google and Meta, as far as granting access and proving it goes."""

from __future__ import annotations

import base64
import hashlib
import itertools
from typing import Any

from tests.fakes.server import Answerer, Asked, Fake, Said
from tests.fakes.slack import SECRET

CLIENT = "client-1"
_numbers = itertools.count(1)


def _made(kind: str) -> str:
    return f"{kind}-canary-{next(_numbers)}"


class FakeGoogle(Fake):
    """Consent, tokens that live an hour, a mailbox and two ad accounts."""

    def __init__(self) -> None:
        super().__init__()
        self.address = f"team-{next(_numbers)}@northlight.example"
        self.gives_refresh = True
        self.leaves_out = ""
        self.seconds = 3600
        self.good: set[str] = set()
        self.refreshes: set[str] = set()
        self.customers = {"1112223333": ("Oxbow Search", "EUR"), "4445556666": ("Maple Shops", "USD")}

    def routes(self) -> dict[tuple[str, str], Answerer]:
        one = {("POST", f"/customers/{number}/googleAds:search"): self._customer for number in self.customers}
        return one | {
            ("GET", "/o/oauth2/v2/auth"): self.consent,
            ("POST", "/token"): self._token,
            ("POST", "/revoke"): self._revoke,
            ("GET", "/gmail/v1/users/me/profile"): self._profile,
            ("GET", "/customers:listAccessibleCustomers"): self._customers,
        }

    def _token(self, asked: Asked) -> Said:
        given = asked.given
        if given.get("client_secret") != SECRET:
            return Said(401, {"error": "invalid_client"})
        said: dict[str, Any] = {"expires_in": self.seconds, "token_type": "Bearer"}
        if given["grant_type"] == "refresh_token":
            if given["refresh_token"] not in self.refreshes:
                return Said(400, {"error": "invalid_grant"})
        else:
            begun = self.codes.pop(given["code"], None)
            digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
            shown = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            if begun is None or begun["code_challenge"] != shown:
                return Said(400, {"error": "invalid_grant"})
            scopes = begun["scope"].split()
            said["scope"] = " ".join(s for s in scopes if not self.leaves_out or self.leaves_out not in s)
            if self.gives_refresh:
                said["refresh_token"] = _made("1//refresh")
                self.refreshes.add(said["refresh_token"])
        said["access_token"] = _made("ya29")
        self.good.add(said["access_token"])
        return Said(200, said)

    def _revoke(self, asked: Asked) -> Said:
        self.refreshes.discard(asked.given["token"])
        return Said(200)

    def _profile(self, asked: Asked) -> Said:
        if asked.bearer not in self.good:
            return Said(401, {"error": {"status": "UNAUTHENTICATED"}})
        return Said(200, {"emailAddress": self.address})

    def _customers(self, asked: Asked) -> Said:
        if asked.bearer not in self.good or not asked.headers.get("developer-token"):
            return Said(401, {"error": {"status": "UNAUTHENTICATED"}})
        return Said(200, {"resourceNames": [f"customers/{number}" for number in self.customers]})

    def _customer(self, asked: Asked) -> Said:
        name, currency = self.customers[asked.path.split("/")[2]]
        row = {"descriptiveName": name, "currencyCode": currency}
        return Said(200, {"results": [{"customer": row}]})


class FakeMeta(Fake):
    """A person with two ad accounts, on two pages."""

    def __init__(self) -> None:
        super().__init__()
        self.good: set[str] = set()
        self.permissions = ["ads_read", "business_management"]
        self.accounts = [("101", "Oxbow Social", "EUR"), ("102", "Maple Social", "USD")]

    def routes(self) -> dict[tuple[str, str], Answerer]:
        return {
            ("GET", "/dialog/oauth"): self.consent,
            ("POST", "/oauth/access_token"): self._token,
            ("GET", "/me/permissions"): self._permissions,
            ("DELETE", "/me/permissions"): self._revoke,
            ("GET", "/me"): self._me,
            ("GET", "/me/adaccounts"): self._accounts,
        }

    def _token(self, asked: Asked) -> Said:
        long = asked.given.get("grant_type") == "fb_exchange_token"
        known = (
            asked.given.get("fb_exchange_token") in self.good if long else asked.given["code"] in self.codes
        )
        if not known or asked.given.get("client_secret") != SECRET:
            return Said(400, {"error": {"code": 190, "type": "OAuthException"}})
        token = _made("EAAlong" if long else "EAAshort")
        self.good.add(token)
        return Said(200, {"access_token": token, "expires_in": 5_184_000 if long else 3600})

    def _guarded(self, asked: Asked, said: Any) -> Said:
        if asked.bearer not in self.good:
            return Said(400, {"error": {"code": 190, "type": "OAuthException"}})
        return Said(200, said)

    def _permissions(self, asked: Asked) -> Said:
        rows = [{"permission": name, "status": "granted"} for name in self.permissions]
        return self._guarded(asked, {"data": rows})

    def _revoke(self, asked: Asked) -> Said:
        said = self._guarded(asked, {"success": True})
        self.good.discard(asked.bearer)
        return said

    def _me(self, asked: Asked) -> Said:
        return self._guarded(asked, {"id": "77", "name": "Ines Aalto"})

    def _accounts(self, asked: Asked) -> Said:
        at = int(asked.given.get("after") or 0)
        number, name, currency = self.accounts[at]
        paging: dict[str, Any] = {"cursors": {"after": str(at + 1)}}
        if at + 1 < len(self.accounts):
            paging["next"] = "yes"
        row = {"account_id": number, "name": name, "currency": currency}
        return self._guarded(asked, {"data": [row], "paging": paging})
