"""What a client is written about a ticket of theirs."""

from __future__ import annotations

from audienceos.platform.mail.posting import Letter, one_line

SUMMARY = "ticket_summary"


def summary_letter(
    *, agency: str, sender: str, to_name: str | None, number: int, title: str, done: str
) -> Letter:
    """Tell that it is resolved, and what was done. What people wrote stands quoted, so no line passes for ours."""
    greeting = f"Hello {to_name}," if to_name else "Hello,"
    quoted = "\n".join(f"> {line}".rstrip() for line in done.splitlines())
    return Letter(
        kind=SUMMARY,
        subject=one_line(f"Resolved: {title} (#{number})"),
        body=f"""\
{greeting}

We have resolved what you asked of us:

> {title}

What was done:

{quoted}

{sender}
{agency}
""",
    )
