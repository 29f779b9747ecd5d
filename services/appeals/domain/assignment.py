"""An appeal whose evidence is sealed goes to the least-loaded reviewer who took no part in the first round."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, assert_never

from services.appeals.domain.events import AppealsFact, ReviewerAssigned
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
from shared.eventing.messages import Command, Given
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Actor, Role
from shared.kernel.clocks import reminders
from shared.kernel.refusals import Refused
from shared.kernel.roster import RosterEntry

INDEPENDENCE_CLAUSE = "appeal.independence"


class AssignReviewer(Command):
    NAME: ClassVar[str] = "assign_reviewer"

    roster: Annotated[tuple[RosterEntry, ...], Given()]


def assign(command: AssignReviewer, state: Running) -> Sequence[AppealsFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match state:
        case Ready():
            chosen = best_reviewer(command.roster, state)
            return [assigned(chosen, command.at, state)] if chosen else _nobody_is_independent(command)
        case UnderReview() | Final():
            return []
        case NoFile() | Known() | Settled() | Appealable() | UnderAppeal():
            return Refused("appeal_must_be_ready_for_review", detail="the appeal's evidence is not sealed yet")
        case _:
            assert_never(state)


def best_reviewer(roster: Sequence[RosterEntry], state: Ready | UnderReview) -> Actor | None:
    """Who is to review: whoever was at work when the round was opened again, else the least-loaded one.

    Never who handled the first round, and never who is late at this moment.
    """
    late = {state.reviewer.id} if isinstance(state, UnderReview) else set[str]()
    # Ids are compared, not actors: the same person may serve as specialist and as reviewer.
    barred = state.heard.handlers | late
    free = [entry for entry in roster if entry.actor.role is Role.REVIEWER and entry.actor.id not in barred]
    parties = {state.file.parties.buyer_id, state.file.parties.seller_id}

    def order(entry: RosterEntry) -> tuple[bool, bool, bool, int, str]:
        knows_a_party = not parties.isdisjoint(entry.recent_parties)
        was_silent = entry.actor.id in state.silent
        return (entry.actor != state.reviewer, was_silent, knows_a_party, entry.load, entry.actor.id)

    return min(free, key=order).actor if free else None


def assigned(reviewer: Actor, at: datetime, state: Ready | UnderReview) -> ReviewerAssigned:
    """The reviewer with the whole time for a review."""
    rules = state.file.rules
    due_at = at + timedelta(hours=rules.review)
    return ReviewerAssigned(reviewer=reviewer, due_at=due_at, remind_at=reminders(at, due_at, rules.reminder_percents))


def _nobody_is_independent(command: AssignReviewer) -> Refused:
    return Refused(
        "roster_must_have_an_independent_reviewer",
        detail=f"none of {len(command.roster)} on the roster is a reviewer without a part in the first round",
        clause=INDEPENDENCE_CLAUSE,
        cure="add a reviewer who took no part in the first round to the roster",
    )
