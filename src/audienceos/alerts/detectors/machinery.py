"""Imports that failed and mail that doesn't leave: pure functions. Both concern the whole agency, so its admins."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import msgspec

from audienceos.alerts.detectors.words import SHOWN, cut, many
from audienceos.alerts.ports import Ground
from audienceos.clients.queries.watched import FailedImport
from audienceos.platform.findings import Detection, Evidence, Severity

ROWS_FAILED = Decimal("0.2")
"""Of a file's lines: from this share on the import has failed its purpose, below it somebody may have meant it."""
TRIED_OFTEN = 3
"""Attempts after which a mail isn't merely late."""


class UnsentMail(msgspec.Struct, frozen=True):
    """A mail of the agency's whose last attempt failed. Its text and address stay where they are."""

    id: UUID
    kind: str
    attempts: int
    is_given_up: bool


class LostGrant(Protocol):
    """A connection that its service ended."""

    @property
    def id(self) -> UUID: ...
    @property
    def provider(self) -> str: ...
    @property
    def account_name(self) -> str | None: ...


SERVICES = {"slack": "Slack", "gmail": "Gmail", "google_ads": "Google Ads", "meta_ads": "Meta Ads"}


def lost_connections(grants: Sequence[LostGrant], ground: Ground) -> list[Detection]:
    """One for each connection that has to be made anew; it stands until somebody does that, or lets it be."""
    return [_lost(one) for one in grants]


def _lost(one: LostGrant) -> Detection:
    words = SERVICES.get(one.provider, one.provider)
    account = f" ({one.account_name})" if one.account_name else ""
    return Detection(
        key=f"lost_connection:{one.id}",
        client_id=None,
        title=cut(f"{words} has to be connected again"),
        reason=f"{words}{account} took back the grant by which the agency is connected. Nothing comes in from there.",
        severity="critical",
        confidence=Decimal("0.95"),
        evidence=(Evidence(kind="integration", id=str(one.id), said=f"{words}{account}"),),
    )


def failed_imports(imports: Sequence[FailedImport], ground: Ground) -> list[Detection]:
    """Imports that ended early, or that refused lines of their file."""
    return [found for one in imports if (found := _failed_import(one))]


def _failed_import(one: FailedImport) -> Detection | None:
    ended_early = one.status == "failed"
    if not ended_early and not one.failed:
        return None
    mostly = ended_early or one.failed >= ROWS_FAILED * max(one.total, 1)
    why = f": {one.error}" if one.error else "."
    lines = f"{one.failed:,} of {many(one.total, 'line')} of {one.file_name} weren't brought in."
    severity: Severity = "high" if ended_early else "medium"
    return Detection(
        key=f"failed_import:{one.id}",
        client_id=None,
        title=cut(f"Import of {one.file_name} {'failed' if ended_early else 'refused lines'}"),
        reason=f"The import of {one.file_name} ended early{why}" if ended_early else lines,
        severity=severity,
        confidence=Decimal("0.95") if ended_early else Decimal("0.75") if mostly else Decimal("0.60"),
        doubt="" if ended_early else "Lines are refused for good reasons, too.",
        evidence=(
            Evidence(
                kind="import",
                id=str(one.id),
                said=one.file_name,
                numbers={"lines": one.total, "failed": one.failed},
            ),
        ),
        numbers={"lines": one.total, "failed": one.failed},
    )


def unsent_mails(mails: Sequence[UnsentMail], ground: Ground) -> list[Detection]:
    """One for all the mail that doesn't leave: given up, tried often, or only just failed, which may mend itself."""
    if not mails:
        return []
    given_up = sum(mail.is_given_up for mail in mails)
    tried = max(mail.attempts for mail in mails)
    surely = given_up or tried >= TRIED_OFTEN
    why = (
        f"{many(given_up, 'mail')} won't be tried again."
        if given_up
        else "They are tried again by themselves."
    )
    return [
        Detection(
            key="unsent_mail",
            client_id=None,
            title=f"{many(len(mails), 'mail')} couldn't be sent",
            reason=f"{many(len(mails), 'mail')} of the agency failed to leave, after {many(tried, 'attempt')}. {why}",
            severity="high" if given_up else "medium",
            confidence=Decimal("0.95") if given_up else Decimal("0.80") if surely else Decimal("0.50"),
            doubt="" if given_up else "A mail server may only be away for a while.",
            evidence=tuple(
                Evidence(
                    kind="mail",
                    id=str(mail.id),
                    said=mail.kind.replace("_", " ").capitalize(),
                    numbers={"attempts": mail.attempts},
                )
                for mail in sorted(mails, key=lambda mail: mail.id)[:SHOWN]
            ),
            numbers={"mails": len(mails), "given up": given_up},
        )
    ]
