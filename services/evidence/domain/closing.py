"""A round closes when both sides said done, or when the due dates and the time to answer the last item have passed."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, assert_never

from services.evidence.domain.access import party_and_file, round_must_be_open
from services.evidence.domain.events import EvidenceClosed, EvidenceFact, Item, Reason, RebuttalOpened, SideFinished
from services.evidence.domain.evidence_file import Collecting, EvidenceFile, NoFile, Sealed, Stopped, current
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Side
from shared.kernel.items import ManifestItem
from shared.kernel.refusals import Refused
from shared.kernel.values import Moment

OTHER = {Side.BUYER: Side.SELLER, Side.SELLER: Side.BUYER}


class FinishEvidence(Command):
    """A side says that everything it has is in."""

    NAME: ClassVar[str] = "finish_evidence"


class CloseOnDue(Command):
    """The instant at which the round falls due has come."""

    NAME: ClassVar[str] = "close_on_due"


def finish(command: FinishEvidence, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    asked = party_and_file(command.by, state)
    if isinstance(asked, Refused):
        return asked
    side, _ = asked
    match state:
        case NoFile() | Stopped():
            return round_must_be_open(state)
        case Sealed():
            return []
        case Collecting():
            if side in state.finished:
                return []
            finished = SideFinished(side=side, finished_at=command.at)
            both = OTHER[side] in state.finished
            return [finished, seal(state, "both_done", command.at)] if both else [finished]
        case _:
            assert_never(state)


def close_on_due(command: CloseOnDue, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    if not isinstance(state, Collecting) or command.at < state.closes_at:
        return []
    return [_rebuttal(state, command.at) or seal(state, "due_passed", command.at)]


def _rebuttal(state: Collecting, at: Moment) -> RebuttalOpened | None:
    """Time to answer the last item, once per side: a round of answers to answers must end."""
    last = max(_of_this_round(state), key=lambda item: item.submitted_at, default=None)
    if last is None:
        return None
    side, until = OTHER[last.submitter], last.disclosed_at + timedelta(hours=state.file.rules.rebuttal_hours)
    if side in state.rebutted or until <= at:
        return None
    return RebuttalOpened(side=side, until=until)


def seal(state: Collecting, reason: Reason, at: Moment) -> EvidenceClosed:
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
        )
        for item in current(_of_this_round(state))
    )
    return EvidenceClosed(
        round=state.round, manifest=manifest, manifest_digest=digest_of(manifest), reason=reason, closed_at=at
    )


def digest_of(manifest: tuple[ManifestItem, ...]) -> str:
    """The SHA-256 over the manifest as JSON with sorted keys and no spaces, in UTF-8."""
    lines = [item.model_dump(mode="json") for item in manifest]
    canonical = json.dumps(lines, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _of_this_round(state: Collecting) -> tuple[Item, ...]:
    return tuple(item for item in state.file.items if item.round is state.round)
