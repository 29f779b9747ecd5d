"""SaveDraft, SubmitDraft and DiscardDraft: what a side prepares is its own until it submits it."""

import pytest

from services.evidence.domain.events import Draft, DraftDiscarded, DraftSaved, EvidenceClosed, EvidenceSubmitted
from services.evidence.domain.evidence_file import File
from shared.kernel.actors import Side
from shared.kernel.items import Element, FileRef, ItemType
from tests.examples.evidence import (
    APPEALED,
    BOX,
    LIN,
    MEDIATOR,
    QINGYAO,
    STRANGER,
    a_photo_of_the_spout,
    a_round_with_a_draft,
    a_round_with_a_photo,
    a_sealed_first_round,
    a_stopped_file,
    an_open_first_round,
    discarding_the_draft,
    drafting_a_photo,
    finishing,
    later,
    no_file,
    opening_the_appeal_round,
    submitting_the_draft,
)

THE_BOX = Draft(
    item_id="photo-of-the-box",
    type=ItemType.PHOTO,
    element=Element.RESPONSIBILITY,
    caption="The box had no padding.",
    taken_at=None,
    files=(BOX,),
    request_id=None,
    supersedes=None,
)


def file_of(state: object) -> File:
    file = getattr(state, "file", None)
    assert isinstance(file, File)
    return file


def test_a_side_saves_a_draft_that_is_no_item_yet() -> None:
    an_open_first_round().when(drafting_a_photo()).then(DraftSaved(side=Side.BUYER, draft=THE_BOX, saved_at=later(2)))

    assert file_of(a_round_with_a_draft().state).items == ()


def test_saving_again_replaces_the_draft_and_the_same_changes_nothing() -> None:
    saved = a_round_with_a_draft()

    saved.when(drafting_a_photo(id="again")).then_nothing()
    (changed,) = saved.when(drafting_a_photo(caption="No padding at all.")).then_types(DraftSaved)
    assert changed.draft.caption == "No padding at all."


def test_a_draft_may_still_lack_what_an_item_needs() -> None:
    bare = an_open_first_round().after(drafting_a_photo(files=()))

    bare.when(submitting_the_draft()).then_refused("item_must_have_a_file")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"type": ItemType.QUALITY_CERTIFICATE}, "item_type_must_fit_the_side"),
        (
            {"files": tuple(FileRef(sha256=c * 64, size=1, media_type="image/png") for c in "0123456789a")},
            "item_must_not_have_too_many_files",
        ),
        ({"files": (BOX.model_copy(update={"size": 10_485_761}),)}, "file_must_not_be_too_large"),
        ({"by": STRANGER}, "only_a_party_may_do_this"),
        ({"by": MEDIATOR}, "only_a_party_may_do_this"),
    ],
)
def test_what_could_never_be_submitted_is_not_saved(changes: dict[str, object], rule: str) -> None:
    an_open_first_round().when(drafting_a_photo(**changes)).then_refused(rule)


def test_a_draft_needs_an_id_of_its_own_and_an_open_round() -> None:
    a_round_with_a_photo().when(drafting_a_photo(item_id="photo-of-the-spout")).then_refused("item_id_must_be_unused")
    no_file().when(drafting_a_photo()).then_refused("round_must_be_open")
    a_sealed_first_round().when(drafting_a_photo()).then_refused("round_must_be_open")
    a_stopped_file().when(drafting_a_photo()).then_refused("file_must_not_be_stopped")


def test_a_submitted_draft_becomes_an_item_shown_from_then_on() -> None:
    (fact,) = a_round_with_a_draft().when(submitting_the_draft()).then_types(EvidenceSubmitted)

    assert Draft.model_validate(fact.item.model_dump(include=set(Draft.model_fields))) == THE_BOX
    assert (fact.item.submitted_at, fact.item.disclosed_at) == (later(4), later(4))
    submitted = a_round_with_a_draft().after(submitting_the_draft())
    assert file_of(submitted.state).drafts == {}
    submitted.when(submitting_the_draft(id="again")).then_nothing()


def test_a_draft_is_held_to_the_rules_of_items_when_it_is_submitted() -> None:
    a_round_with_a_draft().when(submitting_the_draft(stored=())).then_refused("file_must_be_uploaded_first")
    a_round_with_a_draft().after(finishing(LIN)).when(submitting_the_draft()).then_refused("side_has_finished")


def test_only_the_owner_submits_or_discards_a_draft() -> None:
    saved = a_round_with_a_draft()

    for command in (submitting_the_draft(by=QINGYAO), discarding_the_draft(by=QINGYAO)):
        saved.when(command).then_refused("draft_must_be_own")
    for command in (submitting_the_draft(by=STRANGER), discarding_the_draft(by=STRANGER)):
        saved.when(command).then_refused("only_a_party_may_do_this")


def test_both_sides_can_draft_under_the_same_id_and_the_first_to_submit_keeps_it() -> None:
    both = a_round_with_a_draft().after(drafting_a_photo(id="sellers", by=QINGYAO))

    first = both.after(submitting_the_draft())

    first.when(submitting_the_draft(by=QINGYAO)).then_refused("item_id_must_be_unused")
    first.after(discarding_the_draft(by=QINGYAO))


def test_an_unknown_or_submitted_draft_is_not_discarded() -> None:
    an_open_first_round().when(submitting_the_draft()).then_refused("draft_must_be_own")
    an_open_first_round().when(discarding_the_draft()).then_refused("draft_must_be_own")
    submitted = a_round_with_a_draft().after(submitting_the_draft())
    submitted.when(discarding_the_draft(at=later(5))).then_refused("draft_must_be_own")


def test_a_discarded_draft_is_gone_until_it_is_saved_anew() -> None:
    saved = a_round_with_a_draft()
    saved.when(discarding_the_draft()).then(
        DraftDiscarded(side=Side.BUYER, item_id="photo-of-the-box", discarded_at=later(3))
    )

    discarded = saved.after(discarding_the_draft())

    discarded.when(discarding_the_draft(id="again")).then_nothing()
    discarded.when(submitting_the_draft()).then_refused("draft_must_be_own")
    discarded.after(drafting_a_photo(at=later(4))).when(discarding_the_draft(at=later(5))).then_types(DraftDiscarded)


def test_a_draft_outlives_the_round_but_is_not_in_its_manifest() -> None:
    sealed = a_round_with_a_draft().after(a_photo_of_the_spout()).after(finishing(LIN)).after(finishing(QINGYAO))
    closed = sealed.facts[-1]
    assert isinstance(closed, EvidenceClosed)
    assert [line.item_id for line in closed.manifest] == ["photo-of-the-spout"]

    sealed.when(submitting_the_draft(at=later(20))).then_refused("round_must_be_open")
    sealed.after(opening_the_appeal_round()).after(submitting_the_draft(at=APPEALED))
    sealed.after(discarding_the_draft(at=later(20)))
