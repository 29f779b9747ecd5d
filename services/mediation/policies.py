"""How mediation reacts to what intake, evidence and appeals tell."""

from collections.abc import Sequence

from services.mediation.domain.appeal import LiftStay, ReplaceObligations, StayObligations
from services.mediation.domain.opening import OpenFile, OpenMediation, StopMediation
from services.mediation.domain.suspending import ResumeCase, SuspendCase
from shared.contracts import appeals, evidence, intake, platform
from shared.eventing.messages import Command, Published
from shared.kernel.actors import SYSTEM
from shared.kernel.ids import derived_id
from shared.kernel.items import Round
from shared.kernel.policy import PolicyBook

HEARS: tuple[type[Published], ...] = (
    *(intake.ComplaintFiled, intake.ComplaintAccepted, intake.ComplaintRejected),
    *(intake.ComplaintWithdrawn, intake.ComplaintSuspended, intake.ComplaintResumed, intake.ComplaintClosed),
    *(evidence.EvidenceRequested, evidence.EvidenceSubmitted, evidence.EvidenceClosed),
    *(appeals.AppealOpened, appeals.AppealDismissed),
    *(appeals.AppealWithdrawn, appeals.AppealDecided),
    platform.NoticeDelivered,  # only shown: the contact log of the mediation file has it
)


def react(fact: Published, book: PolicyBook) -> Sequence[Command]:  # noqa: PLR0911 - one arm per fact that matters
    """The commands a heard fact leads to; most facts lead to none."""
    match fact:
        case intake.ComplaintAccepted():
            return [when_complaint_accepted_open_file(fact, book)]
        case intake.ComplaintWithdrawn() | intake.ComplaintClosed():
            return [when_case_ended_stop_mediation(fact)]
        case intake.ComplaintSuspended():
            return [when_complaint_suspended_suspend_case(fact)]
        case intake.ComplaintResumed():
            return [when_complaint_resumed_resume_case(fact)]
        case evidence.EvidenceClosed(round=Round.FIRST):
            return [when_evidence_closed_open_mediation(fact)]
        case appeals.AppealOpened():
            return [when_appeal_opened_stay_obligations(fact)]
        case appeals.AppealDismissed() | appeals.AppealWithdrawn():
            return [when_appeal_is_given_up_lift_stay(fact)]
        case appeals.AppealDecided():
            return [when_appeal_decided_replace_obligations(fact)]
        case _:
            return []


def when_complaint_accepted_open_file(fact: intake.ComplaintAccepted, book: PolicyBook) -> OpenFile:
    return OpenFile(
        id=derived_id(fact.case_id, "open_file"),
        case_id=fact.case_id,
        at=fact.at,
        by=SYSTEM,
        parties=fact.parties,
        tier=fact.tier,
        category=fact.category,
        demand=fact.demand,
        price_paid=fact.price_paid,
        order_id=fact.order_id,
        line_id=fact.line_id,
        policy=book.pinned(fact.policy_version),
    )


def when_case_ended_stop_mediation(fact: intake.ComplaintWithdrawn | intake.ComplaintClosed) -> StopMediation:
    return StopMediation(
        id=derived_id(fact.case_id, "stop_mediation", fact.TYPE),
        case_id=fact.case_id,
        at=fact.at,
        by=SYSTEM,
        reason="withdrawn" if isinstance(fact, intake.ComplaintWithdrawn) else "closed",
    )


def when_complaint_suspended_suspend_case(fact: intake.ComplaintSuspended) -> SuspendCase:
    return SuspendCase(
        id=derived_id(fact.case_id, "suspend_case", fact.at.isoformat()), case_id=fact.case_id, at=fact.at, by=SYSTEM
    )


def when_complaint_resumed_resume_case(fact: intake.ComplaintResumed) -> ResumeCase:
    return ResumeCase(
        id=derived_id(fact.case_id, "resume_case", fact.at.isoformat()), case_id=fact.case_id, at=fact.at, by=SYSTEM
    )


def when_evidence_closed_open_mediation(fact: evidence.EvidenceClosed) -> OpenMediation:
    return OpenMediation(
        id=derived_id(fact.case_id, "open_mediation"),
        case_id=fact.case_id,
        at=fact.at,
        by=SYSTEM,
        manifest=fact.manifest,
        manifest_digest=fact.manifest_digest,
    )


def when_appeal_opened_stay_obligations(fact: appeals.AppealOpened) -> StayObligations:
    return StayObligations(
        id=derived_id(fact.case_id, "stay_obligations", fact.appeal_id),
        case_id=fact.case_id,
        at=fact.at,
        by=SYSTEM,
        appeal_id=fact.appeal_id,
    )


def when_appeal_is_given_up_lift_stay(fact: appeals.AppealDismissed | appeals.AppealWithdrawn) -> LiftStay:
    """A stay that another appeal needs as well stays."""
    return LiftStay(
        id=derived_id(fact.case_id, "lift_stay", fact.appeal_id),
        case_id=fact.case_id,
        at=fact.at,
        by=SYSTEM,
        appeal_id=fact.appeal_id,
    )


def when_appeal_decided_replace_obligations(fact: appeals.AppealDecided) -> ReplaceObligations:
    return ReplaceObligations(
        id=derived_id(fact.case_id, "replace_obligations"),
        case_id=fact.case_id,
        at=fact.at,
        by=SYSTEM,
        obligations=fact.obligations,
    )
