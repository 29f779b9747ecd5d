"""When does appeals act by itself on this case: seeking a reviewer, reminding one, and noting what is overdue."""

from datetime import datetime
from typing import assert_never

from services.appeals.domain.clocks import ASSIGNMENT, REVIEW
from services.appeals.domain.events import (
    AppealDecided,
    AppealOpened,
    AppealReady,
    AppealWithdrawn,
    AssignmentOverdueNoted,
    CaseResumed,
    CaseSuspended,
    ReminderSent,
    ReviewerAssigned,
    ReviewOverdueNoted,
)
from shared.eventing.agenda import Agenda, Due
from shared.eventing.model import Entry
from shared.eventing.views import View

SEARCH = "review_assignment"


def evolve(document: Agenda | None, entry: Entry) -> Agenda | None:
    """A document is kept from the first instant that can fall due, or that stands still."""
    agenda = document or Agenda()
    match entry.message:
        case AppealReady() | AssignmentOverdueNoted() | ReviewerAssigned() | ReviewOverdueNoted() as fact:
            # While the case is suspended an instant counts from when it stopped; resuming moves it with the rest.
            return _seeking_or_reviewing(agenda, fact, agenda.paused_at or entry.at)
        case ReminderSent(clock=clock, key=key):
            return agenda.reminded((clock, key), entry.at)
        case AppealWithdrawn() | AppealOpened() | AppealDecided() as fact:
            return document and _after_appeal(document, fact)
        case CaseSuspended(suspended_at=at):
            return agenda.pausing(at)
        case CaseResumed(resumed_at=at):
            return agenda.resuming(at)
        case _:
            return document


def _after_appeal(agenda: Agenda, fact: AppealWithdrawn | AppealOpened | AppealDecided) -> Agenda:
    match fact:
        case AppealWithdrawn(ruling_stands=False) | AppealOpened(opened_at=None):
            return agenda
        case _:
            return agenda.clearing(SEARCH).clearing(ASSIGNMENT).clearing(REVIEW)


def _seeking_or_reviewing(
    agenda: Agenda, fact: AppealReady | AssignmentOverdueNoted | ReviewerAssigned | ReviewOverdueNoted, at: datetime
) -> Agenda:
    match fact:
        case AppealReady():
            seeking = agenda.setting(Due(kind=SEARCH, at=at))
            return seeking.setting(Due(kind=ASSIGNMENT, at=fact.assign_by)) if fact.assign_by else seeking
        case AssignmentOverdueNoted():
            return agenda.setting(Due(kind=ASSIGNMENT, at=fact.next_at))
        case ReviewerAssigned():
            found = agenda.clearing(SEARCH).clearing(ASSIGNMENT)
            return found.setting(Due(kind=REVIEW, at=fact.due_at), remind_at=fact.remind_at)
        case ReviewOverdueNoted():
            late = agenda.clearing(REVIEW)
            return late.setting(Due(kind=REVIEW, at=fact.next_at)) if fact.next_at else late
        case _:
            assert_never(fact)


VIEW: View[Agenda] = View(
    name="deadlines",
    version=2,
    document=Agenda,
    evolve=evolve,
    keys=lambda agenda: {"next_due": agenda.next_due},
    indexed=("next_due",),
)
