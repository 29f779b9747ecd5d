"""Opening a round: once per round, the first before the appeal, and both sides asked at once."""

from collections.abc import Callable

import pytest

from services.evidence.domain.events import EvidenceRequested, RoundOpened
from services.evidence.domain.opening import OpenRound
from shared.kernel.actors import Side
from shared.kernel.items import Element, ItemType, Round
from tests.examples.evidence import (
    APPEAL_DUE,
    DUE,
    LIN,
    PARTIES,
    QINGYAO,
    a_sealed_appeal_round,
    a_sealed_first_round,
    a_stopped_file,
    an_open_appeal_round,
    an_open_first_round,
    no_file,
    opening_the_appeal_round,
    opening_the_first_round,
)
from tests.kit.deciding import History


def test_the_first_round_asks_each_side_for_what_it_must_show() -> None:
    command = opening_the_first_round()

    opened, *asked = no_file().when(command).then_types(RoundOpened, *[EvidenceRequested] * 4)

    assert opened == RoundOpened(round=Round.FIRST, parties=PARTIES, rules=command.rules, due_at=DUE)
    assert [(one.side, one.element) for one in asked] == [
        (Side.BUYER, Element.PURCHASE),
        (Side.BUYER, Element.PROBLEM),
        (Side.BUYER, Element.LOSS),
        (Side.SELLER, Element.RESPONSIBILITY),
    ]
    assert asked[1].items == (ItemType.PHOTO, ItemType.VIDEO, ItemType.INSPECTION_REPORT)
    assert {one.due_at for one in asked} == {DUE}
    assert len({one.request_id for one in asked}) == 4


def test_a_side_that_bears_nothing_is_asked_for_its_own_account() -> None:
    command = opening_the_first_round()
    buyers = tuple(burden for burden in command.rules.burdens if burden.bearer is Side.BUYER)
    bare = command.model_copy(update={"rules": command.rules.model_copy(update={"burdens": buyers})})

    *_, last = no_file().when(bare).then_types(RoundOpened, *[EvidenceRequested] * 4)

    assert (last.side, last.items) == (Side.SELLER, (ItemType.STATEMENT,))


def test_the_appeal_round_asks_both_sides_once_and_takes_over_the_burden_table() -> None:
    first = opening_the_first_round()
    command = opening_the_appeal_round()

    opened, buyer, seller = (
        a_sealed_first_round().when(command).then_types(RoundOpened, EvidenceRequested, EvidenceRequested)
    )

    assert opened.round is Round.APPEAL
    assert opened.rules == first.rules
    assert {opened.due_at, buyer.due_at, seller.due_at} == {APPEAL_DUE}
    assert buyer.items[0] is seller.items[0] is ItemType.STATEMENT
    assert ItemType.PHOTO in buyer.items
    assert seller.items == (ItemType.STATEMENT, ItemType.QUALITY_CERTIFICATE, ItemType.SHIPPING_PROOF)


@pytest.mark.parametrize("history", [an_open_first_round, a_sealed_first_round, an_open_appeal_round])
def test_a_first_round_that_was_opened_is_not_opened_again(history: Callable[[], History]) -> None:
    history().when(opening_the_first_round()).then_nothing()


@pytest.mark.parametrize("history", [an_open_appeal_round, a_sealed_appeal_round])
def test_the_second_partys_appeal_opens_no_second_round(history: Callable[[], History]) -> None:
    history().when(opening_the_appeal_round(LIN)).then_nothing()


def test_an_appeal_round_before_any_round_is_refused() -> None:
    refused = no_file().when(opening_the_appeal_round()).then_refused("first_round_must_be_sealed")

    assert "was not opened" in refused.detail


def test_an_appeal_round_before_the_seal_is_refused() -> None:
    refused = an_open_first_round().when(opening_the_appeal_round()).then_refused("first_round_must_be_sealed")

    assert "still open" in refused.detail


def test_a_stopped_file_is_not_opened_again() -> None:
    a_stopped_file().when(opening_the_first_round()).then_refused("file_must_not_be_stopped")


def test_a_party_cannot_open_a_round() -> None:
    command: OpenRound = opening_the_first_round().model_copy(update={"by": QINGYAO})

    no_file().when(command).then_refused("only_the_platform_may_do_this")
