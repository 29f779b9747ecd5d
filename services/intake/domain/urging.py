"""Urging: it is counted and answered with who owes what by when; it never changes the order of the queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar

from services.intake.domain.access import only_a_party
from services.intake.domain.case import State, beneath, voices_of
from services.intake.domain.events import ComplaintUrged, IntakeFact
from services.intake.domain.underway import must_be_under_way, must_not_be_suspended
from services.intake.domain.words import Step
from shared.eventing.messages import Command, Given
from shared.kernel.actors import Actor, Side
from shared.kernel.clocks import Clock
from shared.kernel.policy import Policy
from shared.kernel.refusals import Refused
from shared.kernel.values import said

ANSWER = "your case keeps its place: urging does not reorder the queue"


class Urge(Command):
    """A party urges. The answer says where the case stands and who owes what by when."""

    NAME: ClassVar[str] = "urge"

    policy: Annotated[Policy, Given()]
    step: Annotated[Step, Given()]
    owed: Annotated[tuple[Clock, ...], Given()]


def urge(command: Urge, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := may_urge(command.by, command.at, state):
        return refused
    side = Side(command.by.role.value)
    urged = voices_of(state).urged_by(side)
    window = command.policy.windows.of("urging")
    lately = [urging.at for urging in urged if urging.at + window > command.at] + [command.at]
    spent = len(lately) >= command.policy.limits.urges
    return [
        ComplaintUrged(
            side=side,
            at=command.at,
            count=len(urged) + 1,
            step=command.step,
            owed=command.owed,
            answer=ANSWER,
            again_from=lately[-command.policy.limits.urges] + window if spent else None,
        )
    ]


def may_urge(by: Actor, at: datetime, state: State) -> Refused | None:
    if refused := only_a_party(by, state) or must_not_be_suspended(state):
        return refused
    case = must_be_under_way(beneath(state))
    if isinstance(case, Refused):
        return case
    again_from = case.voices.again_from(Side(by.role.value))
    if again_from is None or at >= again_from:
        return None
    return Refused(
        "urging_budget_must_not_be_spent",
        detail="the case was urged as often as the rules allow for now; it is not forgotten",
        cure=f"urge again from {said(again_from)} on",
    )
