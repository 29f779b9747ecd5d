"""A person is erased once nothing of theirs is open; the proof of it stays."""

from typing import Any

import pytest

from services.intake.domain.allowed import allowed
from services.intake.domain.case import BeingErased, Erased
from services.intake.domain.erasing import ErasePerson, NotePersonErased, person_of
from services.intake.domain.events import PersonErased, PersonErasureOrdered
from services.intake.entrypoints.deadlines import command_for
from services.intake.publications import publish
from services.intake.views import case_timeline, deadlines, erasures
from services.intake.views.erasures import Erasure
from shared.contracts import intake as public
from shared.eventing.agenda import Agenda, Due, cause_of
from shared.eventing.model import About
from shared.kernel.actors import SYSTEM
from tests.examples.intake import (
    CASE,
    DESTROYED,
    LIN,
    PERSON_LIN,
    QINGYAO,
    ZHAO,
    a_closed_ruled_case,
    a_filed_complaint,
    a_known_order,
    a_person_being_erased,
    a_refused_negotiation,
    a_rejected_complaint,
    an_erased_person,
    an_open_negotiation,
    erase_person,
    file_complaint,
    note_person_erased,
    nothing,
    record_order,
    remind,
    urge,
    withdraw,
)
from tests.kit.deciding import NOON, History, document_of

PROOF = PersonErased(person_id="lin", key_fingerprint=DESTROYED.fingerprint, destroyed_at=DESTROYED.at)
ROW = Due(kind="person_erasure", at=NOON)


def test_the_platform_orders_an_erasure() -> None:
    nothing().when(erase_person()).then(PersonErasureOrdered(person_id="lin"))
    assert a_person_being_erased().state == BeingErased("lin")
    assert ErasePerson.NAME == "erase_person"


@pytest.mark.parametrize("history", [a_person_being_erased(), an_erased_person()])
def test_an_erasure_is_ordered_once(history: History) -> None:
    history.when(erase_person(open_case=CASE, sealing=False)).then_nothing()


@pytest.mark.parametrize("by", [LIN, ZHAO])
def test_nobody_else_erases_a_person(by: Any) -> None:
    nothing().when(erase_person(by=by)).then_refused("only_the_platform_may_do_this")
    a_person_being_erased().when(note_person_erased(by=by)).then_refused("only_the_platform_may_do_this")


@pytest.mark.parametrize("stream", ["lin", "person:", "Person:lin"])
def test_an_erasure_names_a_person(stream: str) -> None:
    nothing().when(erase_person(case_id=stream)).then_refused("stream_must_be_a_person")


@pytest.mark.parametrize("history", [a_known_order(), a_filed_complaint()])
def test_a_case_or_an_order_is_no_person(history: History) -> None:
    history.when(erase_person()).then_refused("stream_must_be_a_person")


def test_a_party_to_an_open_case_is_not_erased() -> None:
    refused = nothing().when(erase_person(open_case=CASE)).then_refused("person_must_not_be_a_party")
    assert CASE in refused.detail


def test_nothing_is_promised_of_texts_that_lie_open() -> None:
    nothing().when(erase_person(sealing=False)).then_refused("texts_must_be_sealed")


def test_the_proof_is_kept_once_the_key_is_destroyed() -> None:
    a_person_being_erased().when(note_person_erased()).then(PROOF)
    assert an_erased_person().state == Erased("lin")
    an_erased_person().when(note_person_erased(destroyed=None)).then_nothing()


def test_there_is_no_proof_of_a_key_that_still_stands() -> None:
    a_person_being_erased().when(note_person_erased(destroyed=None)).then_refused("key_must_be_destroyed")
    nothing().when(note_person_erased()).then_refused("erasure_must_be_ordered")


def test_the_key_is_destroyed_as_soon_as_it_is_ordered_and_until_it_is_proven() -> None:
    assert document_of(deadlines.VIEW, *a_person_being_erased().facts) == Agenda(due=(ROW,))
    assert document_of(deadlines.VIEW, *an_erased_person().facts) == Agenda()
    fired = command_for(ROW, PERSON_LIN, NOON)
    assert fired == NotePersonErased(id=cause_of(PERSON_LIN, ROW), case_id=PERSON_LIN, at=NOON, by=SYSTEM)


def test_an_erasure_is_shown_with_its_proof() -> None:
    ordered = Erasure(person_id="lin", status="ordered", ordered_at=NOON)
    proven = {"status": "erased", "destroyed_at": DESTROYED.at, "key_fingerprint": DESTROYED.fingerprint}
    assert document_of(erasures.VIEW, *a_person_being_erased().facts) == ordered
    assert document_of(erasures.VIEW, *an_erased_person().facts) == ordered.model_copy(update=proven)
    assert document_of(erasures.VIEW, PROOF) is None
    assert document_of(erasures.VIEW, *a_known_order().facts) is None
    assert erasures.VIEW.keys(ordered) == {"status": "ordered"}


def test_others_are_told_of_the_proof_alone() -> None:
    about = About(PERSON_LIN, NOON, SYSTEM)
    assert publish(PersonErasureOrdered(person_id="lin"), about) is None
    assert publish(PROOF, about) == public.PersonErased(
        case_id=PERSON_LIN,
        at=NOON,
        person_id="lin",
        key_fingerprint=DESTROYED.fingerprint,
        destroyed_at=DESTROYED.at,
    )
    assert not public.PersonErased.ORDERED


@pytest.mark.parametrize("history", [a_person_being_erased(), an_erased_person()])
def test_a_person_is_no_case_and_no_order(history: History) -> None:
    history.when(file_complaint()).then_refused("case_must_not_be_a_person")
    history.when(urge()).then_refused("case_must_exist")
    history.when(withdraw()).then_refused("case_must_exist")
    history.when(remind()).then_nothing()
    history.when(record_order()).then_refused("order_must_not_be_a_case")
    assert allowed(SYSTEM, NOON, history.state)["erase_person"] is None


@pytest.mark.parametrize(
    ("history", "parties"),
    [
        (an_open_negotiation(), [LIN.id, QINGYAO.id]),
        (a_filed_complaint(), [LIN.id, QINGYAO.id]),
        (a_refused_negotiation(), []),
        (a_rejected_complaint(), []),
        (a_closed_ruled_case(), []),
    ],
)
def test_a_case_that_is_over_holds_its_parties_no_longer(history: History, parties: list[str]) -> None:
    case = document_of(case_timeline.VIEW, *history.facts)
    assert case is not None
    assert case_timeline.VIEW.keys(case)["open_party"] == parties


def test_only_a_persons_stream_names_a_person() -> None:
    assert (person_of(PERSON_LIN), person_of("order-88")) == ("lin", "")
