"""What each side reads masked in a mediation file: the other's words, and what was said with the other."""

from typing import Any

import pytest

from services.mediation.domain.handover import RequestSpecialist
from services.mediation.views.mediation_file import VIEW
from services.mediation.views.parts import Contact, MediationFile, Offer, Statement, Successor
from services.mediation.views.seen_by import as_seen_by
from shared.kernel.actors import Actor, Role, Side
from tests.examples import mediation as the
from tests.kit.deciding import NOON, document_of

CALL, MASKED = "Call 13812345678.", "Call [phone number masked]."
STRANGER = Actor(role=Role.SELLER, id="passer-by")


def a_file(**changes: Any) -> MediationFile:
    document = document_of(VIEW, *the.an_open_mediation().facts)
    assert document is not None
    return document.model_copy(update=changes)


def an_offer(by: Actor) -> Offer:
    about = {"offer_id": "1", "made_by": by, "made_at": NOON, "terms": the.PARTIAL_REFUND, "valid_until": NOON}
    return Offer.model_validate({**about, "outcome": "declined", "reason": CALL})


def a_contact(side: Side | None) -> Contact:
    return Contact(channel="phone", with_side=side, note=CALL, outcome=CALL, at=NOON, by=the.MEI)


def a_statement(by: Actor) -> Statement:
    return Statement(obligation_id="1", performed=True, words=CALL, files=(), at=NOON, by=by)


def a_successor(by: Actor) -> Successor:
    return Successor(role=Role.SPECIALIST, cause="asked_by_party", reason=CALL, sought_by=by)


@pytest.mark.parametrize(
    ("by", "declined_by_the_other_of"),
    [(the.LIN, the.LIN), (the.QINGYAO, the.QINGYAO), (None, the.LIN), (STRANGER, the.QINGYAO), (the.LIN, the.MEI)],
    ids=["the buyer's", "the seller's", "nobody named", "no party", "a mediator's"],
)
def test_why_an_offer_was_declined_is_masked_for_who_did_not_say_it(
    by: Actor | None, declined_by_the_other_of: Actor
) -> None:
    seen = as_seen_by(a_file(offers=(an_offer(declined_by_the_other_of),)), by)

    assert seen.offers[0].reason == MASKED


def test_ones_own_reason_to_decline_is_as_it_was_written() -> None:
    assert as_seen_by(a_file(offers=(an_offer(the.QINGYAO),)), the.LIN).offers[0].reason == CALL


def test_what_was_said_with_the_other_side_is_masked() -> None:
    file = a_file(contacts=(a_contact(Side.BUYER), a_contact(Side.SELLER), a_contact(None)))

    def notes(by: Actor) -> list[tuple[str, str]]:
        return [(one.note, one.outcome) for one in as_seen_by(file, by).contacts]

    assert notes(the.LIN) == [(CALL, CALL), (MASKED, MASKED), (MASKED, MASKED)]
    assert notes(the.QINGYAO) == [(MASKED, MASKED), (CALL, CALL), (MASKED, MASKED)]


def test_what_the_other_side_says_of_an_obligation_is_masked_and_what_the_adjudicator_says_is_not() -> None:
    file = a_file(statements=(a_statement(the.LIN), a_statement(the.QINGYAO), a_statement(the.MEI)))

    assert [said.words for said in as_seen_by(file, the.LIN).statements] == [CALL, MASKED, CALL]
    assert [said.words for said in as_seen_by(file, the.QINGYAO).statements] == [MASKED, CALL, CALL]


@pytest.mark.parametrize(
    ("by", "reads"), [(the.LIN, MASKED), (the.QINGYAO, CALL), (STRANGER, MASKED)], ids=["other", "own", "no party"]
)
def test_why_another_adjudicator_is_wanted_is_masked_for_the_other_side(by: Actor, reads: str) -> None:
    seen = as_seen_by(a_file(successor=a_successor(the.QINGYAO)), by)

    assert seen.successor is not None
    assert seen.successor.reason == reads


def test_a_party_really_asks_for_a_specialist_in_its_own_words() -> None:
    asked = the.an_open_mediation(the.BEYOND_ONE_SPECIALIST).after(
        the.asked(RequestSpecialist, by=the.QINGYAO, reason=CALL)
    )
    document = document_of(VIEW, *asked.facts)

    assert document is not None
    assert document.successor is not None
    assert (document.successor.reason, document.successor.sought_by) == (CALL, the.QINGYAO)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.BUYER, Role.SELLER}])
def test_staff_read_what_was_written(role: Role) -> None:
    file = a_file(offers=(an_offer(the.LIN),), contacts=(a_contact(None),), statements=(a_statement(the.LIN),))

    assert as_seen_by(file, Actor(role=role, id="wei")) == file
