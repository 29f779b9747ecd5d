"""Either party may appeal a ruling once; appeals of both parties are heard together, settlements not at all."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from services.appeals.domain.admission import WINDOW_CLAUSE, failures_of
from services.appeals.domain.appeal import (
    Appeal,
    Appealable,
    Final,
    Known,
    NoFile,
    Ready,
    Settled,
    UnderAppeal,
    UnderReview,
)
from services.appeals.domain.events import AppealDismissed, AppealLodged, AppealOpened, AppealsFact
from services.appeals.domain.finality import decision_is_final
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Side
from shared.kernel.ids import derived_id
from shared.kernel.reasons import AppealGround
from shared.kernel.refusals import Refused
from shared.kernel.values import Moment


class LodgeAppeal(Command):
    NAME: ClassVar[str] = "lodge_appeal"

    grounds: Annotated[tuple[AppealGround, ...], Field(min_length=1, max_length=len(AppealGround))]
    reason: Words
    new_evidence: Annotated[tuple[Words, ...], Field(max_length=50)] = ()


def lodge(command: LodgeAppeal, state: Appeal) -> Sequence[AppealsFact] | Refused:
    if isinstance(state, NoFile):
        return _nothing_to_appeal("no case of this number has been accepted")
    side = state.file.parties.side_of(command.by)
    if side is None:
        return Refused("only_a_party_may_appeal", detail=f"{command.by.id} is no party to this case", field="by")
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
            return _lodge_against_ruling(command, state, side)
        case _:
            assert_never(state)


def _nothing_to_appeal(detail: str) -> Refused:
    return Refused("there_must_be_a_ruling_to_appeal", detail=detail, cure="an appeal can follow a ruling")


def _lodge_against_ruling(
    command: LodgeAppeal, state: Appealable | UnderAppeal | Ready | UnderReview, side: Side
) -> Sequence[AppealsFact] | Refused:
    appeal_id = derived_id(command.id, "appeal")
    earlier = next((lodged for lodged in state.lodged if lodged.side is side), None)
    if earlier is not None:
        return [] if earlier.appeal_id == appeal_id else _second_appeal(side)
    lodged = AppealLodged(
        appeal_id=appeal_id,
        side=side,
        grounds=command.grounds,
        reason=command.reason,
        new_evidence=command.new_evidence,
    )
    failures = failures_of(command.grounds, command.reason, command.new_evidence, command.at, state.ruling)
    if failures:
        return [lodged, AppealDismissed(appeal_id=appeal_id, appellant=command.by, failures=failures)]
    opened = AppealOpened(
        appeal_id=appeal_id,
        appellant=command.by,
        parties=state.file.parties,
        grounds=command.grounds,
        reason=command.reason,
        evidence_due_at=_evidence_due_at(command, state),
        policy_version=state.policy_version,
    )
    return [lodged, opened]


def _second_appeal(side: Side) -> Refused:
    return Refused(
        "a_party_appeals_once", detail=f"the {side} has already appealed this ruling", clause=WINDOW_CLAUSE, field="by"
    )


def _evidence_due_at(command: LodgeAppeal, state: Appealable | UnderAppeal | Ready | UnderReview) -> Moment:
    if isinstance(state, Appealable):
        return command.at + timedelta(hours=state.file.rules.appeal_evidence)
    # Heard together: whoever appeals second joins the round that is already running.
    return state.evidence_due_at
