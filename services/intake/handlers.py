"""What intake's decisions need beyond the request: the order, other cases like it, and who owes what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from services.intake.domain.case import BeingErased, KnownOrder, State
from services.intake.domain.erasing import person_of
from services.intake.domain.words import DestroyedKey, EarlierCases, Step, TakenUp, taken_up_key
from shared.eventing.engine import Engine
from shared.eventing.ports import Keys
from shared.eventing.reading import Reader
from shared.eventing.requests import Asked, Provider, Request
from shared.eventing.views import View
from shared.kernel.clocks import Clock
from shared.kernel.orders import Order
from shared.kernel.policy import PolicyBook


class Sealed(Protocol):
    """What seals and opens what people write; without keys nothing is sealed."""

    @property
    def keys(self) -> Keys | None: ...

    async def opened(self, text: str) -> str: ...


_SETTLED = {"settled"}
_DECIDED = {"ruled", "appeal_decided"}


def providers(
    engine: Engine,
    reader: Reader,
    cases: View[Any],
    duties: View[Any],
    book: PolicyBook,
    sealed: Sealed,
) -> Mapping[str, Provider]:
    """One fetcher per given field. `cases` knows which line and ground is taken up, `duties` who owes what.

    `sealed` opens a text as its writer wrote it, and destroys keys.
    """

    async def order(asked: Asked, _: State) -> Order | None:
        stream = await engine.load(_field(asked, "order_id"))
        return stream.state.order if isinstance(stream.state, KnownOrder) else None

    async def taken_up(asked: Asked, _: State) -> TakenUp | None:
        ground = "/".join(_field(asked, name) for name in ("order_id", "line_id", "category"))
        found = await reader.many(cases, {"line_and_ground": ground}, limit=2)
        return next((_standing(seen.document.outcome) for seen in found if seen.stream != asked.case_id), None)

    async def earlier_cases(asked: Asked, state: State) -> EarlierCases:
        known = await order(asked, state)
        if known is None:
            return EarlierCases()
        policy = book.in_force(asked.at)
        since, limits = asked.at - policy.windows.of("repeated_party"), policy.limits
        return EarlierCases(
            buyer=await _count("buyer_taken_up", known.parties.buyer_id, since, limits.repeated_buyer_cases),
            seller=await _count("seller_taken_up", known.parties.seller_id, since, limits.repeated_seller_cases),
        )

    async def _count(key: str, party: str, since: datetime, enough: int) -> int:
        found = await reader.many(cases, {}, order=key, after=taken_up_key(party, since), limit=enough)
        return sum(str(cases.keys(seen.document)[key]).startswith(f"{party}/") for seen in found)

    async def step(asked: Asked, _: State) -> Step:
        seen = await reader.one(duties, asked.case_id)
        shown: Step = seen.document.shown_step if seen else "screening"
        return shown

    async def owed(asked: Asked, _: State) -> tuple[Clock, ...]:
        seen = await reader.one(duties, asked.case_id)
        return seen.document.owed if seen else ()

    async def as_written(asked: Asked, _: State) -> str:
        return await sealed.opened(_field(asked, "description"))

    return {
        **_erasing(reader, cases, sealed),
        "as_written": as_written,
        "order": order,
        "taken_up": taken_up,
        "earlier_cases": earlier_cases,
        "step": step,
        "owed": owed,
    }


def _erasing(reader: Reader, cases: View[Any], sealed: Sealed) -> Mapping[str, Provider]:
    async def open_case(asked: Asked, _: State) -> str | None:
        found = await reader.many(cases, {"open_party": person_of(asked.case_id)}, limit=1)
        return next((seen.stream for seen in found), None)

    async def sealing(_: Asked, __: State) -> bool:
        return sealed.keys is not None

    async def destroyed(_: Asked, state: State) -> DestroyedKey | None:
        """Destroys the key of a person whose erasure was ordered. Once ordered it stays so, and twice is once."""
        if not isinstance(state, BeingErased) or sealed.keys is None:
            return None
        key = await sealed.keys.destroy(state.person_id)
        return DestroyedKey(at=key.at, fingerprint=key.fingerprint)

    return {"open_case": open_case, "sealing": sealing, "destroyed": destroyed}


def _standing(outcome: str | None) -> TakenUp:
    if outcome in _SETTLED:
        return "settled"
    return "decided" if outcome in _DECIDED else "pending"


def _field(asked: Asked, name: str) -> str:
    return str(getattr(asked.body if isinstance(asked, Request) else asked, name))
