"""An appeal stops the clocks of what is still owed; its decision replaces what the ruling ordered."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from services.mediation.domain.events import (
    AppealDropped,
    MediationFact,
    ObligationsFulfilled,
    ObligationsReplaced,
    ObligationsResumed,
    ObligationsStayed,
)
from services.mediation.domain.obligations import Debt, all_met
from services.mediation.domain.setoff import resumed, set_off
from services.mediation.domain.standing import Complying, Done, Mediation
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.ids import Id
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Obligation
from shared.kernel.values import Moment

NOT_RULED = Refused("ruling_must_have_been_issued", "only the obligations of a ruling can be appealed")


class StayObligations(Command):
    NAME: ClassVar[str] = "stay_obligations"

    appeal_id: Id


class LiftStay(Command):
    NAME: ClassVar[str] = "lift_stay"

    appeal_id: Id


class ReplaceObligations(Command):
    NAME: ClassVar[str] = "replace_obligations"

    obligations: tuple[Obligation, ...]


def stay_obligations(command: StayObligations, state: Mediation) -> Sequence[MediationFact] | Refused:
    """Where nothing is left to carry out there is nothing to stay."""
    if refusal := only_the_platform(command.by):
        return refusal
    match state:
        case Complying(basis="ruling", stay=stay):
            known = stay is not None and command.appeal_id in stay.appeals
            return [] if known else [ObligationsStayed(appeal_id=command.appeal_id, stayed_at=command.at)]
        case Complying(basis="appeal") | Done(basis="ruling" | "appeal"):
            return []
        case _:
            return NOT_RULED


def lift_stay(command: LiftStay, state: Mediation) -> Sequence[MediationFact] | Refused:
    """An appeal that never stayed anything leaves nothing to lift."""
    if refusal := only_the_platform(command.by):
        return refusal
    if not isinstance(state, Complying) or state.stay is None or command.appeal_id not in state.stay.appeals:
        return []
    dropped = AppealDropped(appeal_id=command.appeal_id)
    if state.stay.appeals - {command.appeal_id}:
        return [dropped]
    debts = resumed(state.debts, state.stay.since, command.at)
    return [dropped, ObligationsResumed(debts=debts, remind_at=_reminders(state, debts, command.at))]


def replace_obligations(command: ReplaceObligations, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    match state:
        case Complying(basis="appeal") | Done(basis="appeal"):
            return []
        case Complying(basis="ruling") | Done(basis="ruling"):
            stay = state.stay if isinstance(state, Complying) else None
            standing = resumed(state.debts, stay.since, command.at) if stay else state.debts
            debts = set_off(standing, command.obligations, state.file.rules.windows, command.at)
            replaced = ObligationsReplaced(debts=debts, remind_at=_reminders(state, debts, command.at))
            if not all_met(debts):
                return [replaced]
            obligations = tuple(debt.obligation for debt in debts)
            return [replaced, ObligationsFulfilled(basis="appeal", obligations=obligations)]
        case _:
            return NOT_RULED


def _reminders(state: Complying | Done, debts: Sequence[Debt], at: datetime) -> dict[Id, tuple[Moment, ...]]:
    rules = state.file.rules
    return {debt.obligation.id: rules.remind_to_comply(at, debt.enforce_at) for debt in debts if debt.enforce_at}
