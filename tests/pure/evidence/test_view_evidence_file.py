"""What the evidence file shows."""

from services.evidence.views.evidence_file import VIEW, EvidenceFileView
from shared.kernel.actors import SYSTEM, Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, Round
from tests.examples.evidence import (
    APPEAL_DUE,
    DUE,
    LIN,
    PARTIES,
    QINGYAO,
    a_kiln_certificate,
    a_photo_of_the_spout,
    a_round_with_a_photo,
    a_sealed_first_round,
    a_stopped_file,
    acknowledging,
    an_accepted_complaint,
    an_open_appeal_round,
    an_open_first_round,
    asking_the_seller,
    falling_due,
    finishing,
    later,
)
from tests.kit.deciding import History, document_of


def shown(history: History) -> EvidenceFileView:
    document = document_of(VIEW, *history.facts)
    assert document is not None
    return document


def test_before_the_file_is_opened_there_is_nothing_to_show() -> None:
    assert document_of(VIEW, an_accepted_complaint()) is None


def test_heard_facts_change_nothing() -> None:
    facts = an_open_first_round().facts

    assert document_of(VIEW, *facts, an_accepted_complaint()) == document_of(VIEW, *facts)


def test_an_open_round_shows_requests_and_how_each_element_stands() -> None:
    file = shown(an_open_first_round())

    assert (file.parties, file.round, file.status, file.closes_at) == (PARTIES, Round.FIRST, "collecting", DUE)
    assert {(asked.side, asked.due_at) for asked in file.requests} == {(Side.BUYER, DUE), (Side.SELLER, DUE)}
    assert {asked.requested_by for asked in file.requests} == {SYSTEM}
    assert [standing.element for standing in file.sufficiency] == list(Element)
    assert not any(standing.met for standing in file.sufficiency)
    assert VIEW.keys(file) == {"round": Round.FIRST, "status": "collecting"}


def test_items_stand_in_order_of_time_taken_with_their_receipts() -> None:
    history = a_round_with_a_photo().after(a_kiln_certificate()).after(acknowledging("photo-of-the-spout"))

    certificate, photo = shown(history).items

    assert (certificate.item.item_id, certificate.received_at) == ("kiln-certificate", None)
    assert (photo.item.item_id, photo.received_at) == ("photo-of-the-spout", later(4))


def test_a_late_item_shows_by_how_much() -> None:
    in_time, late = (
        shown(an_open_first_round().after(a_photo_of_the_spout(at=later(hours)))).items[0] for hours in (3, 72.5)
    )

    assert in_time.late_by_seconds == 0
    assert late.late_by_seconds == 1800


def test_an_old_version_stays_visible_beside_the_new_one() -> None:
    newer = a_photo_of_the_spout(item_id="sharper-photo", supersedes="photo-of-the-spout", at=later(5))

    old, new = shown(a_round_with_a_photo().after(newer)).items

    assert (old.item.item_id, old.superseded_by) == ("photo-of-the-spout", "sharper-photo")
    assert (new.item.item_id, new.superseded_by) == ("sharper-photo", None)


def test_a_request_extends_the_round_and_shows_its_answers() -> None:
    request_id = derived_id("ask-for-packing", "request")
    asked = an_open_first_round().after(finishing(QINGYAO)).after(asking_the_seller())
    assert shown(an_open_first_round().after(finishing(QINGYAO))).finished == (Side.SELLER,)

    file = shown(asked.after(a_kiln_certificate(at=later(21), request_id=request_id)))

    assert file.requests[-1].answered_by == ("kiln-certificate",)
    assert file.requests[0].answered_by == ()
    assert (file.closes_at, file.finished) == (later(92), ())
    assert file.due == {Side.BUYER: DUE, Side.SELLER: later(92)}


def test_a_request_that_is_due_before_the_round_does_not_move_it() -> None:
    twice = an_open_first_round().after(asking_the_seller()).after(asking_the_seller(id="before", at=later(19)))

    assert shown(twice).closes_at == later(92)


def test_a_rebuttal_is_shown_with_its_end() -> None:
    late = an_open_first_round().after(a_photo_of_the_spout(at=later(60))).after(finishing(QINGYAO, hours=61))

    file = shown(late.after(falling_due()))

    assert (file.status, file.closes_at, file.finished) == ("rebuttal", later(84), ())
    assert file.due == {Side.BUYER: DUE, Side.SELLER: later(84)}


def test_a_sealed_round_shows_its_manifest() -> None:
    file = shown(a_sealed_first_round())

    assert (file.status, file.closes_at, file.finished) == ("sealed", None, (Side.BUYER, Side.SELLER))
    (seal,) = file.seals
    assert (seal.round, seal.reason, seal.closed_at) == (Round.FIRST, "both_done", later(13))
    assert [item.item_id for item in seal.manifest] == ["kiln-certificate", "photo-of-the-spout"]


def test_an_appeal_round_keeps_what_the_first_one_brought() -> None:
    file = shown(an_open_appeal_round())

    assert (file.round, file.status, file.closes_at, file.finished) == (Round.APPEAL, "collecting", APPEAL_DUE, ())
    assert len(file.items) == 2
    assert len(file.seals) == 1
    assert [standing.met for standing in file.sufficiency] == [False, True, True, False]


def test_a_stopped_file_says_so() -> None:
    file = shown(a_stopped_file())

    assert (file.status, file.closes_at) == ("stopped", None)
    assert LIN.id == file.parties.buyer_id
