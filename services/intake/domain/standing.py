"""A dispute rests on a real order, is about one of its lines, and is brought by its own buyer."""

from dataclasses import dataclass

from shared.kernel.orders import Order, OrderLine
from shared.kernel.policy import Policy
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True)
class Purchase:
    """The order line in dispute, within its order."""

    order: Order
    line: OrderLine


def purchase_in_dispute(order: Order | None, line_id: str, buyer_id: str, policy: Policy) -> Purchase | Refused:
    if order is None:
        return Refused(
            "order_must_be_known",
            detail="no such order is recorded",
            clause=policy.screening.get("order_must_be_known"),
            field="order_id",
            cure="give the number of the order as the order page shows it",
        )
    if order.parties.buyer_id != buyer_id:
        return Refused(
            "order_must_be_the_buyers",
            detail="the order was placed by someone else",
            clause=policy.screening.get("order_must_be_the_buyers"),
            field="order_id",
            cure="the buyer of the order asks, or staff on that buyer's behalf",
        )
    line = order.line(line_id)
    if line is None:
        return Refused(
            "line_must_be_of_the_order",
            detail=f"the order has no line {line_id}",
            clause=policy.screening.get("order_must_be_known"),
            field="line_id",
            cure=f"one of: {', '.join(known.line_id for known in order.lines)}",
        )
    return Purchase(order=order, line=line)
