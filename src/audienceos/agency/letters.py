"""What an agency writes to people."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from audienceos.platform.auth.emails import email_key
from audienceos.platform.auth.keys import installation_key
from audienceos.platform.auth.secrets import proof_of, read_invite
from audienceos.platform.mail.delivering import Finish
from audienceos.platform.mail.mailer import Outgoing
from audienceos.platform.mail.posting import Letter
from audienceos.platform.settings import Settings

INVITATION = "invitation"


def invite_link(url: str, token: str) -> str:
    """Where an invitation is looked at and accepted."""
    return f"{url}/invite/{token}"


def invitation_letter(
    agency: str, inviter: str, message: str | None, link: str, expires_at: datetime
) -> Letter:
    """Ask somebody to join. The inviter's own words stand quoted, so no line of theirs passes for ours."""
    words = "".join(f"> {line}\n" for line in (message or "").splitlines())
    said = f"\n{inviter} writes:\n\n{words}" if words else ""
    return Letter(
        kind=INVITATION,
        subject=f"{inviter} invites you to {agency}",
        body=f"""\
Hello,

{inviter} invites you to work with {agency} in AudienceOS.
{said}
Join here:

{link}

The link works once, until {expires_at:%d %B %Y}. If you don't know {inviter}, do nothing.
""",
    )


def proving_invitations(settings: Settings) -> Finish:
    """The last touch to an invitation as it leaves: the proof that this mailbox was read joins its link."""
    key = installation_key(settings)
    line = re.compile(rf"^{re.escape(settings.url)}/invite/(\w+)$", re.MULTILINE)

    def finish(mail: Outgoing) -> Outgoing:
        def proven(found: re.Match[str]) -> str:
            token = found[1]
            proof = proof_of(token, email_key(mail.to_email), key)
            return f"{found[0]}_{proof}" if read_invite(token) else found[0]

        return msgspec.structs.replace(mail, body=line.sub(proven, mail.body))

    return finish
