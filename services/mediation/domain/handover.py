"""A case goes to another adjudicator: a frontline hands it over, a party asks for a specialist, or it is reassigned.

The present adjudicator stays until the roster gives the next one, so a case is never without anybody.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from services.mediation.domain.access import (
    NOBODY_AT_WORK,
    side_asking,
    unless_assigned,
    unless_assigned_and_at_work,
)
from services.mediation.domain.events import Cause, MediationFact, SuccessorSought
from services.mediation.domain.standing import AwaitingRuling, Mediating, Mediation
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Actor, Role
from shared.kernel.policy import SpecialistRequests
from shared.kernel.refusals import Refused


class HandOver(Command):
    """A frontline who gives the case up says why, and a specialist takes it."""

    NAME: ClassVar[str] = "hand_over"

    reason: Words


class RequestSpecialist(Command):
    NAME: ClassVar[str] = "request_specialist"

    reason: Words


class ReassignCase(Command):
    """The adjudicator steps aside, or whoever runs the platform gives the case to another one."""

    NAME: ClassVar[str] = "reassign_case"

    reason: Words


def may_hand_over(by: Actor, _at: datetime, state: Mediation) -> Refused | None:
    if refusal := unless_assigned_and_at_work(by, state):
        return refusal
    if by.role is Role.FRONTLINE:
        return None
    return Refused(
        "only_a_frontline_hands_over",
        f"the case is with a {by.role}",
        field="by",
        cure="step aside, and another adjudicator of the same role takes it",
    )


def may_request_specialist(by: Actor, at: datetime, state: Mediation) -> Refused | None:
    side = side_asking(by, state)
    if isinstance(side, Refused):
        return side
    if not isinstance(state, Mediating | AwaitingRuling):
        return NOBODY_AT_WORK
    rules = state.file.rules.mediation
    if rules is None or _goes_to_specialist(state) or _condition_met(rules.specialist_requests, at, state):
        return None
    needed = rules.specialist_requests
    return Refused(
        "specialist_must_be_due",
        "none of the conditions for a specialist is met",
        clause="process.specialist",
        cure=f"ask after {needed.declined_offers} declined offers or after {needed.waited:g} h; "
        f"from a price of {needed.price} on at once",
    )


def may_reassign(by: Actor, _at: datetime, state: Mediation) -> Refused | None:
    if by.role is Role.PLATFORM:
        return None if isinstance(state, Mediating | AwaitingRuling) else NOBODY_AT_WORK
    return unless_assigned_and_at_work(by, state)


def hand_over(command: HandOver, state: Mediation) -> Sequence[MediationFact] | Refused:
    return may_hand_over(command.by, command.at, state) or _sought(command, state, Role.SPECIALIST, "handed_over")


def request_specialist(command: RequestSpecialist, state: Mediation) -> Sequence[MediationFact] | Refused:
    refusal = may_request_specialist(command.by, command.at, state)
    return refusal or _sought(command, state, Role.SPECIALIST, "asked_by_party")


def reassign_case(command: ReassignCase, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := may_reassign(command.by, command.at, state):
        return refusal
    if not isinstance(state, Mediating | AwaitingRuling) or state.wanted:
        return []
    cause: Cause = "stepped_aside" if unless_assigned(command.by, state) is None else "platform"
    return [sought(state, cause, command.reason, command.by)]


def sought(state: Mediating | AwaitingRuling, cause: Cause, reason: str, by: Actor) -> SuccessorSought:
    """A successor of the same role, or of the higher one that is wanted already."""
    role = state.wanted.role if state.wanted else state.adjudicator.role
    return SuccessorSought(role=role, cause=cause, reason=reason, sought_by=by)


def _sought(
    command: HandOver | RequestSpecialist, state: Mediation, role: Role, cause: Cause
) -> Sequence[MediationFact]:
    if isinstance(state, Mediating | AwaitingRuling) and _goes_to_specialist(state):
        return []
    return [SuccessorSought(role=role, cause=cause, reason=command.reason, sought_by=command.by)]


def _goes_to_specialist(state: Mediating | AwaitingRuling) -> bool:
    return Role.SPECIALIST in {state.adjudicator.role, state.wanted and state.wanted.role}


def _condition_met(needed: SpecialistRequests, at: datetime, state: Mediating | AwaitingRuling) -> bool:
    price = state.file.price_paid
    high = price.currency != needed.price.currency or not needed.price.exceeds(price)
    waited = (at - state.since).total_seconds() >= needed.waited * 3600
    return high or waited or state.declined >= needed.declined_offers
