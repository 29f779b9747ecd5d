"""What intake's decisions need beyond the request: the order, and whether the line is taken up already."""

from collections.abc import Mapping
from typing import Any

from services.intake.domain.case import KnownOrder, State
from shared.eventing.engine import Engine
from shared.eventing.reading import Reader
from shared.eventing.requests import Asked, Provider, Request
from shared.eventing.views import View
from shared.kernel.orders import Order


def providers(engine: Engine, reader: Reader, cases: View[Any]) -> Mapping[str, Provider]:
    """One fetcher per given field. `cases` is the view that knows which line and ground is taken up."""

    async def order(asked: Asked, _: State) -> Order | None:
        stream = await engine.load(_field(asked, "order_id"))
        return stream.state.order if isinstance(stream.state, KnownOrder) else None

    async def taken_up(asked: Asked, _: State) -> bool:
        ground = "/".join(_field(asked, name) for name in ("order_id", "line_id", "category"))
        others = await reader.many(cases, {"line_and_ground": ground}, limit=2)
        return any(seen.stream != asked.case_id for seen in others)

    return {"order": order, "taken_up": taken_up}


def _field(asked: Asked, name: str) -> str:
    return str(getattr(asked.body if isinstance(asked, Request) else asked, name))
