"""How the demo's people act: over HTTP as a platform's gateway would, and on `order.recorded` as its shop does."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import httpx

from shared.adapters.ids import new_id
from shared.adapters.kafka_client import make_producer
from shared.adapters.settings import Settings
from shared.contracts.platform import OrderRecorded
from shared.kernel.actors import SYSTEM, Actor, Role
from shared.kernel.orders import Order

T = TypeVar("T")


WATCHER: Final = Actor(role=Role.AUDITOR, id="demo")
"""Who looks at views while the demo tells what happens."""


def _named(by: Actor) -> dict[str, str]:
    return {"X-Redress-Role": by.role, "X-Redress-Actor": by.id}


class CheckFailedError(Exception):
    """A step of the demo did not turn out as it must."""


class Teller(Protocol):
    """Tells what happens to whoever watches."""

    def chapter(self, title: str) -> None: ...

    def say(self, text: str) -> None: ...

    def refusal(self, who: str, problem: Mapping[str, Any]) -> None: ...


@dataclass
class World:
    """The four services as seen from outside, and a count of what was checked."""

    urls: Mapping[str, str]
    settings: Settings
    teller: Teller
    http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=20))
    checked: int = 0

    def __post_init__(self) -> None:
        self.http.headers.update(_named(WATCHER))

    def check(self, what: str, truth: bool, seen: object = None) -> None:
        """Count a check; raises CheckFailedError, with what was seen, when it does not hold."""
        if not truth:
            raise CheckFailedError(f"{what}: not so; seen: {seen}")
        self.checked += 1

    async def ask(self, service: str, case_id: str, command: str, by: Actor, **body: Any) -> dict[str, Any]:
        """Send a command that must be accepted. A service that is away is asked again with the same key."""
        answer = await self._post(service, case_id, command, by, body)
        self.check(f"{command} by {by.role} {by.id}", answer.status_code == 200, answer.text)
        return dict(answer.json())

    async def ask_refused(self, service: str, case_id: str, command: str, by: Actor, rule: str, **body: Any) -> None:
        """Send a command that a rule must refuse, of the case as it stands or of who may do what."""
        answer = await self._post(service, case_id, command, by, body)
        refused = answer.status_code in {403, 409} and answer.json()["rule"] == rule
        self.check(f"{command} is refused", refused, answer.text)
        self.teller.refusal(f"{by.role} {by.id}", answer.json())

    async def upload(self, case_id: str, by: Actor, file: Path) -> dict[str, Any]:
        content = await asyncio.to_thread(file.read_bytes)
        headers = _named(by)
        url = f"{self.urls['evidence']}/cases/{case_id}/files"
        answer = await self.http.post(url, content=content, headers=headers)
        self.check(f"upload of {file.name}", answer.status_code == 201, answer.text)
        reference = dict(answer.json())
        reference.pop("case_id")
        return reference

    async def new_case_id(self) -> str:
        answer = await self.http.post(f"{self.urls['intake']}/case-ids", headers=_named(SYSTEM))
        return str(answer.json()["case_id"])

    async def see(
        self, service: str, path: str, what: str, until: Callable[[dict[str, Any]], object], patience: float = 30
    ) -> dict[str, Any]:
        """Look at a view until it shows something; raises CheckFailedError with the last sight of it."""
        last: object = "nothing"

        async def look() -> dict[str, Any] | None:
            nonlocal last
            answer = await self.http.get(self.urls[service] + path)
            last = answer.text[:600]
            if answer.status_code == 200 and until(answer.json()):
                return dict(answer.json())
            return None

        seen = await self.until(look, patience)
        self.check(what, seen is not None, last)
        return seen or {}

    async def until(self, look: Callable[[], Awaitable[T | None]], patience: float) -> T | None:
        """Probe until there is an answer or patience ends; a connection refused is not an answer yet."""
        deadline = asyncio.get_running_loop().time() + patience
        while asyncio.get_running_loop().time() < deadline:
            try:
                if (seen := await look()) is not None:
                    return seen
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
        return None

    async def record_order(self, order: Order, version: int, at: datetime) -> None:
        """Put an order on `order.recorded`, as the platform's shop does."""
        fact = OrderRecorded(at=at, version=version, order=order)
        producer = make_producer(self.settings, "shop")
        await producer.start()
        try:
            headers = {
                "ce_specversion": "1.0",
                "ce_id": f"{order.order_id}.v{version}",
                "ce_source": "shop",
                "ce_type": OrderRecorded.TYPE,
                "ce_subject": order.order_id,
                "content-type": "application/json",
            }
            await producer.send_and_wait(
                OrderRecorded.TOPIC,
                fact.model_dump_json().encode(),
                key=order.order_id.encode(),
                headers=[(name, value.encode()) for name, value in headers.items()],
            )
        finally:
            await producer.stop()

    async def close(self) -> None:
        await self.http.aclose()

    async def _post(self, service: str, case_id: str, command: str, by: Actor, body: Any) -> httpx.Response:
        headers = {**_named(by), "Idempotency-Key": new_id()}
        url = f"{self.urls[service]}/cases/{case_id}/{command.replace('_', '-')}"

        async def send() -> httpx.Response | None:
            answer = await self.http.post(url, json=body, headers=headers)
            return None if answer.status_code == 503 else answer

        answer = await self.until(send, 40)
        if answer is None:
            raise CheckFailedError(f"{service} did not take {command} in 40 seconds")
        return answer
