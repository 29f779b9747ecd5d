"""What mediation tells the world, fact by fact; the rest stays its own business."""

from typing import Final, assert_never

from services.mediation.domain import events as e
from shared.contracts import mediation as told
from shared.contracts import notices
from shared.eventing.messages import Published
from shared.eventing.model import About

TELLS: tuple[type[Published], ...] = (
    told.MediationOpened,
    told.OfferMade,
    told.SettlementReached,
    told.RulingIssued,
    told.RulingFulfilled,
    told.EnforcementOrdered,
    notices.NoticeRequested,
    notices.DutyOverdue,
    notices.ViolationReported,
)


_REMINDERS: Final = {
    "mediation_due": "Bring the sides to an agreement",
    "ruling_due": "Rule on the case",
    "offer_lapse": "Answer the offer",
    "comply_by": "Settle what is owed or disputed",
    "confirmation": "Confirm or dispute that it was performed",
}


def publish(fact: e.MediationFact, about: About) -> Published | None:  # noqa: C901, PLR0911 - one arm per published fact
    """The public form of a fact, or None."""
    case_id, at = about.stream, about.at
    match fact:
        case e.MediationAssigned() | e.CaseReassigned():
            return told.MediationOpened(case_id=case_id, at=at, adjudicator=fact.adjudicator, due_at=fact.due_at)
        case e.OfferMade():
            return told.OfferMade(
                case_id=case_id,
                at=at,
                offer_id=fact.offer_id,
                made_by=fact.made_by,
                terms=fact.terms,
                valid_until=fact.valid_until,
            )
        case e.SettlementReached():
            return told.SettlementReached(
                case_id=case_id, at=at, offer_id=fact.offer_id, terms=fact.terms, obligations=fact.obligations
            )
        case e.RulingIssued():
            return _ruling(fact, about)
        case e.ObligationsFulfilled():
            return told.RulingFulfilled(case_id=case_id, at=at, basis=fact.basis, obligations=fact.obligations)
        case e.EnforcementOrdered():
            return told.EnforcementOrdered(
                case_id=case_id,
                at=at,
                obligation=fact.obligation,
                debtor_id=fact.debtor_id,
                creditor_id=fact.creditor_id,
            )
        case e.NoticeSent() | e.ReminderSent():
            return _notice(fact, about)
        case e.MediationOverdueNoted() | e.RulingOverdueNoted():
            return notices.DutyOverdue(
                case_id=case_id,
                at=at,
                duty="mediation" if isinstance(fact, e.MediationOverdueNoted) else "ruling",
                owner=fact.adjudicator,
                due_at=fact.due_at,
                consequence=fact.consequence,
            )
        case e.ViolationFound():
            return notices.ViolationReported(
                case_id=case_id,
                at=at,
                parties=fact.parties,
                order_id=fact.order_id,
                line_id=fact.line_id,
                violation=fact.violation,
                basis="ruling",
            )
        case (
            e.FileOpened()
            | e.ManifestKept()
            | e.ManifestRenewed()
            | e.MediationQueued()
            | e.MediationStopped()
            | e.SuccessorSought()
            | e.CaseSuspended()
            | e.CaseResumed()
            | e.ContactLogged()
            | e.OfferAccepted()
            | e.OfferDeclined()
            | e.OfferLapsed()
            | e.OfferWithdrawn()
            | e.MediationFailed()
            | e.RulingDrafted()
            | e.RulingDisagreed()
            | e.PerformanceReported()
            | e.PerformanceConfirmed()
            | e.PerformanceDisputed()
            | e.DisputeDecided()
            | e.ObligationFellDue()
            | e.ObligationsStayed()
            | e.AppealDropped()
            | e.ObligationsResumed()
            | e.ObligationsReplaced()
        ):
            return None
        case _:
            assert_never(fact)


def _notice(fact: e.NoticeSent | e.ReminderSent, about: About) -> notices.NoticeRequested:
    asked = {"case_id": about.stream, "at": about.at, "notice_id": fact.notice_id, "recipient": fact.recipient}
    match fact:
        case e.NoticeSent():
            sent: dict[str, object] = {"channel": fact.channel, "purpose": "told", "text": fact.text}
        case e.ReminderSent():
            text = f"{_REMINDERS[fact.clock]} by {fact.due_at:%Y-%m-%d %H:%M} UTC. If not: {fact.consequence}"
            sent = {"channel": "sms", "purpose": "reminder", "text": text, "due_at": fact.due_at}
        case _:
            assert_never(fact)
    return notices.NoticeRequested.model_validate({**asked, **sent})


def _ruling(fact: e.RulingIssued, about: About) -> told.RulingIssued:
    return told.RulingIssued(
        case_id=about.stream,
        at=about.at,
        ruling_id=fact.ruling_id,
        kind=fact.kind,
        findings=fact.findings,
        clauses=fact.clauses,
        seller_liability_percent=fact.seller_liability_percent,
        terms=fact.terms,
        obligations=fact.obligations,
        freight_paid_by=fact.freight_paid_by,
        inspection_paid_by=fact.inspection_paid_by,
        released_to=fact.released_to,
        explanation=fact.explanation,
        adjudicators=fact.adjudicators,
        parties=fact.parties,
        price_paid=fact.price_paid,
        manifest_digest=fact.manifest_digest,
        appeal_until=fact.appeal_until,
        policy_version=fact.policy_version,
    )
