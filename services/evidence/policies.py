"""What evidence does about what intake and appeals tell: it opens rounds, and stops for a withdrawn complaint."""

from collections.abc import Sequence
from datetime import timedelta

from services.evidence.domain.events import RoundRules
from services.evidence.domain.opening import OpenRound
from services.evidence.domain.stopping import StopCollection
from shared.contracts.appeals import AppealDecided, AppealDismissed, AppealOpened
from shared.contracts.intake import (
    ComplaintAccepted,
    ComplaintClosed,
    ComplaintFiled,
    ComplaintRejected,
    ComplaintWithdrawn,
)
from shared.eventing.messages import Command, Published
from shared.kernel.actors import SYSTEM
from shared.kernel.ids import derived_id
from shared.kernel.items import Round
from shared.kernel.policy import Burden, Policy, PolicyBook

# Sequences are dense per source, so every fact of a source is heard, also those nothing follows from.
HEARS: tuple[type[Published], ...] = (
    ComplaintFiled,
    ComplaintAccepted,
    ComplaintRejected,
    ComplaintWithdrawn,
    ComplaintClosed,
    AppealOpened,
    AppealDismissed,
    AppealDecided,
)


def react(fact: Published, book: PolicyBook) -> Sequence[Command]:
    match fact:
        case ComplaintAccepted():
            return when_complaint_accepted_open_first_round(fact, book)
        case ComplaintWithdrawn():
            return when_complaint_withdrawn_stop_collection(fact)
        case AppealOpened():
            return when_appeal_opened_open_appeal_round(fact, book)
        case _:
            return []


def when_complaint_accepted_open_first_round(fact: ComplaintAccepted, book: PolicyBook) -> Sequence[Command]:
    policy = book.pinned(fact.policy_version)
    rules = _rules(policy, policy.categories[fact.category].burden, policy.windows.evidence)
    return [
        OpenRound(
            id=derived_id(fact.case_id, "open first round"),
            case_id=fact.case_id,
            at=fact.at,
            by=SYSTEM,
            round=Round.FIRST,
            parties=fact.parties,
            rules=rules,
            due_at=fact.at + timedelta(hours=rules.evidence_hours),
        )
    ]


def when_appeal_opened_open_appeal_round(fact: AppealOpened, book: PolicyBook) -> Sequence[Command]:
    policy = book.pinned(fact.policy_version)
    return [
        OpenRound(
            id=derived_id(fact.case_id, "open appeal round", fact.appeal_id),
            case_id=fact.case_id,
            at=fact.at,
            by=SYSTEM,
            round=Round.APPEAL,
            parties=fact.parties,
            rules=_rules(policy, (), policy.windows.appeal_evidence),
            due_at=fact.evidence_due_at,
        )
    ]


def when_complaint_withdrawn_stop_collection(fact: ComplaintWithdrawn) -> Sequence[Command]:
    return [
        StopCollection(
            id=derived_id(fact.case_id, "stop collection"),
            case_id=fact.case_id,
            at=fact.at,
            by=SYSTEM,
            reason=fact.reason,
        )
    ]


def _rules(policy: Policy, burdens: tuple[Burden, ...], evidence_hours: float) -> RoundRules:
    return RoundRules(
        policy_version=policy.version,
        burdens=burdens,
        evidence_hours=evidence_hours,
        rebuttal_hours=policy.windows.rebuttal,
        files_per_item=policy.limits.files_per_item,
        file_bytes=policy.limits.file_bytes,
        side_bytes=policy.limits.side_bytes,
    )
