"""A case is under way from when it is taken up until nothing can change its outcome any more."""

from services.intake.domain.case import InProcess, Ruled, Settled, State, Suspended
from shared.kernel.access import case_must_not_be_suspended
from shared.kernel.refusals import Refused
from shared.kernel.values import said


def must_not_be_suspended(state: State) -> Refused | None:
    """Refuses on a suspended case, and says how it goes on."""
    if not isinstance(state, Suspended):
        return None
    joint = state.grounds == "joint_wish"
    who = "either party resumes it" if joint else "staff resume it when the proceedings have ended"
    return case_must_not_be_suspended(state.since, f"{who}; it goes on by itself at {said(state.until)}")


def must_be_under_way(state: State) -> InProcess | Settled | Ruled | Refused:
    """The case, taken up and not closed; a refusal for any other."""
    if isinstance(state, InProcess | Settled | Ruled):
        return state
    return Refused("case_must_be_under_way", detail="the case is not taken up yet, or it is over")


def must_be_undecided(state: State) -> InProcess | Ruled | Refused:
    """The case while its outcome can still change: taken up, and neither settled nor final."""
    case = must_be_under_way(state)
    if isinstance(case, Settled) or (isinstance(case, Ruled) and case.final):
        return Refused("outcome_must_still_be_open", detail="the outcome of the case is final")
    return case
