"""A case is suspended by joint consent or for proceedings elsewhere; its clocks stop and go on with what was left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar, TypeAlias, assert_never

from services.intake.domain.access import only_a_party, only_staff
from services.intake.domain.case import State, Suspended, beneath, voices_of
from services.intake.domain.events import ComplaintResumed, ComplaintSuspended, IntakeFact, SuspensionConsented
from services.intake.domain.underway import must_be_undecided
from shared.eventing.messages import Command, Given, Words
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Actor, Side
from shared.kernel.policy import Policy
from shared.kernel.refusals import Refused
from shared.kernel.texts import Reference
from shared.kernel.values import said


class ConsentToSuspension(Command):
    """One party consents; when the other does as well, the case is suspended."""

    NAME: ClassVar[str] = "consent_to_suspension"

    policy: Annotated[Policy, Given()]


class SuspendComplaint(Command):
    """Staff suspend a case for the proceedings of a court or an authority that `reference` names."""

    NAME: ClassVar[str] = "suspend_complaint"

    reference: Reference
    policy: Annotated[Policy, Given()]


class ResumeComplaint(Command):
    """A party ends a suspension by consent; staff end one for proceedings that are over, and say how they ended."""

    NAME: ClassVar[str] = "resume_complaint"

    reason: Words


class EndSuspension(Command):
    NAME: ClassVar[str] = "end_suspension"


SuspendingCommand: TypeAlias = ConsentToSuspension | SuspendComplaint | ResumeComplaint | EndSuspension


def follow_suspension(command: SuspendingCommand, state: State) -> Sequence[IntakeFact] | Refused:
    match command:
        case ConsentToSuspension():
            return consent(command, state)
        case SuspendComplaint():
            return suspend(command, state)
        case ResumeComplaint():
            return resume(command, state)
        case EndSuspension():
            return end_suspension(command, state)
        case _:
            assert_never(command)


def consent(command: ConsentToSuspension, state: State) -> Sequence[IntakeFact] | Refused:
    by, at, windows = command.by, command.at, command.policy.windows
    if refused := may_consent(by, at, state):
        return refused
    side, voices = Side(by.role.value), voices_of(state)
    if isinstance(state, Suspended) or voices.consents_at(side, at):
        return []
    consented = SuspensionConsented(side=side, until=at + windows.of("suspension_consent"))
    if not voices.consents_at(side.other, at):
        return [consented]
    until = at + windows.of("suspension")
    return [consented, ComplaintSuspended(grounds="joint_wish", reference="", suspended_at=at, until=until)]


def suspend(command: SuspendComplaint, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := may_suspend(command.by, command.at, state):
        return refused
    if isinstance(state, Suspended):
        return []
    return [
        ComplaintSuspended(
            grounds="court_or_authority",
            reference=command.reference,
            suspended_at=command.at,
            until=command.at + command.policy.windows.of("suspension"),
        )
    ]


def resume(command: ResumeComplaint, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := may_resume(command.by, command.at, state):
        return refused
    if not isinstance(state, Suspended):
        return []
    return [ComplaintResumed(suspended_at=state.since, resumed_at=command.at, reason=command.reason)]


def end_suspension(command: EndSuspension, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    if not isinstance(state, Suspended):
        return []
    if command.at < state.until:
        return Refused("suspension_must_have_run_out", detail=f"the case is suspended until {said(state.until)}")
    reason = "the longest time for a suspension has passed"
    return [ComplaintResumed(suspended_at=state.since, resumed_at=command.at, reason=reason)]


def may_consent(by: Actor, at: datetime, state: State) -> Refused | None:
    del at
    return only_a_party(by, state) or _must_be_open_to_it(state)


def may_suspend(by: Actor, at: datetime, state: State) -> Refused | None:
    del at
    return only_staff(by, state) or _must_be_open_to_it(state)


def may_resume(by: Actor, at: datetime, state: State) -> Refused | None:
    """Who may end a suspension depends on what it rests on; where there is none, either may ask in vain."""
    del at
    if not isinstance(state, Suspended):
        return None if only_a_party(by, state) is None else only_staff(by, state)
    match state.grounds:
        case "joint_wish":
            return only_a_party(by, state)
        case "court_or_authority":
            return only_staff(by, state)
        case _:
            assert_never(state.grounds)


def _must_be_open_to_it(state: State) -> Refused | None:
    found = must_be_undecided(beneath(state))
    return found if isinstance(found, Refused) else None
