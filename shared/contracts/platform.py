"""Facts that arrive from the platform. They carry their own version; older ones are dropped."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.eventing.messages import Published
from shared.kernel.orders import Order


class OrderRecorded(Published):
    """An order was placed or changed. Keyed by order id: `case_id` is absent on this topic."""

    TYPE: ClassVar[str] = "order.recorded.v1"
    TOPIC: ClassVar[str] = "order.recorded"
    SOURCE: ClassVar[str] = "platform"

    case_id: str = ""
    version: Annotated[int, Field(ge=1)]
    order: Order

    @property
    def stream(self) -> str:
        """The order id."""
        return self.order.order_id
