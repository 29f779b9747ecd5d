"""A ruling gives its reasons: as every decision does, and by the burden table where the evidence was not enough."""

from collections.abc import Sequence

from services.mediation.domain.drafts import Draft
from services.mediation.domain.standing import AwaitingRuling
from shared.kernel.actors import Side
from shared.kernel.reasoning import Grounds, reasoning_fault
from shared.kernel.reasons import Finding, RulingKind
from shared.kernel.refusals import Refused


def ruling_reasoning_fault(draft: Draft, state: AwaitingRuling) -> Refused | None:
    """The first reasoning duty that is not met."""
    grounds = Grounds(
        state.file.policy_version,
        state.file.rules.clauses,
        {item.item_id: item.disclosed_at for item in state.sealed.manifest},
        seen_by=state.sealed.sealed_at,
    )
    fault = reasoning_fault(draft.findings, draft.clauses, grounds)
    return fault or _burden_fault(draft.kind, draft.findings, state)


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
