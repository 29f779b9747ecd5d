"""Callers of a service in the same process: commands as a gateway would send them, and queries."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import httpx
from fastapi import FastAPI

from shared.adapters.ids import new_id
from shared.kernel.actors import Actor, Role

WEI = Actor(role=Role.AUDITOR, id="wei")
UNBOUND: Mapping[str, str] = {f"REDRESS_RATE__{kind}": "0" for kind in ("COMMANDS", "READS", "UPLOADS")}
"""For processes that few callers keep busier than people would."""


def headers_of(by: Actor) -> dict[str, str]:
    """What the gateway says of a caller."""
    return {"X-Redress-Role": by.role, "X-Redress-Actor": by.id}


class Http:
    """A client of one app, and one of its operations, over ASGI.

    Where a test names no other caller, Wei asks, an auditor who may see all.
    """

    def __init__(self, app: FastAPI) -> None:
        over = httpx.ASGITransport(app)
        self.client = httpx.AsyncClient(transport=over, base_url="http://redress", timeout=20, headers=headers_of(WEI))
        beside = httpx.ASGITransport(app.state.operations)
        self.operations = httpx.AsyncClient(transport=beside, base_url="http://redress", timeout=20)

    async def ask(
        self,
        case: str,
        command: str,
        by: Actor,
        body: Any,
        *,
        key: str | None = None,
        dry_run: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a command; without a key it is a request of its own."""
        sent = headers_of(by) | {"Idempotency-Key": key or new_id()}
        return await self.client.post(
            f"/cases/{case}/{command.replace('_', '-')}",
            json=body,
            headers={**sent, **(headers or {})},
            params={"dry_run": "true"} if dry_run else None,
        )

    async def see(self, path: str, at_version: int = 0, wait: int = 10) -> httpx.Response:
        """Look at a view, not before it shows a version."""
        params = {"at_version": at_version} if at_version else None
        return await self.client.get(path, params=params, headers={"Prefer": f"wait={wait}"})

    async def close(self) -> None:
        await self.client.aclose()
        await self.operations.aclose()


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of an answer that must have this status."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    return told


async def streamed(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    """A body that does not say beforehand how long it is."""
    for chunk in chunks:
        yield chunk
