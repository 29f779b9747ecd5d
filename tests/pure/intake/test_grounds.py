"""Each ground that the source article names is taken up, whatever way the complaint came in."""

import pytest
from pydantic import ValidationError

from services.intake.domain.events import ComplaintAccepted, ComplaintFiled, ViolationAlleged
from services.intake.domain.filing import FileComplaint
from shared.eventing.messages import Fact
from shared.kernel.actors import Role
from shared.kernel.money import Money
from shared.kernel.remedies import Demand, Remedy
from tests.examples.intake import PRICE, a_teapot, an_order, file_complaint, nothing
from tests.kit.deciding import NOON

CHANNELS = ("order_page", "online", "phone")
ON_ITS_WAY = an_order(delivered_at=None)
REFUND = Demand(remedy=Remedy.REFUND, amount=PRICE)


def taken_up(category: str, sub_reason: str, **changes: object) -> ComplaintAccepted:
    filing = file_complaint(category=category, sub_reason=sub_reason, **changes)
    _, accepted = nothing().when(filing).then_types(ComplaintFiled, ComplaintAccepted)
    assert isinstance(accepted, ComplaintAccepted)
    assert (accepted.category, accepted.sub_reason) == (category, sub_reason)
    return accepted


@pytest.mark.parametrize("sub_reason", ["broken", "not_working", "not_as_described"])
def test_goods_broken_not_working_or_not_as_described_are_taken_up(sub_reason: str) -> None:
    taken_up("product_quality", sub_reason)


def test_a_repair_refused_within_the_warranty_is_taken_up() -> None:
    taken_up("after_sales", "warranty_repair_refused", order=an_order(lines=(a_teapot(warranty_until=NOON),)))


def test_an_obstructed_return_is_taken_up() -> None:
    taken_up("after_sales", "return_obstructed")


def test_rude_service_is_taken_up() -> None:
    taken_up("after_sales", "rude_service")


@pytest.mark.parametrize("sub_reason", ["listing", "promotion"])
@pytest.mark.parametrize("demand", [REFUND, Demand(remedy=Remedy.COMPENSATION, amount=Money(minor=5_000))])
def test_false_advertising_is_taken_up_for_a_refund_or_compensation(sub_reason: str, demand: Demand) -> None:
    taken_up("false_advertising", sub_reason, demand=demand)


@pytest.mark.parametrize("sub_reason", ["listing", "promotion"])
@pytest.mark.parametrize("remedy", [Remedy.RETURN_REFUND, Remedy.EXCHANGE, Remedy.REPAIR])
def test_false_advertising_gives_no_other_remedy(sub_reason: str, remedy: Remedy) -> None:
    demand = Demand(remedy=remedy, amount=PRICE)
    filing = file_complaint(category="false_advertising", sub_reason=sub_reason, demand=demand)
    _, rejected = nothing().when(filing).outcome
    assert [failure.rule for failure in rejected.failures] == ["demand_must_fit_the_category"]


@pytest.mark.parametrize("sub_reason", ["lost", "delayed"])
def test_a_parcel_that_is_lost_or_late_is_taken_up_before_any_delivery(sub_reason: str) -> None:
    assert taken_up("logistics", sub_reason, order=ON_ITS_WAY, demand=REFUND).tier is Role.FRONTLINE


def test_a_damaged_parcel_is_taken_up() -> None:
    assert taken_up("logistics", "damaged").tier is Role.FRONTLINE


@pytest.mark.parametrize("sub_reason", ["counterfeit", "forced_purchase", "malicious_review"])
def test_a_violation_is_taken_up_by_a_specialist_and_reported_as_well(sub_reason: str) -> None:
    filing = file_complaint(category="seller_violation", sub_reason=sub_reason)
    _, accepted, alleged = nothing().when(filing).then_types(ComplaintFiled, ComplaintAccepted, ViolationAlleged)
    assert accepted.tier is Role.SPECIALIST
    assert alleged.violation == sub_reason


@pytest.mark.parametrize("remedy", Remedy)
def test_each_demand_is_stated_and_kept(remedy: Remedy) -> None:
    demand = Demand(remedy=remedy, amount=PRICE)
    assert taken_up("product_quality", "broken", demand=demand).demand == demand


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_case_is_the_same_whatever_way_it_was_filed(channel: str) -> None:
    def but_for_the_channel(chosen: str) -> list[Fact]:
        filed, accepted = nothing().when(file_complaint(channel=chosen)).then_types(ComplaintFiled, ComplaintAccepted)
        assert filed.channel == chosen
        return [filed.model_copy(update={"channel": ""}), accepted]

    assert but_for_the_channel(channel) == but_for_the_channel("order_page")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("field", ["order_id", "line_id", "category", "sub_reason", "description", "demand"])
def test_every_channel_asks_for_the_same_data(channel: str, field: str) -> None:
    said = file_complaint(channel=channel).model_dump(exclude={field})
    with pytest.raises(ValidationError, match=rf"^1 validation error .*\n{field}\n"):
        FileComplaint.model_validate(said)
