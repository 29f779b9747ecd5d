"""RequestEvidence: an adjudicator asks either side while the round is open."""

import pytest

from services.evidence.domain.closing import digest_of
from services.evidence.domain.events import EvidenceClosed, EvidenceRequested, RebuttalOpened, SideFinished
from shared.kernel.actors import Actor, Role, Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, ItemType, Round
from tests.examples.evidence import (
    CERTIFICATE,
    DUE,
    LIN,
    QINGYAO,
    a_kiln_certificate,
    a_photo_of_the_spout,
    a_reopened_first_round,
    a_sealed_first_round,
    a_stopped_file,
    an_account_of_the_seller,
    an_ended_file,
    an_open_first_round,
    asking_for_an_explanation,
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
            remind_at=(later(20 + 36), later(20 + 64.8)),
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
    an_ended_file().when(asking_the_seller()).then_refused("case_must_not_be_over")
    a_stopped_file().when(asking_the_seller()).then_refused("file_must_not_be_stopped")


def test_an_explanation_is_asked_for_and_a_statement_answers_it() -> None:
    """RequestExplanation is a request like any other; its words are in the question."""
    asked = an_open_first_round().after(finishing(QINGYAO)).after(asking_for_an_explanation())
    request_id = derived_id("ask-why", "request")

    question = asked.facts[-1]
    assert isinstance(question, EvidenceRequested)
    assert (question.items, question.note) == ((ItemType.STATEMENT,), None)
    assert question.question == "Why was the teapot sent without padding?"
    asked.when(asking_for_an_explanation()).then_nothing()
    asked.when(a_kiln_certificate(at=later(21), request_id=request_id)).then_refused("item_must_be_what_was_asked_for")
    asked.after(an_account_of_the_seller(at=later(21), request_id=request_id))


def test_only_an_adjudicator_asks_for_an_explanation() -> None:
    an_open_first_round().when(asking_for_an_explanation(by=LIN)).then_refused("only_an_adjudicator_may_do_this")
    no_file().when(asking_for_an_explanation()).then_refused("round_must_be_open")


def test_a_request_that_leaves_the_clock_alone_reminds_of_nothing_new() -> None:
    asked = an_open_first_round().after(asking_the_seller())

    (earlier,) = asked.when(asking_the_seller(id="before", at=later(19))).then_types(EvidenceRequested)

    assert earlier.remind_at == ()


def test_after_the_seal_only_what_was_asked_for_enters() -> None:
    reopened = a_reopened_first_round()
    request_id = derived_id("ask-for-packing", "request")
    video = an_account_of_the_seller(at=later(30), type=ItemType.VIDEO, files=(CERTIFICATE,), stored=(CERTIFICATE,))

    reopened.when(video).then_refused("item_must_answer_a_request")
    reopened.when(a_photo_of_the_spout(item_id="more", at=later(30))).then_refused("item_must_answer_a_request")
    reopened.after(video.model_copy(update={"request_id": request_id}))


def test_what_was_asked_for_after_the_seal_is_answered_and_sealed_with_the_rest() -> None:
    reopened = a_reopened_first_round()
    answer = an_account_of_the_seller(at=later(30), request_id=derived_id("ask-for-packing", "request"))

    answered = reopened.after(answer).after(finishing(QINGYAO, hours=31))
    assert isinstance(answered.facts[-1], RebuttalOpened)
    rebutted = answered.after(a_photo_of_the_spout(item_id="the-box", at=later(32)))
    _, second = rebutted.when(finishing(LIN, hours=33)).then_types(SideFinished, RebuttalOpened)
    closed = rebutted.after(finishing(LIN, hours=33)).after(finishing(QINGYAO, hours=34)).facts[-1]

    assert (second.side, second.until) == (Side.SELLER, later(32 + 24))
    assert isinstance(closed, EvidenceClosed)
    assert {line.item_id for line in closed.manifest} == {
        "kiln-certificate", "photo-of-the-spout", "the-box", "account-of-qingyao"
    }  # fmt: skip
    assert closed.replaces == reopened.state.file.seals[Round.FIRST] != closed.manifest_digest
    assert closed.manifest_digest == digest_of(closed.manifest)


def test_what_is_not_answered_after_the_seal_is_sealed_as_it_was() -> None:
    reopened = a_reopened_first_round()

    (closed,) = reopened.when(falling_due(later(92))).then_types(EvidenceClosed)

    assert closed.manifest_digest == closed.replaces
    reopened.when(finishing(QINGYAO, hours=30)).then_types(SideFinished, EvidenceClosed)


def test_a_sealed_item_is_not_superseded_by_an_answer() -> None:
    answer = an_account_of_the_seller(
        at=later(30), request_id=derived_id("ask-for-packing", "request"), supersedes="kiln-certificate"
    )

    a_reopened_first_round().when(answer).then_refused("superseded_item_must_not_be_sealed")


def test_a_sealed_file_can_be_asked_about_by_an_adjudicator_only() -> None:
    a_sealed_first_round().when(asking_the_seller(by=QINGYAO)).then_refused("only_an_adjudicator_may_do_this")
