"""A review rests on clauses of the pinned policy and on evidence that is sealed and that both sides could see."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.appeals.domain.appeal import UnderReview
from shared.eventing.decider import Refused
from shared.kernel.reasons import Finding


def reasoning_failing(
    findings: Sequence[Finding], clauses: Sequence[str], at: datetime, state: UnderReview
) -> Refused | None:
    """The first reasoning duty that is not met, or None."""
    return next(_failing(findings, clauses, at, state), None)


def _failing(
    findings: Sequence[Finding], clauses: Sequence[str], at: datetime, state: UnderReview
) -> Iterator[Refused]:
    yield from _each_element_is_found_once(findings)
    yield from _clauses_are_pinned(clauses, state)
    yield from _citations_are_sealed_and_disclosed(findings, at, state)


def _each_element_is_found_once(findings: Sequence[Finding]) -> Iterator[Refused]:
    elements = [finding.element for finding in findings]
    if len(set(elements)) < len(elements):
        yield Refused(
            "each_element_is_found_once", detail="one element of the claim has more than one finding", field="findings"
        )


def _clauses_are_pinned(clauses: Sequence[str], state: UnderReview) -> Iterator[Refused]:
    unknown = [clause for clause in clauses if clause not in state.file.rules.clauses]
    if unknown:
        yield Refused(
            "clause_must_be_in_the_pinned_policy",
            detail=f"policy {state.policy_version} has no clause {', '.join(unknown)}",
            field="clauses",
            cure="cite clauses of the policy version the case was filed under",
        )


def _citations_are_sealed_and_disclosed(
    findings: Sequence[Finding], at: datetime, state: UnderReview
) -> Iterator[Refused]:
    seen = {item.item_id: item.disclosed_at for item in state.heard.items}
    cited = [item_id for finding in findings for item_id in finding.cites]
    if unsealed := [item_id for item_id in cited if item_id not in seen]:
        yield Refused(
            "cited_item_must_be_in_the_sealed_manifest",
            detail=f"not in the sealed evidence of either round: {', '.join(unsealed)}",
            clause="evidence.disclosure",
            field="findings",
        )
    if unseen := [item_id for item_id in cited if item_id in seen and seen[item_id] > at]:
        yield Refused(
            "cited_item_must_have_been_disclosed",
            detail=f"one side never had the chance to see: {', '.join(unseen)}",
            clause="evidence.disclosure",
            field="findings",
        )
