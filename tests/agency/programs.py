"""Programs of people: callers that show a token and nothing else."""

from __future__ import annotations

import httpx

from tests.cast import HOST, Player, Stage


async def program_of(stage: Stage, player: Player, *scopes: str) -> httpx.AsyncClient:
    """A program that acts for the player, by a token that they made."""
    made = await player.post("/v1/tokens", json={"name": "a program", "scopes": list(scopes or ("write",))})
    assert made.status_code == 201, made.text
    return caller(stage, made.json()["token"])


def caller(stage: Stage, token: str) -> httpx.AsyncClient:
    """Whoever has the token."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=stage.transport, base_url=HOST, headers=headers)
