"""How a mediation stands: who mediates, what was said and offered, what was ruled, and who owes what by when."""

from typing import Literal, assert_never

from services.mediation.domain import events as e
from services.mediation.domain.casefile import Unshown
from services.mediation.domain.obligations import Debt, DebtStatus, debt_of, owed, with_debt
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Actor, Parties, Role, Side
from shared.kernel.items import FileRef
from shared.kernel.money import Money
from shared.kernel.reasons import RulingKind
from shared.kernel.remedies import Demand, Terms
from shared.kernel.values import Moment, Value


class Offer(Value):
    """An offer and what became of it; `ended` means the mediation was over first."""

    offer_id: str
    made_by: Actor
    made_at: Moment
    terms: Terms
    valid_until: Moment
    accepted_by: tuple[Side, ...] = ()
    outcome: Literal["open", "accepted", "declined", "lapsed", "ended"] = "open"
    reason: str | None = None


class Contact(Value):
    channel: e.Channel
    with_side: Side
    note: str
    outcome: str
    at: Moment
    by: Actor


class Ruling(Value):
    ruling_id: str
    kind: RulingKind
    terms: Terms | None
    unshown: tuple[Unshown, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: int
    freight_paid_by: Side
    explanation: str
    adjudicators: tuple[Actor, ...]
    issued_at: Moment
    appeal_until: Moment


class Statement(Value):
    """What a side said about an obligation: performed, with proof, or not, with a reason."""

    obligation_id: str
    performed: bool
    words: str
    files: tuple[FileRef, ...]
    at: Moment
    by: Actor


class MediationFile(Value):
    """`due_at` is when the mediation or the ruling is due; each debt carries its own instants."""

    case_id: str
    status: Literal[
        "file_open", "queued", "mediating", "awaiting_ruling", "complying", "stayed", "fulfilled", "stopped"
    ]
    parties: Parties
    tier: Role
    category: str
    demand: Demand
    price_paid: Money
    policy_version: str
    adjudicator: Actor | None = None
    due_at: Moment | None = None
    failed_because: str | None = None
    ruling_is_overdue: bool = False
    offers: tuple[Offer, ...] = ()
    contacts: tuple[Contact, ...] = ()
    settlement: Terms | None = None
    ruling: Ruling | None = None
    debts: tuple[Debt, ...] = ()
    statements: tuple[Statement, ...] = ()


def evolve(document: MediationFile | None, entry: Entry) -> MediationFile | None:
    match entry.message:
        case e.FileOpened() as opened:
            return _of(opened, entry)
        case e.ObligationsFulfilled():
            return document and document.model_copy(update={"status": "fulfilled", "due_at": None})
        case _ if document:
            changes = {**_mediated(document, entry), **_ruled(entry), **_complied(document, entry)}
            return document.model_copy(update=changes)
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


def _mediated(document: MediationFile, entry: Entry) -> dict[str, object]:  # noqa: C901, PLR0911 - one arm per fact
    offers = document.offers
    match entry.message:
        case e.MediationQueued():
            return {"status": "queued"}
        case e.MediationAssigned() as fact:
            return {"status": "mediating", "adjudicator": fact.adjudicator, "due_at": fact.due_at}
        case e.MediationStopped():
            return {"status": "stopped", "due_at": None, "offers": _ended(offers)}
        case e.ContactLogged() as fact:
            return {"contacts": (*document.contacts, _contact(fact, entry))}
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
        case e.SettlementReached() as fact:
            accepted = _last(offers, outcome="accepted")
            settled = {"settlement": fact.terms, "debts": owed(fact.obligations), "offers": accepted}
            return {"status": "complying", "due_at": None, **settled}
        case e.MediationFailed() as fact:
            failed = {"failed_because": fact.reason, "due_at": fact.ruling_due_at}
            return {"status": "awaiting_ruling", "offers": _ended(offers), **failed}
        case _:
            return {}


def _ruled(entry: Entry) -> dict[str, object]:
    match entry.message:
        case e.RulingOverdueNoted():
            return {"ruling_is_overdue": True}
        case e.RulingIssued() as fact:
            shown = fact.model_dump(include=set(Ruling.model_fields))
            ruling = Ruling.model_validate({**shown, "issued_at": entry.at})
            return {"status": "complying", "due_at": None, "ruling": ruling, "debts": owed(fact.obligations)}
        case _:
            return {}


def _complied(document: MediationFile, entry: Entry) -> dict[str, object]:  # noqa: PLR0911 - one arm per fact
    debts = document.debts
    match entry.message:
        case e.PerformanceReported() as fact:
            reported = _debt(debts, fact.obligation_id, status=DebtStatus.REPORTED, confirm_by=fact.confirm_by)
            return {"debts": reported, "statements": (*document.statements, _statement(fact, entry))}
        case e.PerformanceConfirmed() as fact:
            return {"debts": _debt(debts, fact.obligation_id, status=DebtStatus.MET, confirm_by=None)}
        case e.PerformanceDisputed() as fact:
            disputed = _debt(debts, fact.obligation_id, status=DebtStatus.DISPUTED, confirm_by=None)
            return {"debts": disputed, "statements": (*document.statements, _statement(fact, entry))}
        case e.ObligationFellDue() as fact:
            return {"debts": _debt(debts, fact.obligation.id, obligation=fact.obligation)}
        case e.EnforcementOrdered() as fact:
            return {"debts": _debt(debts, fact.obligation.id, enforced=True)}
        case e.ObligationsStayed():
            return {"status": "stayed"}
        case e.ObligationsResumed(debts=standing) | e.ObligationsReplaced(debts=standing):
            return {"status": "complying", "debts": standing}
        case _:
            return {}


def _contact(fact: e.ContactLogged, entry: Entry) -> Contact:
    return Contact(
        channel=fact.channel,
        with_side=fact.with_side,
        note=fact.note,
        outcome=fact.outcome,
        at=entry.at,
        by=entry.by,
    )


def _statement(fact: e.PerformanceReported | e.PerformanceDisputed, entry: Entry) -> Statement:
    about = {"obligation_id": fact.obligation_id, "at": entry.at, "by": entry.by}
    match fact:
        case e.PerformanceReported(proof=words, files=files):
            return Statement.model_validate({**about, "performed": True, "words": words, "files": files})
        case e.PerformanceDisputed(reason=words):
            return Statement.model_validate({**about, "performed": False, "words": words, "files": ()})
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
    version=1,
    document=MediationFile,
    evolve=evolve,
    keys=lambda file: {"adjudicator_id": file.adjudicator.id if file.adjudicator else None, "status": file.status},
    indexed=("adjudicator_id", "status"),
)
