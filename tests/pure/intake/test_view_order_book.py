"""The order book shows each order in its newest version."""

from services.intake.views.order_book import VIEW, OrderPage
from tests.examples.intake import a_filed_complaint, a_known_order, an_order, record_order
from tests.kit.deciding import document_of
from tests.pure.intake.heard import an_order_recorded


def test_the_newest_version_is_shown_and_found_by_its_buyer() -> None:
    recorded = a_known_order().after(record_order(version=2, order=an_order(waybill="SF-1")))
    page = document_of(VIEW, an_order_recorded(), *recorded.facts, stream="order-88")
    assert page == OrderPage(order=an_order(waybill="SF-1"), version=2)
    assert page is not None
    assert VIEW.keys(page) == {"buyer_id": "lin", "seller_id": "qingyao-ceramics", "month": "2026-10"}


def test_a_case_is_no_order() -> None:
    assert document_of(VIEW, *a_filed_complaint().facts) is None
