"""What a caller may ask of an appeal now, each with the very refusal it would get."""

from datetime import datetime

from services.appeals.domain.lodging import LodgeAppeal, may_lodge
from services.appeals.domain.review import DecideAppeal, may_decide
from services.appeals.domain.standing import Appeal, Running, Suspended
from services.appeals.domain.withdrawal import WithdrawAppeal, may_withdraw
from shared.kernel.access import case_must_not_be_suspended
from shared.kernel.actors import Actor
from shared.kernel.refusals import Refused


def allowed(by: Actor, at: datetime, state: Appeal) -> dict[str, Refused | None]:
    """By name of the command: None where the caller may ask, else why not.

    The instant decides nothing here: an appeal that comes too late is dismissed with its reason, not refused.
    """
    del at
    if isinstance(state, Suspended):
        return dict.fromkeys(
            (LodgeAppeal.NAME, WithdrawAppeal.NAME, DecideAppeal.NAME), case_must_not_be_suspended(state.since)
        )
    return _while_running(by, state)


def _while_running(by: Actor, state: Running) -> dict[str, Refused | None]:
    answers = {
        LodgeAppeal.NAME: may_lodge(by, state),
        WithdrawAppeal.NAME: may_withdraw(by, state),
        DecideAppeal.NAME: may_decide(by, state),
    }
    return {name: answer if isinstance(answer, Refused) else None for name, answer in answers.items()}
