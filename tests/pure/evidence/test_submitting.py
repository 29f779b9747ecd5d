"""SubmitEvidence: what a party can bring, once, while the round is open."""

import pytest

from services.evidence.domain.events import EvidenceSubmitted, Item
from services.evidence.domain.submitting import SubmitEvidence
from shared.kernel.actors import Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, FileRef, ItemType, Round
from tests.examples.evidence import (
    APPEALED,
    CERTIFICATE,
    CRACKED_SPOUT,
    DUE,
    LIN,
    MEDIATOR,
    QINGYAO,
    STRANGER,
    a_kiln_certificate,
    a_photo_of_the_spout,
    a_round_with_a_photo,
    a_sealed_first_round,
    a_statement_of_the_buyer,
    a_stopped_file,
    an_account_of_the_seller,
    an_open_appeal_round,
    an_open_first_round,
    asking_the_seller,
    finishing,
    later,
    no_file,
)


def a_file(letter: str, size: int) -> FileRef:
    return FileRef(sha256=letter * 64, size=size, media_type="image/png")


def test_an_item_is_shown_to_the_other_side_at_once() -> None:
    an_open_first_round().when(a_photo_of_the_spout()).then(
        EvidenceSubmitted(
            item=Item(
                item_id="photo-of-the-spout",
                round=Round.FIRST,
                type=ItemType.PHOTO,
                element=Element.PROBLEM,
                submitter=Side.BUYER,
                caption="The spout is cracked from lip to body.",
                taken_at=later(-20),
                files=(CRACKED_SPOUT,),
                request_id=None,
                supersedes=None,
                submitted_at=later(3),
                disclosed_at=later(3),
                due_at=DUE,
            )
        )
    )


def test_a_statement_needs_no_file() -> None:
    an_open_first_round().after(a_statement_of_the_buyer())


@pytest.mark.parametrize(("hours", "late", "by"), [(72, False, 0), (72.5, True, 1800)])
def test_an_item_after_its_sides_due_is_accepted_and_marked_late(hours: float, late: bool, by: int) -> None:
    (fact,) = an_open_first_round().when(a_photo_of_the_spout(at=later(hours))).then_types(EvidenceSubmitted)

    assert (fact.item.late, fact.item.late_by_seconds) == (late, by)


def test_an_item_can_answer_a_request() -> None:
    asked = an_open_first_round().after(asking_the_seller())
    command = an_account_of_the_seller(at=later(80), request_id=derived_id("ask-for-packing", "request"))

    (fact,) = asked.when(command).then_types(EvidenceSubmitted)

    assert not fact.item.late


def test_a_new_version_supersedes_an_own_item() -> None:
    newer = a_photo_of_the_spout(item_id="sharper-photo", supersedes="photo-of-the-spout")

    (fact,) = a_round_with_a_photo().when(newer).then_types(EvidenceSubmitted)

    assert fact.item.supersedes == "photo-of-the-spout"


def test_the_same_item_twice_enters_once() -> None:
    again = a_photo_of_the_spout(id="another-request", at=later(9))

    a_round_with_a_photo().when(again).then_nothing()
    a_sealed_first_round().when(again).then_nothing()


@pytest.mark.parametrize("changes", [{"caption": "Another crack."}, {"by": QINGYAO}])
def test_another_item_under_a_used_id_is_refused(changes: dict[str, object]) -> None:
    a_round_with_a_photo().when(a_photo_of_the_spout(**changes)).then_refused("item_id_must_be_unused")


@pytest.mark.parametrize("by", [STRANGER, MEDIATOR, LIN.model_copy(update={"role": QINGYAO.role})])
def test_only_a_party_of_the_case_submits(by: object) -> None:
    an_open_first_round().when(a_photo_of_the_spout(by=by)).then_refused("only_a_party_may_do_this")


def test_nothing_enters_while_no_round_is_open() -> None:
    new = a_statement_of_the_buyer()

    no_file().when(new).then_refused("round_must_be_open")
    a_sealed_first_round().when(new).then_refused("round_must_be_open")
    a_stopped_file().when(new).then_refused("file_must_not_be_stopped")


def test_a_side_that_said_done_submits_no_more() -> None:
    done = an_open_first_round().after(finishing(LIN))

    done.when(a_photo_of_the_spout(at=later(13))).then_refused("side_has_finished")
    done.after(a_kiln_certificate(at=later(13)))


@pytest.mark.parametrize(
    ("command", "rule", "field"),
    [
        (a_photo_of_the_spout(type=ItemType.QUALITY_CERTIFICATE), "item_type_must_fit_the_side", "type"),
        (a_photo_of_the_spout(type=ItemType.LISTING_SNAPSHOT), "item_type_must_fit_the_side", "type"),
        (a_photo_of_the_spout(request_id="nobody-asked"), "request_must_be_to_this_side", "request_id"),
        (a_photo_of_the_spout(supersedes="unknown"), "superseded_item_must_be_own", "supersedes"),
        (a_photo_of_the_spout(files=(), stored=()), "item_must_have_a_file", "files"),
        (a_photo_of_the_spout(stored=()), "file_must_be_uploaded_first", "files"),
        (
            a_photo_of_the_spout(stored=(CRACKED_SPOUT.model_copy(update={"size": 1}),)),
            "file_must_be_uploaded_first",
            "files",
        ),
        (
            a_photo_of_the_spout(files=tuple(a_file(letter, 1) for letter in "0123456789a")),
            "item_must_not_have_too_many_files",
            "files",
        ),
        (a_photo_of_the_spout(files=(a_file("a", 10_485_761),)), "file_must_not_be_too_large", "files"),
    ],
)
def test_an_item_that_breaks_a_rule_is_refused(command: SubmitEvidence, rule: str, field: str) -> None:
    refused = an_open_first_round().when(command).then_refused(rule)

    assert refused.field == field


def test_a_request_to_one_side_is_not_answered_by_the_other() -> None:
    asked = an_open_first_round().after(asking_the_seller())
    command = a_photo_of_the_spout(request_id=derived_id("ask-for-packing", "request"))

    asked.when(command).then_refused("request_must_be_to_this_side")


def test_the_other_sides_item_cannot_be_superseded() -> None:
    a_round_with_a_photo().when(a_kiln_certificate(supersedes="photo-of-the-spout")).then_refused(
        "superseded_item_must_be_own"
    )


def test_a_superseded_item_is_not_superseded_again() -> None:
    newer = a_photo_of_the_spout(item_id="sharper-photo", supersedes="photo-of-the-spout")
    rival = a_photo_of_the_spout(item_id="rival-photo", supersedes="photo-of-the-spout")

    refused = a_round_with_a_photo().after(newer).when(rival).then_refused("superseded_item_must_be_current")

    assert refused.cure == "supersede sharper-photo"


def test_a_sealed_item_is_not_superseded_on_appeal() -> None:
    newer = a_photo_of_the_spout(at=APPEALED, item_id="sharper-photo", supersedes="photo-of-the-spout")

    an_open_appeal_round().when(newer).then_refused("superseded_item_must_not_be_sealed")


def full_files() -> tuple[FileRef, ...]:
    return (*(a_file(letter, 10_485_760) for letter in "012345678"), a_file("9", 10_485_759))


def test_a_side_has_one_store_for_the_whole_case() -> None:
    full = full_files()
    history = an_open_first_round().after(a_photo_of_the_spout(files=full, stored=full))
    one_byte, two_bytes = (a_file("a", 1),), (a_file("b", 2),)

    history.after(a_photo_of_the_spout(item_id="fits", files=one_byte, stored=one_byte))
    too_much = a_photo_of_the_spout(item_id="does-not-fit", files=two_bytes, stored=two_bytes)
    history.when(too_much).then_refused("side_must_have_room_left")
    history.after(a_kiln_certificate())


def test_the_same_file_counts_once() -> None:
    full = full_files()
    history = an_open_first_round().after(a_photo_of_the_spout(files=full, stored=full))

    history.after(a_photo_of_the_spout(item_id="another-view", files=full[:1], stored=full))


def test_on_appeal_new_items_enter_under_the_appeal_round() -> None:
    command = a_kiln_certificate(at=APPEALED, item_id="courier-report", stored=(CERTIFICATE,))

    (fact,) = an_open_appeal_round().when(command).then_types(EvidenceSubmitted)

    assert fact.item.round is Round.APPEAL


BOTH_BRING = {ItemType.PHOTO, ItemType.VIDEO, ItemType.CHAT_RECORD, ItemType.INSPECTION_REPORT, ItemType.STATEMENT}
BUYERS = {ItemType.WAYBILL, ItemType.LOGISTICS_TRACE, ItemType.ORDER_SCREENSHOT, ItemType.PAYMENT_RECORD}
SELLERS = {
    ItemType.QUALITY_CERTIFICATE,
    ItemType.AFTER_SALES_PROMISE,
    ItemType.SHIPPING_PROOF,
    ItemType.SUPPLY_CHAIN_DOCUMENT,
}


@pytest.mark.parametrize("kind", ItemType)
def test_each_side_brings_its_own_kinds_and_the_listing_neither(kind: ItemType) -> None:
    for by, kinds in ((LIN, BOTH_BRING | BUYERS), (QINGYAO, BOTH_BRING | SELLERS)):
        decided = an_open_first_round().when(a_photo_of_the_spout(by=by, type=kind))
        if kind in kinds:
            decided.then_types(EvidenceSubmitted)
        else:
            decided.then_refused("item_type_must_fit_the_side")
