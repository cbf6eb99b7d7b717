"""What in a draft belongs to another client."""

from __future__ import annotations

from audienceos.inbox.firewall.directory import Directory
from audienceos.inbox.firewall.shapes import Draft, Stop


def inspect(draft: Draft, directory: Directory) -> tuple[Stop, ...]:
    """Everything in the draft that is another client's; empty where nothing is. Never raises, whatever the text."""
    stops: list[Stop] = []
    for at, address in enumerate(draft.recipients):
        owners = directory.owners_of(address)
        if owners and draft.client_id not in owners:
            other = min(owners)
            stops.append(
                Stop(
                    kind="recipient_of_other_client",
                    client_id=other,
                    what=address,
                    where="recipient",
                    offset=at,
                    sentence=f"{address} belongs to another client, {directory.called(other)}.",
                    severity="stop",
                )
            )
    return tuple(stops)
