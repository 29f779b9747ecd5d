"""What a decision writes down to the letter: ids that follow from the command, digests that anybody can recompute."""

import hashlib
import json
from datetime import timedelta

import pytest

from services.evidence.domain.closing import content_digest, digest_of
from services.evidence.domain.events import EvidenceClosed, EvidenceRequested, EvidenceSubmitted, RoundOpened
from services.evidence.domain.evidence_file import starts_a_clock
from shared.kernel.actors import Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, FileRef, ItemType
from tests.examples.evidence import (
    A_LISTING,
    BOX,
    CRACKED_SPOUT,
    DUE,
    LIN,
    a_kiln_certificate,
    a_photo_of_the_spout,
    a_reopened_first_round,
    a_round_with_a_draft,
    a_round_with_a_photo,
    a_sealed_first_round,
    a_statement_of_the_buyer,
    acknowledging,
    an_open_first_round,
    asking_the_seller,
    discarding_the_draft,
    drafting_a_photo,
    falling_due,
    later,
    no_file,
    opening_the_appeal_round,
    opening_the_first_round,
    resuming,
    suspending,
)


def sha256_of(content: object) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_digest_of_words_is_over_utf8_and_leaves_out_what_was_not_said() -> None:
    photo = a_photo_of_the_spout(caption="壶嘴裂了").model_copy(update={"taken_at": later(-20)})
    (submitted,) = an_open_first_round().when(photo).then_types(EvidenceSubmitted)
    taken = submitted.item.model_dump(mode="json")["taken_at"]

    assert content_digest(submitted.item) == sha256_of({"caption": "壶嘴裂了", "taken_at": taken})
    (words,) = an_open_first_round().when(a_statement_of_the_buyer()).then_types(EvidenceSubmitted)
    assert content_digest(words.item) == sha256_of({"caption": "It leaked at the first pour."})


def test_the_snapshot_and_the_requests_of_an_opening_have_ids_that_follow_from_the_command() -> None:
    command = opening_the_first_round(A_LISTING)
    opened, snapshot, *asked = no_file().when(command).outcome

    assert isinstance(opened, RoundOpened)
    assert snapshot.item.item_id == derived_id(command.id, "listing snapshot")
    assert content_digest(snapshot.item) == sha256_of(
        {"caption": A_LISTING.title, "listing": A_LISTING.model_dump(mode="json", exclude_none=True)}
    )
    assert [one.request_id for one in asked] == [
        derived_id(command.id, "request", one.side, one.element) for one in asked
    ]
    assert len({one.side for one in asked}) == 2


def test_a_late_item_is_in_the_manifest_with_its_lateness() -> None:
    late = an_open_first_round().after(a_photo_of_the_spout(at=DUE + timedelta(seconds=90)))
    (closed,) = late.when(falling_due(DUE + timedelta(hours=30))).then_types(EvidenceClosed)

    (item,) = closed.manifest
    assert (item.late, item.late_by_seconds) == (True, 90)
    assert closed.manifest_digest == digest_of(closed.manifest)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": ItemType.INSPECTION_REPORT},
        {"element": Element.RESPONSIBILITY},
        {"caption": "The lid is cracked."},
        {"taken_at": later(-19)},
        {"files": (BOX,), "stored": (BOX,)},
        {"request_id": "asked"},
        {"supersedes": "another"},
    ],
    ids=lambda changes: str(next(iter(changes))),
)
def test_an_item_that_differs_in_anything_is_another_item(changes: dict[str, object]) -> None:
    a_round_with_a_photo().when(a_photo_of_the_spout()).then_nothing()
    a_round_with_a_photo().when(a_photo_of_the_spout(**changes)).then_refused("item_id_must_be_unused")


def test_a_request_no_later_than_the_running_clock_starts_none() -> None:
    state = an_open_first_round().state
    assert not starts_a_clock(state, Side.BUYER, state.due[Side.BUYER])
    assert starts_a_clock(state, Side.BUYER, state.due[Side.BUYER] + timedelta(milliseconds=1))


def test_a_request_after_the_seal_has_reminders_and_makes_the_other_side_finished() -> None:
    (asked,) = a_sealed_first_round().when(asking_the_seller()).then_types(EvidenceRequested)
    state = a_reopened_first_round().state

    assert asked.remind_at
    assert state.finished == frozenset({Side.BUYER})
    assert [one.due_at for one in state.requests.values()] == [asked.due_at]


def test_a_pause_moves_instants_and_nothing_else() -> None:
    before = a_reopened_first_round().state
    state = a_reopened_first_round().after(suspending(30)).after(resuming(130)).state
    pause = timedelta(hours=100)

    assert (state.finished, state.reopened, state.rebutted, state.unanswered) == (
        before.finished,
        True,
        before.rebutted,
        before.unanswered,
    )
    assert {key: (one.side, one.items, one.due_at - pause) for key, one in state.requests.items()} == {
        key: (one.side, one.items, one.due_at) for key, one in before.requests.items()
    }


def test_an_appeal_round_runs_by_the_rules_it_was_opened_with() -> None:
    command = opening_the_appeal_round()
    rules = command.rules.model_copy(update={"files_per_item": 1})
    state = a_sealed_first_round().after(command.model_copy(update={"rules": rules})).state

    assert state.file.rules.files_per_item == 1
    assert state.file.appeals == frozenset({command.appeal_id})
    resting = a_sealed_first_round().after(suspending()).after(command)
    assert resting.state.file == resting.state.paused.file


def test_a_draft_that_was_discarded_and_saved_again_can_be_discarded_again() -> None:
    again = a_round_with_a_draft().after(discarding_the_draft()).after(drafting_a_photo(id="save-again"))

    assert not again.state.file.discarded


def test_everything_amiss_of_one_kind_is_told_in_one_refusal() -> None:
    more = FileRef(sha256="d" * 64, size=5, media_type="image/png")
    both = (CRACKED_SPOUT, more)
    an_open_first_round().when(a_photo_of_the_spout(files=both, stored=())).then_refused("file_must_be_uploaded_first")
    a_round_with_a_photo().when(acknowledging("a", "b", by=LIN)).then_refused("item_must_be_disclosed_to_this_side")
    unfit = (ItemType.PAYMENT_RECORD, ItemType.WAYBILL)
    an_open_first_round().when(asking_the_seller(items=unfit)).then_refused("item_type_must_fit_the_side")
    answer = a_kiln_certificate(request_id=derived_id("ask-for-packing", "request"))
    an_open_first_round().after(asking_the_seller(at=later(5))).when(answer).then_refused(
        "item_must_be_what_was_asked_for"
    )
