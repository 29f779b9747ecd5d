"""RequestEvidence: an adjudicator asks either side while the round is open."""

import pytest

from services.evidence.domain.events import EvidenceRequested
from shared.kernel.actors import Actor, Role, Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, ItemType, Round
from tests.examples.evidence import (
    DUE,
    LIN,
    a_photo_of_the_spout,
    a_sealed_first_round,
    a_stopped_file,
    an_open_first_round,
    asking_the_seller,
    falling_due,
    finishing,
    later,
    no_file,
)


@pytest.mark.parametrize("role", [Role.FRONTLINE, Role.SPECIALIST, Role.REVIEWER])
def test_an_adjudicator_asks_a_side_with_a_due_of_its_own(role: Role) -> None:
    command = asking_the_seller(by=Actor(role=role, id="zhao"))

    an_open_first_round().when(command).then(
        EvidenceRequested(
            request_id=derived_id("ask-for-packing", "request"),
            round=Round.FIRST,
            side=Side.SELLER,
            element=Element.RESPONSIBILITY,
            items=(ItemType.SHIPPING_PROOF, ItemType.VIDEO),
            note="How was the teapot packed?",
            due_at=later(20 + 72),
        )
    )


def test_a_later_request_keeps_the_round_open_until_its_due() -> None:
    asked = an_open_first_round().after(asking_the_seller())

    asked.when(falling_due(DUE)).then_nothing()
    assert asked.state.due == {Side.BUYER: DUE, Side.SELLER: later(92)}


def test_a_request_that_is_due_earlier_leaves_the_rounds_due_alone() -> None:
    asked = an_open_first_round().after(asking_the_seller()).after(asking_the_seller(id="before", at=later(19)))

    assert asked.state.closes_at == later(92)
    assert asked.state.due[Side.SELLER] == later(92)


def test_a_side_that_is_asked_again_may_speak_again() -> None:
    done = an_open_first_round().after(finishing(LIN))
    done.when(a_photo_of_the_spout(at=later(21))).then_refused("side_has_finished")

    asked = done.after(asking_the_seller(side="buyer", items=(ItemType.PHOTO,)))

    asked.after(a_photo_of_the_spout(at=later(21)))


def test_the_same_request_twice_asks_once() -> None:
    an_open_first_round().after(asking_the_seller()).when(asking_the_seller()).then_nothing()


def test_a_party_cannot_request() -> None:
    an_open_first_round().when(asking_the_seller(by=LIN)).then_refused("only_an_adjudicator_may_do_this")


def test_a_kind_that_the_side_does_not_bring_cannot_be_asked_of_it() -> None:
    command = asking_the_seller(items=(ItemType.VIDEO, ItemType.PAYMENT_RECORD))

    refused = an_open_first_round().when(command).then_refused("item_type_must_fit_the_side")

    assert refused.field == "items"
    assert refused.detail == "a seller does not bring payment_record"


def test_nothing_can_be_requested_while_no_round_is_open() -> None:
    no_file().when(asking_the_seller()).then_refused("round_must_be_open")
    a_sealed_first_round().when(asking_the_seller()).then_refused("round_must_be_open")
    a_stopped_file().when(asking_the_seller()).then_refused("file_must_not_be_stopped")
