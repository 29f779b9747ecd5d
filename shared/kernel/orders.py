"""An order as the platform records it: lines, listing snapshot, parties, times and promises."""

from typing import Annotated

from pydantic import Field

from shared.kernel.actors import Parties
from shared.kernel.ids import Id
from shared.kernel.money import Money
from shared.kernel.values import Moment, Value


class Review(Value):
    """What another buyer wrote under a listing; who that was is not part of it."""

    text: str
    rating: Annotated[int, Field(ge=1, le=5)]
    at: Moment


class Listing(Value):
    """The listing as it stood when the order was placed.

    `reviews` are those of other buyers that stood under it; None where the platform keeps none with an order.
    """

    title: str
    description: str = ""
    specifications: dict[str, str] = Field(default_factory=dict)
    after_sales_promise: str = ""
    cautions: str = ""
    reviews: tuple[Review, ...] | None = None
    # None rather than empty: digests over listings that were stored before leave it out.


class OrderLine(Value):
    """One product of an order and what was paid for it."""

    line_id: Id
    product: str
    model: str = ""
    category: str = ""
    price_paid: Money
    listing: Listing
    warranty_until: Moment | None = None


class Order(Value):
    """One version of an order; a later version supersedes an earlier one."""

    order_id: Id
    parties: Parties
    lines: tuple[OrderLine, ...]
    paid_at: Moment
    shipped_at: Moment | None = None
    delivered_at: Moment | None = None
    waybill: str | None = None
    promises: tuple[str, ...] = ()
    """Services promised with the order, for example `seven_day_return`."""
    unreal: str | None = None
    """Why the platform holds that no real purchase stands behind the order; None for a real one."""

    def line(self, line_id: str) -> OrderLine | None:
        """The line of that id, or None."""
        return next((line for line in self.lines if line.line_id == line_id), None)
