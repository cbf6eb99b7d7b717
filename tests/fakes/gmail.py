"""Gmail's API and its Pub/Sub on loopback: mailboxes with threads, labels and a history; it can be told to misbehave."""

from __future__ import annotations

import base64
import itertools
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from google.auth import crypt, jwt

from tests.fakes.server import Answerer, Asked, Said
from tests.fakes.vendors import FakeGoogle

ME = "/gmail/v1/users/me"
TOPIC = "projects/northlight-test/topics/mail"
SUBSCRIPTION = "projects/northlight-test/subscriptions/mail"
ACCOUNT = "pusher@northlight-test.iam.gserviceaccount.com"
GONE = {"error": {"code": 404, "status": "NOT_FOUND", "message": "Requested entity was not found."}}
HIDDEN = {"SPAM", "TRASH"}
_crypt: Any = crypt  # it tells no types
_jwt: Any = jwt
_numbers = itertools.count(0x19AA0000000)


class Mail(NamedTuple):
    """A mail as it lies there."""

    id: str
    thread: str
    raw: bytes
    labels: set[str]
    at: datetime

    def header(self, name: str) -> str:
        """A header's text."""
        return str(message_from_bytes(self.raw)[name] or "")


class Box:
    """A mailbox."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.mails: dict[str, Mail] = {}
        self.history = 1000
        self.oldest = 0
        """Places in the history before this one are forgotten."""
        self.records: list[dict[str, Any]] = []
        self.watched: str | None = None

    def put(self, raw: bytes, *labels: str, thread: str = "") -> str:
        """Another mail, in the inbox unless said otherwise; gives its id."""
        mail_id = f"{next(_numbers):x}"
        said = message_from_bytes(raw)["Date"]
        at = parsedate_to_datetime(said) if said else datetime.now(UTC)
        mail = Mail(mail_id, thread or f"{next(_numbers):x}", raw, set(labels or ("INBOX",)), at)
        self.mails[mail_id] = mail
        self._happened("messagesAdded", {"message": self._short(mail)})
        return mail_id

    def move(self, mail_id: str, *, to: str, out_of: str) -> None:
        """Other labels for a mail."""
        mail = self.mails[mail_id]
        mail.labels.discard(out_of)
        mail.labels.add(to)
        self._happened("labelsRemoved", {"message": self._short(mail), "labelIds": [out_of]})

    def delete(self, mail_id: str) -> None:
        """Gone for good."""
        mail = self.mails.pop(mail_id)
        self._happened("messagesDeleted", {"message": self._short(mail)})

    def forget(self) -> None:
        """What happened until now is no longer known."""
        self.history += 50
        self.oldest, self.records = self.history, []

    @property
    def sent(self) -> list[Mail]:
        """What was sent from here, in order."""
        return [mail for mail in self.mails.values() if "SENT" in mail.labels]

    def _short(self, mail: Mail) -> dict[str, Any]:
        return {"id": mail.id, "threadId": mail.thread, "labelIds": sorted(mail.labels)}

    def _happened(self, what: str, said: dict[str, Any]) -> None:
        self.history += 7
        self.records.append({"id": str(self.history), what: [said]})


class FakeGmail(FakeGoogle):
    """Google with mailboxes: whoever consents grants the one that `address` names then."""

    def __init__(self) -> None:
        super().__init__()
        self.own = self.address.replace("team", "tom")
        """A person's own address."""
        self.boxes: dict[str, Box] = {}
        self.whose: dict[str, str] = {}
        self.page_size = 100
        self.labels = {"Label_1": "Newsletters"}
        self.topic_allowed = True
        self.rewrites = False
        self.late = 0.0
        """Seconds that it takes to say that a mail was sent, after it was."""
        self.breaks_after: int | None = None
        """Mails that it gives before it has trouble."""
        self.given_out = 0
        self.is_hollow = False
        """Whether its history's first page holds nothing and only leads on."""

    def box(self, address: str = "") -> Box:
        """The mailbox of that address."""
        address = address or self.address
        return self.boxes.setdefault(address, Box(address))

    def routes(self) -> dict[tuple[str, str], Answerer]:
        here: dict[tuple[str, str], Callable[[Asked, Box], Said]] = {
            ("GET", f"{ME}/profile"): self._here,
            ("GET", f"{ME}/labels"): self._labels,
            ("GET", f"{ME}/messages"): self._list,
            ("GET", f"{ME}/history"): self._history,
            ("POST", f"{ME}/watch"): self._watch,
            ("POST", f"{ME}/stop"): self._stop,
            ("POST", f"{ME}/messages/send"): self._send,
        }
        threads = {mail.thread for box in self.boxes.values() for mail in box.mails.values()}
        here |= {("GET", f"{ME}/threads/{one}"): self._thread for one in threads}
        mails = {key for box in self.boxes.values() for key in box.mails}
        here |= {("GET", f"{ME}/messages/{one}"): self._get for one in mails}
        guarded = {key: self._guarded(one) for key, one in here.items()}
        return super().routes() | guarded | {("GET", "/oauth2/v1/certs"): self._certs}

    def _guarded(self, one: Callable[[Asked, Box], Said]) -> Answerer:
        def answer(asked: Asked) -> Said:
            if asked.bearer not in self.good:
                return Said(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}})
            return one(asked, self.box(self.whose[asked.bearer]))

        return answer

    def _token(self, asked: Asked) -> Said:
        said = super()._token(asked)
        if said.status == 200:
            whose = self.whose.get(asked.given.get("refresh_token", ""), self.address)
            for name in ("access_token", "refresh_token"):
                if name in said.body:
                    self.whose[said.body[name]] = whose
        return said

    def _here(self, asked: Asked, box: Box) -> Said:
        return Said(200, {"emailAddress": box.address, "historyId": str(box.history)})

    def _labels(self, asked: Asked, box: Box) -> Said:
        return Said(200, {"labels": [{"id": key, "name": name} for key, name in self.labels.items()]})

    def _list(self, asked: Asked, box: Box) -> Said:
        token = asked.given.get("pageToken", "p0")
        if not re.fullmatch(r"p\d+", token):
            return Said(400, {"error": {"code": 400, "message": "Invalid pageToken"}})
        found = [mail for mail in box.mails.values() if self._matches(mail, asked.given)]
        found.sort(key=lambda mail: mail.at, reverse=True)
        at, most = int(token[1:]), min(self.page_size, int(asked.given.get("maxResults", "100")))
        said: dict[str, Any] = {
            "messages": [{"id": m.id, "threadId": m.thread} for m in found[at : at + most]]
        }
        if at + most < len(found):
            said["nextPageToken"] = f"p{at + most}"
        return Said(200, said)

    def _matches(self, mail: Mail, given: dict[str, str]) -> bool:
        if mail.labels & HIDDEN and given.get("includeSpamTrash") != "true":
            return False
        kind, _, value = given.get("q", "").partition(":")
        if kind == "after":
            return mail.at.timestamp() > int(value)
        return kind != "rfc822msgid" or mail.header("Message-ID").strip("<> ") == value.strip("<> ")

    def _get(self, asked: Asked, box: Box) -> Said:
        mail = box.mails.get(asked.path.rpartition("/")[2])
        if mail is None:
            return Said(404, GONE)
        if self.breaks_after is not None and self.given_out >= self.breaks_after:
            return Said(503, {"error": {"code": 503, "status": "UNAVAILABLE"}})
        self.given_out += 1
        said: dict[str, Any] = {"id": mail.id, "threadId": mail.thread, "labelIds": sorted(mail.labels)}
        if asked.given.get("format") == "raw":
            text = base64.urlsafe_b64encode(mail.raw).decode() if mail.raw else "\x00not base64"
            return Said(200, said | {"raw": text})
        return Said(200, self._described(mail))

    def _thread(self, asked: Asked, box: Box) -> Said:
        thread = asked.path.rpartition("/")[2]
        mails = [self._described(mail) for mail in box.mails.values() if mail.thread == thread]
        return Said(200, {"id": thread, "messages": mails}) if mails else Said(404, GONE)

    def _described(self, mail: Mail) -> dict[str, Any]:
        headers = [
            {"name": name, "value": str(value)} for name, value in message_from_bytes(mail.raw).items()
        ]
        said = {"id": mail.id, "threadId": mail.thread, "labelIds": sorted(mail.labels)}
        return said | {"payload": {"headers": headers}}

    def _history(self, asked: Asked, box: Box) -> Said:
        since = int(asked.given["startHistoryId"])
        if since < box.oldest:
            return Said(404, GONE)
        after = [one for one in box.records if int(one["id"]) > since]
        page = after[: self.page_size]
        said: dict[str, Any] = {"historyId": str(box.history)}
        if self.is_hollow and "pageToken" not in asked.given:
            return Said(200, said | {"nextPageToken": "on"})
        if page:
            said["history"] = page
        if len(after) > len(page):
            said["nextPageToken"] = "more"
        return Said(200, said)

    def _watch(self, asked: Asked, box: Box) -> Said:
        topic = json.loads(asked.body)["topicName"]
        if not self.topic_allowed:
            return Said(400, {"error": {"code": 400, "message": "Invalid topicName does not match"}})
        box.watched = topic
        ends = datetime.now(UTC) + timedelta(days=7)
        return Said(200, {"historyId": str(box.history), "expiration": str(int(ends.timestamp() * 1000))})

    def _stop(self, asked: Asked, box: Box) -> Said:
        box.watched = None
        return Said(204)

    def _send(self, asked: Asked, box: Box) -> Said:
        given = json.loads(asked.body)
        raw = base64.urlsafe_b64decode(given["raw"] + "==")
        if "@refused." in str(message_from_bytes(raw)["To"]):
            return Said(400, {"error": {"code": 400, "message": "Invalid To header"}})
        thread = given.get("threadId", "")
        if thread and thread not in {mail.thread for mail in box.mails.values()}:
            return Said(404, GONE)
        if self.rewrites:
            raw = re.sub(rb"(?mi)^Message-ID:", b"X-Google-Original-Message-ID:", raw)
            raw = b"Message-ID: <CAK" + str(next(_numbers)).encode() + b"@mail.gmail.com>\r\n" + raw
        mail_id = box.put(raw, "SENT", thread=thread)
        time.sleep(self.late)
        return Said(200, {"id": mail_id, "threadId": box.mails[mail_id].thread, "labelIds": ["SENT"]})

    def _certs(self, asked: Asked) -> Said:
        return Said(200, {"key-1": key_and_certificate(1)[1]})


@cache
def key_and_certificate(number: int) -> tuple[str, str]:
    """A key to sign with, and its certificate, as text."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"push {number}")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(number).not_valid_before(now - timedelta(days=1))
    signed = made.not_valid_after(now + timedelta(days=30)).sign(key, hashes.SHA256())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode(), signed.public_bytes(serialization.Encoding.PEM).decode()


def signed(*, key: int = 1, kid: str = "key-1", **claims: Any) -> str:
    """A token as Pub/Sub shows it, with some claims otherwise."""
    now = int(time.time())
    usual = {
        "aud": "http://testserver.local/webhooks/gmail",
        "email": ACCOUNT,
        "email_verified": True,
        "iss": "https://accounts.google.com",
        "iat": now,
        "exp": now + 3600,
        "sub": "113774264463038321964",
    }
    signer = _crypt.RSASigner.from_string(key_and_certificate(key)[0], kid)
    return _jwt.encode(signer, usual | claims).decode()


def pushed(box: Box, *, subscription: str = SUBSCRIPTION, history: int | None = None) -> dict[str, Any]:
    """What Pub/Sub sends when something came."""
    said = {"emailAddress": box.address, "historyId": history or box.history}
    data = base64.b64encode(json.dumps(said).encode()).decode()
    message = {"data": data, "messageId": str(next(_numbers)), "publishTime": "2026-11-16T09:00:00.000Z"}
    return {"message": message, "subscription": subscription}
