"""What is written to a person about their account. Links come from the settings' address alone."""

from __future__ import annotations

from audienceos.platform.mail.posting import Letter

VERIFY_DAYS = 3
RESET_MINUTES = 60


def verify_letter(url: str, token: str) -> Letter:
    """Ask the person to prove that this address is theirs."""
    return Letter(
        kind="verify",
        subject="Confirm your e-mail address",
        body=f"""\
Hello,

this address was given for an account at AudienceOS. If that was you, confirm it here:

{url}/verify/{token}

You will be asked to sign in with the password you chose. The link works once, within {VERIFY_DAYS} days.

If it wasn't you, do nothing: without your confirmation the account can't be used in your name.
""",
    )


def reset_letter(url: str, token: str) -> Letter:
    """The way back in for someone who lost their password."""
    return Letter(
        kind="reset",
        subject="Choose a new password",
        body=f"""\
Hello,

somebody asked to choose a new password for your account at AudienceOS. If that was you, do it here:

{url}/reset/{token}

The link works once, within {RESET_MINUTES} minutes. All browsers and programs that are signed in to your
account are then signed out.

If it wasn't you, do nothing: your password stays as it is.
""",
    )


def changed_letter(url: str) -> Letter:
    """Tell the person that their password is another now."""
    return Letter(
        kind="password_changed",
        subject="Your password was changed",
        body=f"""\
Hello,

the password of your account at AudienceOS was changed just now, and everything that was signed in to it was
signed out.

If it wasn't you, choose a new password at once: {url}/reset
""",
    )
