"""What evidence does about what the others tell: rounds open, clocks rest and run again, the file is shut."""

from collections.abc import Sequence
from datetime import timedelta

from services.evidence.domain.closing import CloseOnWithdrawal
from services.evidence.domain.events import RoundRules
from services.evidence.domain.opening import OpenRound
from services.evidence.domain.stopping import EndCase, StopCollection
from services.evidence.domain.suspending import ResumeCase, SuspendCase
from shared.contracts.appeals import AppealDecided, AppealDismissed, AppealOpened, AppealWithdrawn
from shared.contracts.intake import (
    ComplaintAccepted,
    ComplaintClosed,
    ComplaintFiled,
    ComplaintRejected,
    ComplaintResumed,
    ComplaintSuspended,
    ComplaintWithdrawn,
    Outcome,
)
from shared.contracts.mediation import (
    EnforcementOrdered,
    MediationOpened,
    OfferMade,
    RulingFulfilled,
    RulingIssued,
    SettlementReached,
)
from shared.eventing.messages import Command, Published
from shared.kernel.actors import SYSTEM
from shared.kernel.ids import derived_id
from shared.kernel.items import Round
from shared.kernel.policy import Burden, Policy, PolicyBook

# Sequences are dense per source, so every fact of a source is heard, also those nothing follows from. Mediation's are
# heard for the case bundle: with them this service's own chain holds everything public of a case (ADR 0020).
HEARS: tuple[type[Published], ...] = (
    ComplaintFiled,
    ComplaintAccepted,
    ComplaintRejected,
    ComplaintWithdrawn,
    ComplaintSuspended,
    ComplaintResumed,
    ComplaintClosed,
    AppealOpened,
    AppealDismissed,
    AppealWithdrawn,
    AppealDecided,
    MediationOpened,
    OfferMade,
    SettlementReached,
    RulingIssued,
    RulingFulfilled,
    EnforcementOrdered,
)


def react(fact: Published, book: PolicyBook) -> Sequence[Command]:  # noqa: PLR0911
    match fact:
        case ComplaintAccepted():
            return when_complaint_accepted_open_first_round(fact, book)
        case ComplaintWithdrawn():
            return when_complaint_withdrawn_stop_collection(fact)
        case AppealOpened():
            return when_appeal_opened_open_appeal_round(fact, book)
        case ComplaintSuspended():
            return when_complaint_suspended_let_the_clocks_rest(fact)
        case ComplaintResumed():
            return when_complaint_resumed_let_the_clocks_run(fact)
        case ComplaintClosed(outcome=outcome):
            return when_case_is_over_take_no_more_requests(fact, outcome)
        case AppealWithdrawn(ruling_stands=True):
            return when_the_last_appeal_was_withdrawn_close_its_round(fact)
        case AppealDecided():
            return when_case_is_over_take_no_more_requests(fact, "appeal_decided")
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
            listing=fact.listing,
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
            appeal_id=fact.appeal_id,
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


def when_the_last_appeal_was_withdrawn_close_its_round(fact: AppealWithdrawn) -> Sequence[Command]:
    request_id = derived_id(fact.case_id, "close appeal round", fact.appeal_id)
    return [CloseOnWithdrawal(id=request_id, case_id=fact.case_id, at=fact.at, by=SYSTEM)]


def when_complaint_suspended_let_the_clocks_rest(fact: ComplaintSuspended) -> Sequence[Command]:
    request_id = derived_id(fact.case_id, "suspend", fact.at.isoformat())
    return [SuspendCase(id=request_id, case_id=fact.case_id, at=fact.at, by=SYSTEM)]


def when_complaint_resumed_let_the_clocks_run(fact: ComplaintResumed) -> Sequence[Command]:
    request_id = derived_id(fact.case_id, "resume", fact.at.isoformat())
    return [ResumeCase(id=request_id, case_id=fact.case_id, at=fact.at, by=SYSTEM)]


def when_case_is_over_take_no_more_requests(
    fact: ComplaintClosed | AppealDecided, outcome: Outcome
) -> Sequence[Command]:
    request_id = derived_id(fact.case_id, "end case", outcome)
    return [EndCase(id=request_id, case_id=fact.case_id, at=fact.at, by=SYSTEM, outcome=outcome)]


def _rules(policy: Policy, burdens: tuple[Burden, ...], evidence_hours: float) -> RoundRules:
    return RoundRules(
        policy_version=policy.version,
        burdens=burdens,
        evidence_hours=evidence_hours,
        rebuttal_hours=policy.windows.rebuttal,
        files_per_item=policy.limits.files_per_item,
        file_bytes=policy.limits.file_bytes,
        side_bytes=policy.limits.side_bytes,
        reminder_percents=policy.reminders.percents,
    )
