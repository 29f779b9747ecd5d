"""An appellant may withdraw its appeal until it is decided; when no admitted appeal is left, the ruling stands."""

from collections.abc import Sequence
from typing import ClassVar

from services.appeals.domain.events import AppealsFact, AppealWithdrawn
from services.appeals.domain.finality import decision_is_final
from services.appeals.domain.lodging import Contested
from services.appeals.domain.standing import Final, Lodged, NoFile, Running
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Actor
from shared.kernel.refusals import Refused

WITHDRAWAL_CLAUSE = "appeal.withdrawal"


class WithdrawAppeal(Command):
    """It uses up the party's one appeal, so that nobody stays a ruling again and again."""

    NAME: ClassVar[str] = "withdraw_appeal"

    reason: Words


def withdraw(command: WithdrawAppeal, state: Running) -> Sequence[AppealsFact] | Refused:
    found = may_withdraw(command.by, state)
    if isinstance(found, Refused):
        return found
    case, appeal = found
    if appeal.became == "withdrawn":
        return []
    stands = case.admitted == {appeal.appeal_id}
    return [
        AppealWithdrawn(appeal_id=appeal.appeal_id, appellant=command.by, reason=command.reason, ruling_stands=stands)
    ]


def may_withdraw(by: Actor, state: Running) -> tuple[Contested, Lodged] | Refused:
    """The caller's appeal that is open, or is withdrawn already."""
    if isinstance(state, NoFile):
        return _nothing_to_withdraw("no case of this number has been accepted")
    side = state.file.parties.side_of(by)
    if side is None:
        return Refused("only_the_appellant_may_withdraw", detail=f"{by.id} is no party to this case", field="by")
    if isinstance(state, Final):
        return decision_is_final(state)
    if isinstance(state, Contested):
        for appeal in state.appeals_of(side):
            if appeal.became in {"admitted", "withdrawn"}:
                return state, appeal
    return _nothing_to_withdraw(f"the {side} has no appeal that is open")


def _nothing_to_withdraw(detail: str) -> Refused:
    return Refused("there_must_be_an_appeal_to_withdraw", detail=detail, clause=WITHDRAWAL_CLAUSE)
