"""What the platform tells Redress: facts of yours that it hears.

Written by `redress docs` from the contracts; do not edit.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from redress_contracts.messages import Fact, Id
from redress_contracts.values import Order


class OrderRecorded(Fact):
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


class NoticeDelivered(Fact):
    """The gateway tells what became of a notice it was asked to deliver; a later version supersedes."""

    TYPE: ClassVar[str] = "notice.delivered.v1"
    TOPIC: ClassVar[str] = "notice.delivered"
    SOURCE: ClassVar[str] = "platform"

    version: Annotated[int, Field(ge=1)]
    notice_id: Id
    result: Literal["delivered", "failed"]
    detail: str = ""

    @property
    def lineage(self) -> str:
        """Versions count for each notice."""
        return f"{self.SOURCE}/{self.notice_id}"
