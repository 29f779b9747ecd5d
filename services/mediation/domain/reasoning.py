"""A ruling gives its reasons: a finding per element on evidence both sides saw, and clauses of the pinned policy."""

from collections.abc import Sequence

from services.mediation.domain.mediation import AwaitingRuling
from shared.eventing.decider import Refused
from shared.kernel.actors import Side
from shared.kernel.reasons import Finding, RulingKind


def reasoning_fault(
    kind: RulingKind, findings: Sequence[Finding], clauses: Sequence[str], state: AwaitingRuling
) -> Refused | None:
    """The first reasoning duty that is not met."""
    return (
        _clauses_fault(clauses, state)
        or _findings_fault(findings)
        or _citation_fault(findings, state)
        or _burden_fault(kind, findings, state)
    )


def _clauses_fault(clauses: Sequence[str], state: AwaitingRuling) -> Refused | None:
    if not clauses:
        return Refused("ruling_must_name_a_clause", "no clause is named", field="clauses", cure="name the clauses")
    unknown = sorted(set(clauses) - set(state.file.rules.clauses))
    if not unknown:
        return None
    return Refused(
        "clause_must_be_in_the_pinned_policy",
        f"policy {state.file.policy_version} has no {', '.join(unknown)}",
        field="clauses",
        cure="name clauses of the version this case was filed under",
    )


def _findings_fault(findings: Sequence[Finding]) -> Refused | None:
    elements = [finding.element for finding in findings]
    if elements and len(elements) == len(set(elements)):
        return None
    return Refused(
        "ruling_must_hold_one_finding_per_element",
        "an element has no finding or several",
        field="findings",
        cure="state one finding for each element that was examined",
    )


def _citation_fault(findings: Sequence[Finding], state: AwaitingRuling) -> Refused | None:
    for cited in (item for finding in findings for item in finding.cites):
        item = state.sealed.item(cited)
        if item is None:
            return Refused(
                "cited_item_must_be_in_the_sealed_manifest",
                f"{cited} is not in the sealed manifest",
                clause="evidence.disclosure",
                field="findings",
            )
        if item.disclosed_at > state.sealed.sealed_at:
            return Refused(
                "cited_item_must_have_been_disclosed",
                f"the other side could not see {cited} before the evidence was closed",
                clause="evidence.disclosure",
                field="findings",
            )
    return None


def _burden_fault(kind: RulingKind, findings: Sequence[Finding], state: AwaitingRuling) -> Refused | None:
    if kind is not RulingKind.INSUFFICIENT_EVIDENCE:
        return None
    missing = [finding.element for finding in findings if not finding.shown]
    if not missing:
        return Refused(
            "insufficient_evidence_must_name_an_element_not_shown",
            "every element named was shown",
            field="findings",
            cure="name the element that was not shown",
        )
    if all(state.file.rules.bearer_of(element) is Side.SELLER for element in missing):
        return Refused(
            "insufficient_evidence_must_be_the_buyers_burden",
            "only elements that the seller had to show are missing; the seller bears that consequence",
            clause="evidence.burden",
            field="findings",
            cure="grant what the missing element leaves undisputed",
        )
    return None
