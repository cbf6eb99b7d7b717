"""What is written to a person about their account. Links come from the settings' address alone."""

from __future__ import annotations

from audienceos.platform.mail.posting import Letter

VERIFY_DAYS = 3
RESET_MINUTES = 60
EMAIL_HOURS = 24


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


def taking_letter(url: str, token: str) -> Letter:
    """The way to an address of one's own that somebody gave for an account and never confirmed."""
    return Letter(
        kind="reset",
        subject="Choose a password for your address",
        body=f"""\
Hello,

somebody asked to choose a new password at AudienceOS for this address. An account was opened with it, and the address
was never confirmed.

If you opened that account and know its password, sign in with it and confirm your address; everything stays as it is:

{url}/sign-in

If you didn't, or no longer know the password, take the address here:

{url}/reset/{token}

The link works once, within {RESET_MINUTES} minutes. Whoever uses the account is then signed out, and its places in
agencies are closed, an agency that was opened with it among them: nobody can tell that they are yours.

If you did not ask, do nothing.
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


def new_address_letter(url: str, token: str) -> Letter:
    """Ask whoever reads the new address to take it for theirs."""
    return Letter(
        kind="email",
        subject="Confirm your new e-mail address",
        body=f"""\
Hello,

somebody asked to use this address for their account at AudienceOS from now on. If that was you, confirm it here:

{url}/verify/email/{token}

You will be asked to sign in with your present address. The link works once, within {EMAIL_HOURS} hours.

If it wasn't you, do nothing: without your confirmation nothing changes.
""",
    )


def taken_letter(url: str) -> Letter:
    """Tell the owner of an account that somebody else asked for its address."""
    return Letter(
        kind="email_taken",
        subject="This address has an account already",
        body=f"""\
Hello,

somebody asked to use this address for another account at AudienceOS. It has an account of its own, so nothing changes.

If that was you, sign in to that one: {url}/sign-in
""",
    )


def asked_letter(url: str) -> Letter:
    """Tell the present address that another is to take its place."""
    return Letter(
        kind="email_asked",
        subject="Your e-mail address is to be changed",
        body=f"""\
Hello,

somebody who knows your password asked to use another address for your account at AudienceOS. It changes once the new
address is confirmed.

If it wasn't you, choose a new password at once: {url}/reset
""",
    )


def moved_letter(url: str) -> Letter:
    """Tell the address that was given up that it is so."""
    return Letter(
        kind="email_changed",
        subject="Your e-mail address was changed",
        body=f"""\
Hello,

your account at AudienceOS has another e-mail address from now on. This one no longer opens it.

If it wasn't you, write to whoever runs your AudienceOS: {url}
""",
    )
