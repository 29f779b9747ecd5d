"""A round closes when both sides said done, or when the due dates and the time to answer the last item have passed."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, assert_never

from services.evidence.domain.access import party_and_file, round_must_be_open
from services.evidence.domain.events import EvidenceClosed, EvidenceFact, Item, Reason, RebuttalOpened, SideFinished
from services.evidence.domain.evidence_file import (
    Collecting,
    Ended,
    EvidenceFile,
    NoFile,
    Sealed,
    Stopped,
    Suspended,
    current,
)
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Actor
from shared.kernel.clocks import reminders
from shared.kernel.items import ManifestItem, Round
from shared.kernel.refusals import Refused
from shared.kernel.values import Moment


class FinishEvidence(Command):
    """A side says that everything it has is in."""

    NAME: ClassVar[str] = "finish_evidence"


class CloseOnDue(Command):
    """The instant at which the round falls due has come."""

    NAME: ClassVar[str] = "close_on_due"


class CloseOnWithdrawal(Command):
    """The last appeal was given up: nobody will decide on what the appeal round collects."""

    NAME: ClassVar[str] = "close_on_withdrawal"


def finish(command: FinishEvidence, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := may_finish(command.by, state):
        return refused
    side = state.file.parties.side_of(command.by) if isinstance(state, Collecting) else None
    if not isinstance(state, Collecting) or side is None or side in state.finished:
        return []
    finished = SideFinished(side=side, finished_at=command.at)
    if side.other in state.owing:
        return [finished]
    both = side.other in state.finished
    # Who had said done before the other side's last item, or whose time was over, had no chance to answer it.
    unanswered = not both or side.other in state.unanswered
    answers = unanswered and state.latest is not None and state.latest[0] is side
    answer = _rebuttal(state, command.at) if answers else None
    return [finished, answer or seal(state, "both_done" if both else "due_passed", command.at)]


def may_finish(by: Actor, state: EvidenceFile) -> Refused | None:
    """Whether somebody can say done now; of what is sealed both sides have."""
    asked = party_and_file(by, state)
    if isinstance(asked, Refused):
        return asked
    match state:
        case NoFile() | Suspended() | Stopped() | Ended():
            return round_must_be_open(state)
        case Collecting() | Sealed():
            return None
        case _:
            assert_never(state)


def close_on_due(command: CloseOnDue, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    if not isinstance(state, Collecting) or command.at < state.closes_at:
        return []
    return [_rebuttal(state, command.at) or seal(state, "due_passed", command.at)]


def close_on_withdrawal(command: CloseOnWithdrawal, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    standing = state.paused if isinstance(state, Suspended) else state
    if not isinstance(standing, Collecting) or standing.round is Round.FIRST:
        return []
    return [seal(standing, "appeal_withdrawn", command.at)]


def _rebuttal(state: Collecting, at: Moment) -> RebuttalOpened | None:
    """Time to answer the last item, once per side: a round of answers to answers must end."""
    if state.latest is None:
        return None
    submitter, disclosed_at = state.latest
    side, until = submitter.other, disclosed_at + timedelta(hours=state.file.rules.rebuttal_hours)
    if side in state.rebutted or until <= at:
        return None
    percents = state.file.rules.reminder_percents
    return RebuttalOpened(side=side, until=until, remind_at=reminders(at, until, percents))


def seal(state: Collecting, reason: Reason, at: Moment) -> EvidenceClosed:
    """The whole round is sealed; what was sealed of it before is in the new manifest again."""
    manifest = tuple(
        ManifestItem(
            item_id=item.item_id,
            type=item.type,
            element=item.element,
            submitter=item.submitter,
            submitted_at=item.submitted_at,
            disclosed_at=item.disclosed_at,
            late=item.late,
            files=item.files,
            late_by_seconds=item.late_by_seconds,
            content_sha256=content_digest(item),
        )
        for item in current(_of_this_round(state))
    )
    return EvidenceClosed(
        round=state.round,
        manifest=manifest,
        manifest_digest=digest_of(manifest),
        reason=reason,
        closed_at=at,
        replaces=state.file.seals.get(state.round),
    )


def digest_of(manifest: tuple[ManifestItem, ...]) -> str:
    """The SHA-256 over the manifest as JSON with sorted keys, no spaces and no nulls, in UTF-8."""
    return _sha256([item.model_dump(mode="json", exclude_none=True) for item in manifest])


def content_digest(item: Item) -> str:
    """The SHA-256 over what an item says in words: caption, claimed time and listing, written as in `digest_of`."""
    return _sha256(item.model_dump(mode="json", include={"caption", "taken_at", "listing"}, exclude_none=True))


def _sha256(content: object) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _of_this_round(state: Collecting) -> tuple[Item, ...]:
    return tuple(item for item in state.file.items if item.round is state.round)
