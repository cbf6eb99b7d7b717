"""When a mail was written, as far as its header can be believed."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from audienceos.platform.mail.reading.fields import Fields

_EARLIEST: Final = datetime(1982, 8, 13, tzinfo=UTC)
"""The day of RFC 821 and 822. An earlier date comes from a clock that was never set."""
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_CHARS = 200


def date_of(fields: Fields) -> datetime | None:
    """The `Date`, in UTC; where it is missing or absurd, the time at which the last server took the mail in."""
    stated = _moment(fields.text("date"))
    if stated is not None:
        return stated
    return next(
        filter(None, (_moment(field.rpartition(";")[2]) for field in fields.all("received")[:5])), None
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text.strip()[:_CHARS])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if _EARLIEST <= moment < _LATEST else None
