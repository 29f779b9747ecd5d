"""A ruling is issued when mediation has failed, by the assigned adjudicator, within the authority of the role."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from services.mediation.domain.access import unless_assigned
from services.mediation.domain.casefile import Unshown
from services.mediation.domain.events import MediationFact, ObligationsFulfilled, RulingIssued
from services.mediation.domain.mediation import AwaitingRuling, Mediating, Mediation
from services.mediation.domain.reasoning import ruling_reasoning_fault
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Role, Side
from shared.kernel.ids import derived_id
from shared.kernel.obligations import obligations_for
from shared.kernel.reasons import Finding, RulingKind
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Terms
from shared.kernel.terms import award_fault, parts


class IssueRuling(Command):
    NAME: ClassVar[str] = "issue_ruling"

    kind: RulingKind
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: Annotated[int, Field(ge=0, le=100)]
    terms: Terms | None = None
    freight_paid_by: Side
    explanation: Words


def issue_ruling(command: IssueRuling, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := unless_assigned(command, state):
        return refusal
    match state:
        case AwaitingRuling():
            fault = ruling_reasoning_fault(command.kind, command.findings, command.clauses, state)
            return fault or _grant_fault(command, state) or _issued(command, state)
        case Mediating():
            return Refused(
                "mediation_must_have_failed",
                "the case is still being mediated",
                cure="declare the mediation failed first",
            )
        case _:
            return Refused("ruling_must_be_due", "no ruling is due on this case")


def _grant_fault(command: IssueRuling, state: AwaitingRuling) -> Refused | None:
    terms = command.terms
    if command.kind is not RulingKind.GRANT:
        return (
            None if terms is None else Refused("only_a_grant_has_terms", f"{command.kind} gives nothing", field="terms")
        )
    if terms is None:
        return Refused("grant_must_have_terms", "what is granted is not said", field="terms", cure="state the remedy")
    return award_fault(terms, state.file.price_paid) or _authority_fault(terms, state)


def _authority_fault(terms: Terms, state: AwaitingRuling) -> Refused | None:
    role = state.adjudicator.role
    limit = state.file.rules.authority(role)
    awarded = parts(terms)
    # An amount in a currency the policy does not bound is outside everyone's authority.
    within = all(part.currency == limit.currency for part in awarded) and (
        sum(part.minor for part in awarded) <= limit.minor
    )
    if within:
        return None
    if role is Role.SPECIALIST:
        return Refused("two_specialists_must_agree", f"one specialist awards at most {limit}", field="terms")
    return Refused(
        "amount_exceeds_authority",
        f"{role} awards at most {limit}",
        field="terms",
        cure="hand the case to a specialist",
    )


def _issued(command: IssueRuling, state: AwaitingRuling) -> Sequence[MediationFact]:
    file = state.file
    ruling_id = derived_id(command.id, "ruling")
    owed = obligations_for(command.terms, ruling_id, command.at, file.rules.windows)
    missing = [finding.element for finding in command.findings if not finding.shown]
    issued = RulingIssued(
        ruling_id=ruling_id,
        kind=command.kind,
        findings=command.findings,
        unshown=tuple(Unshown(element=element, bearer=file.rules.bearer_of(element)) for element in missing),
        clauses=command.clauses,
        seller_liability_percent=command.seller_liability_percent,
        terms=command.terms,
        obligations=owed,
        freight_paid_by=command.freight_paid_by,
        explanation=command.explanation,
        adjudicators=(state.adjudicator,),
        parties=file.parties,
        price_paid=file.price_paid,
        manifest_digest=state.sealed.digest,
        appeal_until=command.at + file.rules.windows.of("appeal"),
        policy_version=file.policy_version,
    )
    return [issued] if owed else [issued, ObligationsFulfilled(basis="ruling", obligations=())]
