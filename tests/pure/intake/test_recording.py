"""An order is kept in its newest version."""

from services.intake.domain.case import KnownOrder
from services.intake.domain.events import OrderRecorded
from services.intake.domain.recording import RecordOrder
from tests.examples.intake import LIN, a_filed_complaint, a_known_order, an_order, nothing, record_order


def test_a_new_order_is_recorded() -> None:
    assert record_order().case_id == "order-88"
    assert RecordOrder.NAME == "record_order"
    nothing().when(record_order()).then(OrderRecorded(version=1, order=an_order()))


def test_a_later_version_supersedes() -> None:
    later = a_known_order().after(record_order(version=2, order=an_order(waybill="SF-1")))
    assert later.state == KnownOrder(order=an_order(waybill="SF-1"), version=2)


def test_the_same_or_an_older_version_changes_nothing() -> None:
    a_known_order().when(record_order()).then_nothing()
    a_known_order().after(record_order(version=5)).when(record_order(version=3)).then_nothing()


def test_only_the_platform_records_orders() -> None:
    nothing().when(record_order(by=LIN)).then_refused("only_the_platform_may_do_this")


def test_an_order_cannot_take_the_id_of_a_case() -> None:
    a_filed_complaint().when(record_order()).then_refused("order_must_not_be_a_case")
