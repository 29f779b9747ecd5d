"""Either party may appeal a ruling once; appeals of both parties are heard together, settlements not at all.

An appeal that is not admitted may be mended and lodged again while the window runs, a few times. One that comes while
the other side's is open, even under review, opens the evidence round again; the review waits for it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, TypeAlias, assert_never

from pydantic import Field

from services.appeals.domain.admission import WINDOW_CLAUSE, Brought, again_until, failures_of
from services.appeals.domain.events import AppealDismissed, AppealLodged, AppealOpened, AppealsFact
from services.appeals.domain.finality import decision_is_final
from services.appeals.domain.standing import (
    Appealable,
    Final,
    Known,
    NoFile,
    Ready,
    Running,
    Settled,
    UnderAppeal,
    UnderReview,
)
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Actor, Side
from shared.kernel.ids import derived_id
from shared.kernel.reasons import AppealGround
from shared.kernel.refusals import Refused
from shared.kernel.values import Moment

Contested: TypeAlias = Appealable | UnderAppeal | Ready | UnderReview


class LodgeAppeal(Command):
    """`late_evidence` names items that came late in the first round, each with why it could not come in time."""

    NAME: ClassVar[str] = "lodge_appeal"

    grounds: Annotated[tuple[AppealGround, ...], Field(min_length=1, max_length=len(AppealGround))]
    reason: Words
    new_evidence: Annotated[tuple[Words, ...], Field(max_length=50)] = ()
    late_evidence: Annotated[tuple[Words, ...], Field(max_length=50)] = ()


def lodge(command: LodgeAppeal, state: Running) -> Sequence[AppealsFact] | Refused:
    appeal_id = derived_id(command.id, "appeal")
    side = _side_of(command.by, state)
    if side and isinstance(state, Contested) and appeal_id in {one.appeal_id for one in state.appeals_of(side)}:
        return []
    contested = may_lodge(command.by, state)
    if isinstance(contested, Refused):
        return contested
    case, side = contested
    lodged = AppealLodged(
        appeal_id=appeal_id,
        side=side,
        grounds=command.grounds,
        reason=command.reason,
        new_evidence=command.new_evidence,
        late_evidence=command.late_evidence,
    )
    brought = Brought(
        command.grounds,
        command.reason,
        command.new_evidence,
        command.late_evidence,
        at=command.at,
        may_mend=len(case.appeals_of(side)) + 1 < case.file.rules.attempts,
    )
    if failures := failures_of(brought, case.ruling, case.file.rules):
        until = again_until(brought, case.ruling)
        dismissed = AppealDismissed(appeal_id=appeal_id, appellant=command.by, failures=failures, again_until=until)
        return [lodged, dismissed]
    return [lodged, _opened(command, case, appeal_id)]


def may_lodge(by: Actor, state: Running) -> tuple[Contested, Side] | Refused:
    """The contested case and the side that may appeal, whatever the appeal says."""
    if isinstance(state, NoFile):
        return _nothing_to_appeal("no case of this number has been accepted")
    side = _side_of(by, state)
    if side is None:
        return Refused("only_a_party_may_appeal", detail=f"{by.id} is no party to this case", field="by")
    match state:
        case Known():
            return _nothing_to_appeal("the case is still in its first round")
        case Settled():
            return Refused(
                "settlements_cannot_be_appealed",
                detail="the parties agreed on the terms themselves",
                cure="if the other side does not perform, ask for enforcement",
            )
        case Final():
            return decision_is_final(state)
        case Appealable() | UnderAppeal() | Ready() | UnderReview():
            return _used_up(state, side) or (state, side)
        case _:
            assert_never(state)


def _side_of(by: Actor, state: Running) -> Side | None:
    return None if isinstance(state, NoFile) else state.file.parties.side_of(by)


def _nothing_to_appeal(detail: str) -> Refused:
    return Refused("there_must_be_a_ruling_to_appeal", detail=detail, cure="an appeal can follow a ruling")


def _used_up(state: Contested, side: Side) -> Refused | None:
    mine = state.appeals_of(side)
    if any(appeal.became in {"admitted", "withdrawn"} for appeal in mine):
        return Refused(
            "a_party_appeals_once",
            detail=f"the {side} has already appealed this ruling",
            clause=WINDOW_CLAUSE,
            field="by",
        )
    if len(mine) >= state.file.rules.attempts:
        return Refused(
            "attempts_to_appeal_are_limited",
            detail=f"{len(mine)} appeals of the {side} were not admitted",
            clause=WINDOW_CLAUSE,
            field="by",
            cure="the ruling stands; a consumer association or a court can still be asked",
        )
    return None


def _opened(command: LodgeAppeal, state: Contested, appeal_id: str) -> AppealOpened:
    return AppealOpened(
        appeal_id=appeal_id,
        appellant=command.by,
        parties=state.file.parties,
        grounds=command.grounds,
        reason=command.reason,
        evidence_due_at=_evidence_due_at(command, state),
        policy_version=state.policy_version,
        opened_at=command.at,
    )


def _evidence_due_at(command: LodgeAppeal, state: Contested) -> Moment:
    """Whoever appeals second gets as much time, and so does the other side: the round they share lasts longer."""
    due_at = command.at + timedelta(hours=state.file.rules.appeal_evidence)
    return max(due_at, state.evidence_due_at) if isinstance(state, UnderAppeal) else due_at
