"""A ruling is issued when mediation has failed, by the assigned adjudicator, within the authority of the role."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from services.mediation.domain.access import unless_assigned
from services.mediation.domain.casefile import Unshown
from services.mediation.domain.drafts import Draft
from services.mediation.domain.events import (
    MediationFact,
    ObligationsFulfilled,
    RulingDrafted,
    RulingIssued,
    SuccessorSought,
    ViolationFound,
)
from services.mediation.domain.granting import grant_fault, within_authority
from services.mediation.domain.reasoning import ruling_reasoning_fault
from services.mediation.domain.standing import AwaitingRuling, Mediating, Mediation
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Actor, Role, Side
from shared.kernel.ids import derived_id
from shared.kernel.obligations import obligations_for
from shared.kernel.reasons import Finding, RulingKind
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Terms


class IssueRuling(Command):
    """Beyond a specialist's authority it is drafted, and issued when a second specialist agrees.

    `violation` is a sub-reason of the category `seller_violation` that the ruling finds; it is reported to the
    platform. `released_to` says who keeps the money where nothing is granted; left out, it is the seller.
    """

    NAME: ClassVar[str] = "issue_ruling"

    kind: RulingKind
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: Annotated[int, Field(ge=0, le=100)]
    terms: Terms | None = None
    freight_paid_by: Side
    inspection_paid_by: Side | None = None
    released_to: Side | None = None
    explanation: Words
    violation: str | None = None


def may_issue_ruling(by: Actor, _at: datetime, state: Mediation) -> Refused | None:
    if refusal := unless_assigned(by, state):
        return refusal
    match state:
        case AwaitingRuling(drafted=None):
            return None
        case AwaitingRuling():
            return Refused(
                "drafted_ruling_must_be_answered_first",
                "a ruling is drafted and waits for a second specialist",
                cure="agree with it, or disagree and then draft your own",
            )
        case Mediating():
            return Refused(
                "mediation_must_have_failed",
                "the case is still being mediated",
                cure="declare the mediation failed first",
            )
        case _:
            return Refused("ruling_must_be_due", "no ruling is due on this case")


def issue_ruling(command: IssueRuling, state: Mediation) -> Sequence[MediationFact] | Refused:
    refusal = may_issue_ruling(command.by, command.at, state)
    if refusal or not isinstance(state, AwaitingRuling):
        return refusal or []
    draft = _drafted(command)
    if fault := ruling_reasoning_fault(draft, state) or grant_fault(draft, state):
        return fault
    if state.adjudicator.role is Role.SPECIALIST and not within_authority(draft.terms, state):
        seeking = SuccessorSought(
            role=Role.SPECIALIST,
            cause="second_opinion",
            reason="the award is beyond one specialist's authority",
            sought_by=command.by,
        )
        return [RulingDrafted(draft=draft, drafted_by=command.by), seeking]
    return issued(command, draft, state)


def issued(command: Command, draft: Draft, state: AwaitingRuling) -> Sequence[MediationFact]:
    """The ruling, the violation it finds, and its end where it orders nothing."""
    file, rules = state.file, state.file.rules
    ruling_id = derived_id(command.id, "ruling")
    owed = obligations_for(draft.terms, ruling_id, command.at, rules.windows)
    missing = [finding.element for finding in draft.findings if not finding.shown]
    ruling = RulingIssued(
        ruling_id=ruling_id,
        kind=draft.kind,
        findings=draft.findings,
        unshown=tuple(Unshown(element=element, bearer=rules.bearer_of(element)) for element in missing),
        clauses=draft.clauses,
        seller_liability_percent=draft.seller_liability_percent,
        terms=draft.terms,
        obligations=owed,
        freight_paid_by=draft.freight_paid_by,
        inspection_paid_by=draft.inspection_paid_by,
        released_to=draft.released_to,
        explanation=draft.explanation,
        adjudicators=state.handled_by,
        parties=file.parties,
        price_paid=file.price_paid,
        manifest_digest=state.sealed.digest,
        appeal_until=command.at + rules.windows.of("appeal"),
        policy_version=file.policy_version,
        remind_at=rules.remind_debtors(command.at, owed),
    )
    facts: list[MediationFact] = [ruling]
    if draft.violation and file.order_id and file.line_id:
        found = {"parties": file.parties, "order_id": file.order_id, "line_id": file.line_id}
        facts.append(ViolationFound.model_validate({**found, "violation": draft.violation}))
    return facts if owed else [*facts, ObligationsFulfilled(basis="ruling", obligations=())]


def _drafted(command: IssueRuling) -> Draft:
    nothing_granted = command.kind is not RulingKind.GRANT
    # Only a burden of the buyer can leave the evidence insufficient, so the money goes to the seller.
    default = Side.SELLER if nothing_granted else None
    said = {name: getattr(command, name) for name in Draft.model_fields}
    return Draft(**{**said, "released_to": command.released_to or default})
