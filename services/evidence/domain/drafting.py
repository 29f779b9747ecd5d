"""A side can prepare an item that nobody else sees, and submit or discard it; only the side itself can."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from services.evidence.domain.access import open_round_of, party_and_file
from services.evidence.domain.events import Draft, DraftDiscarded, DraftSaved, EvidenceFact
from services.evidence.domain.evidence_file import Collecting, EvidenceFile
from services.evidence.domain.item_files import file_must_not_be_too_large, item_must_not_have_too_many_files
from services.evidence.domain.item_types import item_type_must_fit_the_side
from services.evidence.domain.submitting import SubmitEvidence, item_id_must_be_unused, may_submit, submit
from shared.eventing.messages import Command, Given, Words
from shared.kernel.actors import Actor, Side
from shared.kernel.ids import Id
from shared.kernel.items import Element, FileRef, ItemType
from shared.kernel.refusals import Refused
from shared.kernel.values import Moment


class SaveDraft(Command):
    """Saving under the id of an own draft replaces it: a draft is no evidence yet."""

    NAME: ClassVar[str] = "save_draft"

    item_id: Id
    type: ItemType
    element: Element
    caption: Words
    taken_at: Moment | None = None
    files: tuple[FileRef, ...] = ()
    request_id: Id | None = None
    supersedes: Id | None = None


class SubmitDraft(Command):
    """`stored` are those of the draft's files that the blob store holds."""

    NAME: ClassVar[str] = "submit_draft"

    item_id: Id
    stored: Annotated[tuple[FileRef, ...], Given()]


class DiscardDraft(Command):
    NAME: ClassVar[str] = "discard_draft"

    item_id: Id


def save_draft(command: SaveDraft, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    allowed = may_save(command.by, state)
    if isinstance(allowed, Refused):
        return allowed
    side, file = allowed[0], allowed[1].file
    if file.item(command.item_id) is not None:
        return item_id_must_be_unused(command.item_id)
    if refused := (
        item_type_must_fit_the_side(side, [command.type], "type")
        or item_must_not_have_too_many_files(command.files, file.rules)
        or file_must_not_be_too_large(command.files, file.rules)
    ):
        return refused
    draft = Draft.model_validate(command.model_dump(include=set(Draft.model_fields)))
    if file.drafts.get((side, command.item_id)) == draft:
        return []
    return [DraftSaved(side=side, draft=draft, saved_at=command.at)]


def may_save(by: Actor, state: EvidenceFile) -> tuple[Side, Collecting] | Refused:
    """Whether somebody can prepare an item now: while a round is open, also after saying done."""
    asked = party_and_file(by, state)
    if isinstance(asked, Refused):
        return asked
    collecting = open_round_of(state)
    return collecting if isinstance(collecting, Refused) else (asked[0], collecting)


def submit_draft(command: SubmitDraft, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    asked = party_and_file(command.by, state)
    if isinstance(asked, Refused):
        return asked
    side, file = asked
    known = file.item(command.item_id)
    if known is not None and known.submitter is side:
        return []
    allowed = may_submit(command.by, state)
    if isinstance(allowed, Refused):
        return allowed
    draft = file.drafts.get((side, command.item_id))
    if draft is None:
        return _draft_must_be_own(side, command.item_id)
    envelope = {"id": command.id, "case_id": command.case_id, "at": command.at, "by": command.by}
    whole = SubmitEvidence.model_validate({**envelope, **draft.model_dump(), "stored": command.stored})
    return submit(whole, state)


def discard_draft(command: DiscardDraft, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    asked = party_and_file(command.by, state)
    if isinstance(asked, Refused):
        return asked
    side, file = asked
    if (side, command.item_id) in file.drafts:
        return [DraftDiscarded(side=side, item_id=command.item_id, discarded_at=command.at)]
    return [] if (side, command.item_id) in file.discarded else _draft_must_be_own(side, command.item_id)


def _draft_must_be_own(side: Side, item_id: str) -> Refused:
    # The same answer for an unknown draft and for the other side's: that it has one is its own affair.
    return Refused(
        "draft_must_be_own",
        detail=f"the {side} has no draft {item_id}",
        field="item_id",
        cure="save the draft first; what was submitted cannot be taken back",
    )
