"""Which orders are known, each in its newest version."""

from services.intake.domain.events import OrderRecorded
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.orders import Order
from shared.kernel.values import Value


class OrderPage(Value):
    """One order as filing sees it."""

    order: Order
    version: int


def evolve(page: OrderPage | None, entry: Entry) -> OrderPage | None:
    match entry.message:
        case OrderRecorded(order=order, version=version):
            return OrderPage(order=order, version=version)
        case _:
            return page


VIEW: View[OrderPage] = View(
    name="order_book",
    version=2,
    document=OrderPage,
    evolve=evolve,
    keys=lambda page: {
        "buyer_id": page.order.parties.buyer_id,
        "seller_id": page.order.parties.seller_id,
        "month": f"{page.order.paid_at:%Y-%m}",
    },
    indexed=("buyer_id", "seller_id+month", "month"),
)
