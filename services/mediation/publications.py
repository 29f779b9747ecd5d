"""What mediation tells the world, fact by fact; the rest stays its own business."""

from typing import assert_never

from services.mediation.domain import events as e
from shared.contracts import mediation as told
from shared.eventing.messages import Published
from shared.eventing.model import About

TELLS: tuple[type[Published], ...] = (
    told.MediationOpened,
    told.OfferMade,
    told.SettlementReached,
    told.RulingIssued,
    told.RulingFulfilled,
    told.EnforcementOrdered,
)


def publish(fact: e.MediationFact, about: About) -> Published | None:  # noqa: PLR0911 - one arm per published fact
    """The public form of a fact, or None."""
    case_id, at = about.stream, about.at
    match fact:
        case e.MediationAssigned():
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
        case (
            e.FileOpened()
            | e.ManifestKept()
            | e.MediationQueued()
            | e.MediationStopped()
            | e.ContactLogged()
            | e.OfferAccepted()
            | e.OfferDeclined()
            | e.OfferLapsed()
            | e.MediationFailed()
            | e.RulingOverdueNoted()
            | e.PerformanceReported()
            | e.PerformanceConfirmed()
            | e.PerformanceDisputed()
            | e.ObligationFellDue()
            | e.ObligationsStayed()
            | e.AppealDropped()
            | e.ObligationsResumed()
            | e.ObligationsReplaced()
        ):
            return None
        case _:
            assert_never(fact)


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
        explanation=fact.explanation,
        adjudicators=fact.adjudicators,
        parties=fact.parties,
        price_paid=fact.price_paid,
        manifest_digest=fact.manifest_digest,
        appeal_until=fact.appeal_until,
        policy_version=fact.policy_version,
    )
