"""Orders are kept in their newest version; an older one changes nothing."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from services.intake.domain.case import KnownOrder, Nothing, State
from services.intake.domain.events import IntakeFact, OrderRecorded
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.orders import Order
from shared.kernel.refusals import Refused


class RecordOrder(Command):
    """Its `case_id` is the order id: an order has a stream of its own."""

    NAME: ClassVar[str] = "record_order"

    version: Annotated[int, Field(ge=1)]
    order: Order


def record_order(command: RecordOrder, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match state:
        case KnownOrder() if command.version <= state.version:
            return []
        case Nothing() | KnownOrder():
            return [OrderRecorded(version=command.version, order=command.order)]
        case _:
            return Refused("order_must_not_be_a_case", detail="a case has this id", field="case_id")
