"""The assigned reviewer upholds, amends or overturns the ruling, with reasons; the decision is final."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from services.appeals.domain.assignment import INDEPENDENCE_CLAUSE
from services.appeals.domain.events import AppealDecided, AppealsFact
from services.appeals.domain.finality import decision_is_final
from services.appeals.domain.outcome import Answer, counts_against_seller, outcome_failing
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
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Actor, Role, Side
from shared.kernel.obligations import obligations_for
from shared.kernel.reasoning import Grounds, reasoning_fault
from shared.kernel.reasons import AppealOutcome, Finding
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Terms
from shared.kernel.texts import Remark


class DecideAppeal(Command):
    """`freight_paid_by` may be left out where it stays as ruled."""

    NAME: ClassVar[str] = "decide_appeal"

    outcome: AppealOutcome
    findings: Annotated[tuple[Finding, ...], Field(min_length=1)]
    clauses: Annotated[tuple[str, ...], Field(min_length=1)]
    seller_liability_percent: Annotated[int, Field(ge=0, le=100)]
    terms: Terms | None = None
    freight_paid_by: Side | None = None
    what_changed: Remark = ""
    explanation: Words


def review(command: DecideAppeal, state: Running) -> Sequence[AppealsFact] | Refused:
    case = may_decide(command.by, state)
    return case if isinstance(case, Refused) else _decide(command, case)


def may_decide(by: Actor, state: Running) -> UnderReview | Refused:
    """The case under review if it is this reviewer's to decide, whatever the decision says."""
    if refused := _refuse_the_wrong_person(by, state):
        return refused
    match state:
        case UnderReview():
            return state
        case Final():
            return decision_is_final(state)
        case NoFile() | Known() | Settled() | Appealable() | UnderAppeal() | Ready():
            return Refused("appeal_must_be_under_review", detail="no reviewer is at work on this case now")
        case _:
            assert_never(state)


def _refuse_the_wrong_person(by: Actor, state: Running) -> Refused | None:
    if by.id in state.heard.handlers:
        return Refused(
            "reviewer_took_no_part_in_the_first_round",
            detail=f"{by.id} handled the first round of this case",
            clause=INDEPENDENCE_CLAUSE,
            field="by",
        )
    assigned = state.reviewer if isinstance(state, UnderReview | Final) else None
    if by.role is not Role.REVIEWER or assigned not in (None, by):
        return Refused(
            "only_the_assigned_reviewer_decides",
            detail=f"{by.id} is not the reviewer assigned to this case",
            field="by",
        )
    return None


def _decide(command: DecideAppeal, state: UnderReview) -> Sequence[AppealsFact] | Refused:
    rules, ruling = state.file.rules, state.ruling
    grounds = Grounds(
        state.policy_version,
        rules.clauses,
        {item.item_id: item.disclosed_at for item in state.heard.items},
        seen_by=command.at,
    )
    answer = Answer(
        command.outcome,
        command.terms,
        command.seller_liability_percent,
        command.freight_paid_by,
        command.what_changed,
    )
    refused = reasoning_fault(command.findings, command.clauses, grounds) or outcome_failing(
        answer, ruling, rules.compensation_percent
    )
    if refused:
        return refused
    upheld = command.outcome is AppealOutcome.UPHOLD
    new_obligations = obligations_for(command.terms, command.id, command.at, rules.compliance)
    decided = AppealDecided(
        outcome=command.outcome,
        reviewer=command.by,
        findings=command.findings,
        clauses=command.clauses,
        seller_liability_percent=command.seller_liability_percent,
        terms=ruling.terms if upheld else command.terms,
        obligations=ruling.obligations if upheld else new_obligations,
        what_changed=command.what_changed,
        explanation=command.explanation,
        freight_paid_by=command.freight_paid_by or ruling.freight_paid_by,
        counts_against_seller=counts_against_seller(answer, ruling),
    )
    return [decided]
