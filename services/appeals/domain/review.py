"""The assigned reviewer upholds, amends or overturns the ruling, with reasons; the decision is final."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, assert_never

from pydantic import Field, StringConstraints

from services.appeals.domain.appeal import (
    Appeal,
    Appealable,
    Final,
    Known,
    NoFile,
    Ready,
    Settled,
    UnderAppeal,
    UnderReview,
)
from services.appeals.domain.assignment import INDEPENDENCE_CLAUSE
from services.appeals.domain.events import AppealDecided, AppealsFact, ReviewOverdueNoted
from services.appeals.domain.finality import decision_is_final
from services.appeals.domain.outcome import outcome_failing
from shared.eventing.messages import Command, Words
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Role
from shared.kernel.obligations import obligations_for
from shared.kernel.reasoning import Grounds, reasoning_fault
from shared.kernel.reasons import AppealOutcome, Finding
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Terms


class DecideAppeal(Command):
    NAME: ClassVar[str] = "decide_appeal"

    outcome: AppealOutcome
    findings: Annotated[tuple[Finding, ...], Field(min_length=1)]
    clauses: Annotated[tuple[str, ...], Field(min_length=1)]
    seller_liability_percent: Annotated[int, Field(ge=0, le=100)]
    terms: Terms | None = None
    what_changed: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""
    explanation: Words


class NoteReviewOverdue(Command):
    NAME: ClassVar[str] = "note_review_overdue"


def review(command: DecideAppeal, state: Appeal) -> Sequence[AppealsFact] | Refused:
    if refused := _refuse_the_wrong_person(command, state):
        return refused
    match state:
        case UnderReview():
            return _decide(command, state)
        case Final():
            return decision_is_final(state)
        case NoFile() | Known() | Settled() | Appealable() | UnderAppeal() | Ready():
            return Refused("appeal_must_be_under_review", detail="no reviewer has been assigned to this case")
        case _:
            assert_never(state)


def note_overdue(command: NoteReviewOverdue, state: Appeal) -> Sequence[AppealsFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    if isinstance(state, UnderReview) and not state.overdue and command.at >= state.due_at:
        return [ReviewOverdueNoted(reviewer=state.reviewer, due_at=state.due_at)]
    return []


def _refuse_the_wrong_person(command: DecideAppeal, state: Appeal) -> Refused | None:
    if command.by.id in state.heard.handlers:
        return Refused(
            "reviewer_took_no_part_in_the_first_round",
            detail=f"{command.by.id} handled the first round of this case",
            clause=INDEPENDENCE_CLAUSE,
            field="by",
        )
    assigned = state.reviewer if isinstance(state, UnderReview | Final) else None
    if command.by.role is not Role.REVIEWER or assigned not in (None, command.by):
        return Refused(
            "only_the_assigned_reviewer_decides",
            detail=f"{command.by.id} is not the reviewer assigned to this case",
            field="by",
        )
    return None


def _decide(command: DecideAppeal, state: UnderReview) -> Sequence[AppealsFact] | Refused:
    grounds = Grounds(
        state.policy_version,
        state.file.rules.clauses,
        {item.item_id: item.disclosed_at for item in state.heard.items},
        seen_by=command.at,
    )
    if refused := reasoning_fault(command.findings, command.clauses, grounds):
        return refused
    if refused := outcome_failing(
        command.outcome, command.terms, command.seller_liability_percent, command.what_changed, state.ruling
    ):
        return refused
    upheld = command.outcome is AppealOutcome.UPHOLD
    new_obligations = obligations_for(command.terms, command.id, command.at, state.file.rules.compliance)
    decided = AppealDecided(
        outcome=command.outcome,
        reviewer=command.by,
        findings=command.findings,
        clauses=command.clauses,
        seller_liability_percent=command.seller_liability_percent,
        terms=state.ruling.terms if upheld else command.terms,
        obligations=state.ruling.obligations if upheld else new_obligations,
        what_changed=command.what_changed,
        explanation=command.explanation,
    )
    return [decided]
