"""How a mediation stands: who mediates, what was said and offered, what was ruled, and who owes what by when."""

from collections.abc import Mapping
from datetime import timedelta
from typing import assert_never

from services.mediation.domain import events as e
from services.mediation.domain.obligations import Debt, DebtStatus, debt_of, moved, owed, with_debt
from services.mediation.views.parts import Contact, Drafted, Handing, MediationFile, Offer, Ruling, Statement, Successor
from services.mediation.views.waiting import waiting_on
from shared.contracts.platform import NoticeDelivered
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Side

_OVER: Mapping[str, object] = {"due_at": None, "successor": None, "suspended_since": None}


def evolve(document: MediationFile | None, entry: Entry) -> MediationFile | None:
    match entry.message:
        case e.FileOpened() as opened:
            return _of(opened, entry)
        case _ if document:
            changes = {
                **_handled(document, entry),
                **_contacted(document, entry),
                **_mediated(document, entry),
                **_ruled(document, entry),
                **_complied(document, entry),
            }
            if not changes:
                return document
            changed = document.model_copy(update=changes)
            return changed.model_copy(update={"waiting_on": waiting_on(changed)})
        case _:
            return None


def _of(opened: e.FileOpened, entry: Entry) -> MediationFile:
    return MediationFile(
        case_id=entry.stream,
        status="file_open",
        parties=opened.file.parties,
        tier=opened.file.tier,
        category=opened.category,
        demand=opened.demand,
        price_paid=opened.file.price_paid,
        policy_version=opened.file.policy_version,
    )


def _handled(document: MediationFile, entry: Entry) -> dict[str, object]:  # noqa: PLR0911 - one arm per fact
    match entry.message:
        case e.MediationQueued():
            return {"status": "queued"}
        case e.MediationAssigned() as fact:
            return {
                "status": "mediating",
                **_taken(document, entry, Handing(adjudicator=fact.adjudicator, at=entry.at), fact),
            }
        case e.SuccessorSought() as fact:
            return {"successor": Successor.model_validate(fact.model_dump())}
        case e.CaseReassigned() as fact:
            handing = Handing(adjudicator=fact.adjudicator, at=entry.at, previous=fact.previous, cause=fact.cause)
            return _taken(document, entry, handing, fact)
        case e.MediationStopped():
            return {"status": "stopped", "due_at": None, "offers": _ended(document.offers), **_OVER}
        case e.CaseSuspended() as fact:
            return {"suspended_since": fact.suspended_at}
        case e.CaseResumed() as fact:
            return {"suspended_since": None, **_moved(document, fact.resumed_at - fact.suspended_at)}
        case _:
            return {}


def _taken(
    document: MediationFile, entry: Entry, handing: Handing, fact: e.MediationAssigned | e.CaseReassigned
) -> dict[str, object]:
    return {
        "adjudicator": fact.adjudicator,
        "tier": fact.adjudicator.role,
        "due_at": fact.due_at,
        "handings": (*document.handings, handing),
        "handled_at": entry.at,
        "successor": None,
    }


def _moved(document: MediationFile, by: timedelta) -> dict[str, object]:
    offers = document.offers
    if offers and offers[-1].outcome == "open":
        offers = _last(offers, valid_until=offers[-1].valid_until + by)
    debts = tuple(moved(debt, by) for debt in document.debts)
    return {"due_at": document.due_at and document.due_at + by, "offers": offers, "debts": debts}


def _contacted(document: MediationFile, entry: Entry) -> dict[str, object]:
    match entry.message:
        case e.ContactLogged() | e.NoticeSent() | e.ReminderSent() as fact:
            return {"contacts": (*document.contacts, _contact(fact, entry))}
        case NoticeDelivered() as fact:
            return {"contacts": tuple(_delivered(contact, fact) for contact in document.contacts)}
        case _:
            return {}


def _delivered(contact: Contact, fact: NoticeDelivered) -> Contact:
    if contact.notice_id != fact.notice_id:
        return contact
    outcome = f"{fact.result}: {fact.detail}" if fact.detail else fact.result
    return contact.model_copy(update={"outcome": outcome})


def _mediated(document: MediationFile, entry: Entry) -> dict[str, object]:  # noqa: PLR0911 - one arm per fact
    offers = document.offers
    match entry.message:
        case e.OfferMade() as fact:
            made = Offer(
                offer_id=fact.offer_id,
                made_by=fact.made_by,
                made_at=entry.at,
                terms=fact.terms,
                valid_until=fact.valid_until,
            )
            return {"offers": (*offers, made)}
        case e.OfferAccepted() as fact:
            return {"offers": _last(offers, accepted_by=(*offers[-1].accepted_by, fact.side))}
        case e.OfferDeclined() as fact:
            return {"offers": _last(offers, outcome="declined", reason=fact.reason)}
        case e.OfferLapsed():
            return {"offers": _last(offers, outcome="lapsed")}
        case e.OfferWithdrawn():
            return {"offers": _last(offers, outcome="withdrawn")}
        case e.SettlementReached() as fact:
            accepted = _last(offers, outcome="accepted")
            settled = {"settlement": fact.terms, "debts": owed(fact.obligations), "offers": accepted}
            return {"status": "complying", "handled_at": entry.at, **settled, **_OVER}
        case e.MediationFailed() as fact:
            failed = {"failed_because": fact.reason, "due_at": fact.ruling_due_at}
            return {"status": "awaiting_ruling", "offers": _ended(offers), **failed}
        case _:
            return {}


def _ruled(document: MediationFile, entry: Entry) -> dict[str, object]:
    match entry.message:
        case e.RulingOverdueNoted() as fact:
            return {"ruling_is_overdue": True, "due_at": fact.next_due_at}
        case e.RulingDrafted() as fact:
            drafted = Drafted(draft=fact.draft, drafted_by=fact.drafted_by, drafted_at=entry.at)
            return {"drafts": (*document.drafts, drafted)}
        case e.RulingDisagreed() as fact:
            disagreed = document.drafts[-1].model_copy(update={"disagreed_by": fact.adjudicator, "reason": fact.reason})
            return {"drafts": (*document.drafts[:-1], disagreed), "due_at": fact.due_at}
        case e.ViolationFound() as fact:
            return {"violation": fact.violation}
        case e.RulingIssued() as fact:
            shown = fact.model_dump(include=set(Ruling.model_fields))
            ruling = Ruling.model_validate({**shown, "issued_at": entry.at})
            issued = {"ruling": ruling, "debts": owed(fact.obligations), "handled_at": entry.at}
            return {"status": "complying", **issued, **_OVER}
        case _:
            return {}


def _complied(document: MediationFile, entry: Entry) -> dict[str, object]:  # noqa: PLR0911 - one arm per fact
    debts = document.debts
    match entry.message:
        case e.PerformanceReported() as fact:
            reported = _debt(debts, fact.obligation_id, status=DebtStatus.REPORTED, confirm_by=fact.confirm_by)
            return {"debts": reported, "statements": (*document.statements, _statement(fact, entry))}
        case e.PerformanceConfirmed() as fact:
            return {"debts": _debt(debts, fact.obligation_id, status=DebtStatus.MET, confirm_by=None, decide_by=None)}
        case e.PerformanceDisputed() as fact:
            changes = {"status": DebtStatus.DISPUTED, "confirm_by": None, "decide_by": fact.decide_by}
            disputed = _debt(debts, fact.obligation_id, **changes)
            return {"debts": disputed, "statements": (*document.statements, _statement(fact, entry))}
        case e.DisputeDecided() as fact:
            decided = _debt(debts, fact.obligation_id, status=DebtStatus.OWED, decide_by=None)
            return {"debts": decided, "statements": (*document.statements, _statement(fact, entry))}
        case e.ObligationFellDue() as fact:
            return {"debts": _debt(debts, fact.obligation.id, obligation=fact.obligation)}
        case e.EnforcementOrdered() as fact:
            return {"debts": _debt(debts, fact.obligation.id, enforced=True)}
        case e.ObligationsStayed():
            return {"status": "stayed"}
        case e.ObligationsFulfilled():
            return {"status": "fulfilled", "due_at": None, "suspended_since": None}
        case e.ObligationsResumed(debts=standing) | e.ObligationsReplaced(debts=standing):
            return {"status": "complying", "debts": standing}
        case _:
            return {}


def _contact(fact: e.ContactLogged | e.NoticeSent | e.ReminderSent, entry: Entry) -> Contact:
    about = {"at": entry.at, "by": entry.by}
    match fact:
        case e.ContactLogged():
            said = fact.model_dump()
        case e.NoticeSent():
            said = {"channel": fact.channel, "with_side": fact.with_side, "note": fact.text}
            said |= {"outcome": "requested", "notice_id": fact.notice_id}
        case e.ReminderSent():
            side = fact.owner if isinstance(fact.owner, Side) else None
            note = f"{fact.clock} is due {fact.due_at.isoformat()}. {fact.consequence}"
            said = {"channel": "sms", "with_side": side, "note": note, "outcome": "requested"}
            said |= {"notice_id": fact.notice_id, "purpose": "reminder"}
        case _:
            assert_never(fact)
    return Contact.model_validate({**about, **said})


def _statement(fact: e.PerformanceReported | e.PerformanceDisputed | e.DisputeDecided, entry: Entry) -> Statement:
    about = {"obligation_id": fact.obligation_id, "at": entry.at, "by": entry.by}
    match fact:
        case e.PerformanceReported(proof=words, files=files):
            return Statement.model_validate({**about, "performed": True, "words": words, "files": files})
        case e.PerformanceDisputed(reason=words):
            return Statement.model_validate({**about, "performed": False, "words": words, "files": ()})
        case e.DisputeDecided(performed=performed, reason=words):
            return Statement.model_validate({**about, "performed": performed, "words": words, "files": ()})
        case _:
            assert_never(fact)


def _debt(debts: tuple[Debt, ...], obligation_id: str, **changes: object) -> tuple[Debt, ...]:
    debt = debt_of(debts, obligation_id)
    return with_debt(debts, debt.model_copy(update=changes)) if debt else debts


def _last(offers: tuple[Offer, ...], **changes: object) -> tuple[Offer, ...]:
    return (*offers[:-1], offers[-1].model_copy(update=changes))


def _ended(offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    return _last(offers, outcome="ended") if offers and offers[-1].outcome == "open" else offers


VIEW: View[MediationFile] = View(
    name="mediation_file",
    version=2,
    document=MediationFile,
    evolve=evolve,
    keys=lambda file: {"adjudicator_id": file.adjudicator.id if file.adjudicator else None, "status": file.status},
    indexed=("adjudicator_id", "status"),
)
