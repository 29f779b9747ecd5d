"""A reported performance that the creditor disputes goes to the adjudicator, who says whether it was performed.

Until then it is not enforced; an adjudicator who says nothing in time leaves it as not performed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, assert_never

from services.mediation.domain.access import unless_assigned
from services.mediation.domain.compliance import NOTHING_OWED, UNKNOWN, asked_about, enforce_at, may_confirm, met
from services.mediation.domain.events import DisputeDecided, MediationFact, PerformanceDisputed
from services.mediation.domain.obligations import Debt, DebtStatus, debt_of
from services.mediation.domain.standing import Complying, Done, Mediation
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Actor
from shared.kernel.ids import Id
from shared.kernel.refusals import Refused

NOT_REPORTED = Refused("performance_must_have_been_reported", "the debtor has reported nothing to dispute")
STANDS = Refused("confirmed_performance_stands", "the obligation is already met")
NOT_DISPUTED = Refused("performance_must_be_disputed", "the creditor disputes nothing here", field="obligation_id")


class DisputePerformance(Command):
    NAME: ClassVar[str] = "dispute_performance"

    obligation_id: Id
    reason: Words


class DecideDispute(Command):
    NAME: ClassVar[str] = "decide_dispute"

    obligation_id: Id
    performed: bool
    reason: Words


def may_dispute(by: Actor, at: datetime, state: Mediation) -> Refused | None:
    if refusal := may_confirm(by, at, state):
        return refusal
    debts = state.debts if isinstance(state, Complying | Done) else ()
    asked = [asked_about(by, debt.obligation.id, state, as_debtor=False) for debt in debts]
    refusals = [_not_disputable(each[1]) for each in asked if not isinstance(each, Refused)]
    return None if None in refusals else refusals[0]


def may_decide_dispute(by: Actor, _at: datetime, state: Mediation) -> Refused | None:
    if refusal := unless_assigned(by, state):
        return refusal
    if not isinstance(state, Complying):
        return NOTHING_OWED
    return None if any(debt.status is DebtStatus.DISPUTED for debt in state.debts) else NOT_DISPUTED


def dispute_performance(command: DisputePerformance, state: Mediation) -> Sequence[MediationFact] | Refused:
    found = asked_about(command.by, command.obligation_id, state, as_debtor=False)
    if isinstance(found, Refused):
        return found
    owing, debt = found
    if refusal := _not_disputable(debt):
        return refusal
    if debt.status is DebtStatus.DISPUTED:
        return []
    rules = owing.file.rules
    decide_by = command.at + rules.windows.of("ruling")
    changes = {"status": DebtStatus.DISPUTED, "confirm_by": None, "decide_by": decide_by}
    due = enforce_at(owing, debt.model_copy(update=changes))
    disputed = PerformanceDisputed(
        obligation_id=command.obligation_id,
        reason=command.reason,
        enforce_at=due,
        decide_by=decide_by,
        remind_at=rules.remind(command.at, due),
    )
    return [disputed]


def decide_dispute(command: DecideDispute, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := unless_assigned(command.by, state):
        return refusal
    if not isinstance(state, Complying):
        return NOTHING_OWED
    debt = debt_of(state.debts, command.obligation_id)
    if debt is None:
        return UNKNOWN
    if debt.status is not DebtStatus.DISPUTED:
        return NOT_DISPUTED
    due = enforce_at(state, debt.model_copy(update={"decide_by": None}))
    enforced_at = None if command.performed or due is None else max(due, command.at)
    decided = DisputeDecided(
        obligation_id=command.obligation_id,
        performed=command.performed,
        reason=command.reason,
        enforce_at=enforced_at,
        remind_at=state.file.rules.remind_to_comply(command.at, enforced_at),
    )
    return [decided, *met(state, debt, command.at, silently=False)] if command.performed else [decided]


def _not_disputable(debt: Debt) -> Refused | None:
    match debt.status:
        case DebtStatus.OWED:
            return NOT_REPORTED
        case DebtStatus.MET:
            return STANDS
        case DebtStatus.DISPUTED | DebtStatus.REPORTED:
            return None
        case _:
            assert_never(debt.status)
