"""Was each side told and asked the same in mediation? Counted off the mediation file, which lists every contact."""

from collections.abc import Mapping
from typing import Final

from services.mediation.views.parts import MediationFile, Offer
from shared.kernel.actors import Side
from shared.kernel.treatment import EqualTreatment, Wording, compared, report

WORDINGS: Final = (
    Wording(name="contacts", of="given", unit="times", said="was called or written to {}"),
    Wording(name="notices", of="given", unit="notices", said="was sent {}"),
    Wording(name="reminders", of="given", unit="times", said="was reminded {}"),
    Wording(name="delivered", of="given", unit="notices", said="was reached by {} and reminders"),
    Wording(name="failed", of="given", unit="notices", said="was not reached by {} or reminders"),
    Wording(name="shortest_answer_seconds", of="given", unit="seconds", said="had at least {} to answer an offer"),
    Wording(name="offers_to_answer", of="done", unit="offers", said="had {} to answer"),
    Wording(name="offers_made", of="done", unit="offers", said="made {}"),
)


def part_of(case_id: str, document: MediationFile) -> EqualTreatment:
    """Mediation's part of the report on a case."""
    chapter = compared("mediation and what followed", WORDINGS, {side: _amounts(document, side) for side in Side})
    return report(case_id, "mediation", (chapter,))


def _amounts(document: MediationFile, side: Side) -> Mapping[str, int | None]:
    contacts = [one for one in document.contacts if one.with_side is side]
    notices = [one for one in contacts if one.notice_id is not None]
    own = [one for one in document.offers if document.parties.side_of(one.made_by) is side]
    # A mediator's proposal is for both sides to answer.
    to_answer = [one for one in document.offers if document.parties.side_of(one.made_by) is not side]
    return {
        "contacts": len(contacts) - len(notices),
        "notices": sum(one.purpose != "reminder" for one in notices),
        "reminders": sum(one.purpose == "reminder" for one in notices),
        "delivered": sum(one.delivery == "delivered" for one in notices),
        "failed": sum(one.delivery == "failed" for one in notices),
        "shortest_answer_seconds": min((_seconds(one) for one in to_answer), default=None),
        "offers_to_answer": len(to_answer),
        "offers_made": len(own),
    }


def _seconds(offer: Offer) -> int:
    return int((offer.valid_until - offer.made_at).total_seconds())
