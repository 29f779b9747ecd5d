"""What every decision on a case owes its parties: a finding per element, clauses in force, evidence both could see."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.kernel.reasons import Finding
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a decision may rest on.

    `clauses` are those of policy `policy_version`, which the case is pinned to. `disclosed` tells of each sealed
    item when the other side could first see it, which must not be after `seen_by`.
    """

    policy_version: str
    clauses: Sequence[str]
    disclosed: Mapping[str, datetime]
    seen_by: datetime


def reasoning_fault(findings: Sequence[Finding], clauses: Sequence[str], grounds: Grounds) -> Refused | None:
    """The first reasoning duty that is not met (product.md sections 5.2 and 6.4)."""
    return next(_faults(findings, clauses, grounds), None)


def _faults(findings: Sequence[Finding], clauses: Sequence[str], grounds: Grounds) -> Iterator[Refused]:
    yield from _clauses_must_be_pinned(clauses, grounds)
    yield from _each_element_must_have_one_finding(findings)
    yield from _citations_must_be_sealed_and_disclosed(findings, grounds)


def _clauses_must_be_pinned(clauses: Sequence[str], grounds: Grounds) -> Iterator[Refused]:
    if not clauses:
        yield Refused(
            "decision_must_name_a_clause", detail="no clause is named", field="clauses", cure="name the clauses"
        )
    if unknown := sorted(set(clauses) - set(grounds.clauses)):
        yield Refused(
            "clause_must_be_in_the_pinned_policy",
            detail=f"policy {grounds.policy_version} has no clause {', '.join(unknown)}",
            field="clauses",
            cure="name clauses of the policy version the case was filed under",
        )


def _each_element_must_have_one_finding(findings: Sequence[Finding]) -> Iterator[Refused]:
    elements = [finding.element for finding in findings]
    if not elements or len(set(elements)) < len(elements):
        yield Refused(
            "each_element_must_have_one_finding",
            detail="an element of the claim has no finding or several",
            field="findings",
            cure="state one finding for each element that was examined",
        )


def _citations_must_be_sealed_and_disclosed(findings: Sequence[Finding], grounds: Grounds) -> Iterator[Refused]:
    cited = [item_id for finding in findings for item_id in finding.cites]
    if unsealed := [item_id for item_id in cited if item_id not in grounds.disclosed]:
        yield Refused(
            "cited_item_must_be_in_the_sealed_manifest",
            detail=f"not in the sealed evidence: {', '.join(unsealed)}",
            clause="evidence.disclosure",
            field="findings",
            cure="rest the finding on sealed items",
        )
    late = [i for i in cited if i in grounds.disclosed and grounds.disclosed[i] > grounds.seen_by]
    if late:
        yield Refused(
            "cited_item_must_have_been_disclosed",
            detail=f"one side never had the chance to see: {', '.join(late)}",
            clause="evidence.disclosure",
            field="findings",
            cure="rest the finding on items that both sides could see",
        )
