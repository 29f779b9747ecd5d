"""What the evidence file shows."""

from services.evidence.views.evidence_file import VIEW, EvidenceFileView, as_seen_by
from shared.kernel.actors import SYSTEM, Actor, Role, Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, Round
from tests.examples.evidence import (
    A_LISTING,
    APPEAL_DUE,
    DUE,
    LIN,
    PARTIES,
    QINGYAO,
    STRANGER,
    a_kiln_certificate,
    a_later_appeal_of_lin,
    a_photo_of_the_spout,
    a_reopened_first_round,
    a_round_with_a_photo,
    a_sealed_first_round,
    a_stopped_file,
    a_suspended_round,
    acknowledging,
    an_accepted_complaint,
    an_account_of_the_seller,
    an_ended_file,
    an_open_appeal_round,
    an_open_first_round,
    asking_the_seller,
    falling_due,
    finishing,
    later,
    no_file,
    opening_the_first_round,
    resuming,
    stopping,
    suspending,
)
from tests.kit.deciding import History, document_of

STAFF = [role for role in Role if role not in {Role.BUYER, Role.SELLER}]
CALL, MASKED = "Call 13812345678.", "Call [phone number masked]."


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

    assert (certificate.item.item_id, certificate.receipts) == ("kiln-certificate", {})
    assert (photo.item.item_id, photo.receipts) == ("photo-of-the-spout", {Side.SELLER: later(4)})


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

    file = shown(asked.after(an_account_of_the_seller(at=later(21), request_id=request_id)))

    assert file.requests[-1].answered_by == ("account-of-qingyao",)
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


def test_only_adjudicators_see_what_a_newer_version_took_the_place_of() -> None:
    newer = a_photo_of_the_spout(item_id="sharper-photo", supersedes="photo-of-the-spout", at=later(5))
    file = shown(a_round_with_a_photo().after(newer))

    for by in (None, LIN, QINGYAO, STRANGER):
        assert [one.item.item_id for one in as_seen_by(file, by).items] == ["sharper-photo"]
    for role in STAFF:
        assert as_seen_by(file, Actor(role=role, id="jun")) == file


def test_each_side_reads_the_others_captions_masked_and_staff_read_them_as_written() -> None:
    of_lin = an_open_first_round().after(a_photo_of_the_spout(caption=CALL))
    file = shown(of_lin.after(an_account_of_the_seller(caption=CALL, at=later(4))))

    def captions(by: Actor | None) -> list[str]:
        return [one.item.caption for one in as_seen_by(file, by).items if one.item.submitter in set(Side)]

    assert captions(LIN) == [CALL, MASKED]
    assert captions(QINGYAO) == [MASKED, CALL]
    for by in (None, STRANGER, Actor(role=Role.BUYER, id="")):
        assert captions(by) == [MASKED, MASKED]
    assert [captions(Actor(role=role, id="jun")) for role in STAFF] == [[CALL, CALL]] * len(STAFF)


def test_both_sides_receipts_of_the_listing_are_shown() -> None:
    opened = no_file().after(opening_the_first_round(A_LISTING))
    item_id = shown(opened).items[0].item.item_id

    both = opened.after(acknowledging(item_id)).after(acknowledging(item_id, by=LIN, hours=6))

    assert shown(both).items[0].receipts == {Side.SELLER: later(4), Side.BUYER: later(6)}
    assert shown(both).sufficiency[1].platform_items == (item_id,)
    assert not shown(both).sufficiency[1].met


def test_a_suspended_file_shows_since_when_and_goes_on_with_what_was_left() -> None:
    suspended = shown(a_suspended_round())
    resumed = shown(a_suspended_round().after(resuming()))

    assert (suspended.suspended_at, suspended.closes_at) == (later(24), DUE)
    assert (resumed.suspended_at, resumed.closes_at) == (None, later(172))
    assert resumed.due == dict.fromkeys(Side, later(172))
    assert {asked.due_at for asked in resumed.requests} == {later(172)}


def test_a_suspension_moves_no_instant_that_has_passed() -> None:
    sealed = shown(a_sealed_first_round().after(suspending()).after(resuming()))
    late = an_open_first_round().after(asking_the_seller()).after(suspending(80)).after(resuming(90))

    assert (sealed.suspended_at, sealed.status, sealed.closes_at) == (None, "sealed", None)
    assert {asked.due_at for asked in shown(late).requests} == {DUE, later(102)}
    assert shown(a_suspended_round().after(stopping())).suspended_at is None


def test_a_request_after_the_seal_opens_the_file_for_the_side_that_is_asked() -> None:
    file = shown(a_reopened_first_round())

    assert (file.status, file.closes_at, file.finished) == ("collecting", later(92), (Side.BUYER,))
    again = shown(a_reopened_first_round().after(falling_due(later(92))))
    assert [seal.replaces for seal in again.seals] == [None, again.seals[0].manifest_digest]


def test_a_joining_appeal_gives_both_sides_more_time() -> None:
    file = shown(an_open_appeal_round().after(finishing(QINGYAO)).after(a_later_appeal_of_lin()))

    assert (file.status, file.closes_at, file.finished) == ("collecting", later(48) - later(0) + APPEAL_DUE, ())


def test_an_ended_case_says_so() -> None:
    assert (shown(an_ended_file()).status, shown(an_ended_file()).closes_at) == ("ended", None)
