"""Who is in the demo's case and what it is about: a buyer, a seller, a teapot, and what they have said so far."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from redress.demo.world import World
from shared.kernel.actors import Actor, Parties, Role
from shared.kernel.money import Money
from shared.kernel.orders import Listing, Order, OrderLine

LIN = Actor(role=Role.BUYER, id="lin")
QINGYAO = Actor(role=Role.SELLER, id="qingyao-ceramics")
STRANGER = Actor(role=Role.BUYER, id="someone-else")


@dataclass
class Case:
    """The case as it unfolds: what later chapters need of earlier ones."""

    world: World
    order: Order
    files: dict[str, Path]
    now: datetime
    id: str = ""
    mediator: Actor = LIN
    items: tuple[str, ...] = ()


def the_order(now: datetime) -> Order:
    """An order of one teapot for 368.00 CNY, delivered three days ago."""
    return Order(
        order_id=f"order-{int(now.timestamp() * 1000)}",
        parties=Parties(buyer_id=LIN.id, seller_id=QINGYAO.id),
        lines=(
            OrderLine(
                line_id="1",
                product="Longquan celadon teapot",
                model="QY-280",
                category="teaware",
                price_paid=Money(minor=36_800),
                listing=Listing(
                    title="Longquan celadon teapot, 280 ml, hand thrown",
                    description="Plum-green glaze, fired at 1310 C, each pot leak tested",
                    after_sales_promise="Broken in the post: we replace or refund",
                ),
            ),
        ),
        paid_at=now - timedelta(days=7),
        shipped_at=now - timedelta(days=6),
        delivered_at=now - timedelta(days=3),
        waybill="SF1402938475566",
        promises=("seven_day_return",),
    )


def complaint_of(case: Case, wish: dict[str, Any]) -> dict[str, Any]:
    return {
        "order_id": case.order.order_id,
        "line_id": case.order.lines[0].line_id,
        "category": "product_quality",
        "sub_reason": "broken",
        "description": "QY-280 teapot, opened the day it came: the spout is cracked and leaks. I want to return it.",
        "demand": wish,
        "channel": "order_page",
    }


def finding(element: str, shown: bool, reasoning: str, *cites: str) -> dict[str, Any]:
    return {"element": element, "shown": shown, "reasoning": reasoning, "cites": list(cites)}


def money(minor: int) -> dict[str, Any]:
    return {"minor": minor, "currency": "CNY"}
