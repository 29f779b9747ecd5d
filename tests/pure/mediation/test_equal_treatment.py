"""Mediation's part of the equal-treatment report."""

from typing import Any, Literal

from services.mediation.domain.contacts import LogContact
from services.mediation.domain.reminding import Remind
from services.mediation.views.equal_treatment import part_of
from services.mediation.views.mediation_file import VIEW
from shared.contracts.platform import NoticeDelivered
from shared.eventing.messages import Published
from shared.kernel.actors import Side
from shared.kernel.treatment import EqualTreatment
from tests.examples import mediation as the
from tests.kit.deciding import NOON, History, document_of


def part(history: History, *heard: Published) -> EqualTreatment:
    document = document_of(VIEW, *history.facts, *heard)
    assert document is not None
    return part_of("case-1", document)


def counts(treatment: EqualTreatment) -> dict[str, tuple[int, int]]:
    (chapter,) = treatment.chapters
    return {one.name: (one.buyer, one.seller) for one in chapter.measures if one.buyer or one.seller}


def said(treatment: EqualTreatment) -> list[str]:
    return [one.difference for one in treatment.chapters[0].measures if one.difference]


def calling(side: Side, name: str) -> LogContact:
    body: dict[str, Any] = {"channel": "phone", "with_side": side, "note": "We spoke.", "outcome": "No news."}
    return the.asked(LogContact, by=the.MEI, name=name, **body)


def test_before_anything_was_said_both_sides_are_alike() -> None:
    nothing = part(the.an_open_mediation())

    assert (nothing.part, nothing.given_alike, said(nothing), counts(nothing)) == ("mediation", True, [], {})


def test_calls_to_one_side_alone_show() -> None:
    once = the.an_open_mediation().after(calling(Side.BUYER, "1"))
    both = once.after(calling(Side.SELLER, "2"))

    assert said(part(once)) == ["The buyer was called or written to once, the seller not at all."]
    assert not part(once).given_alike
    assert (said(part(both)), part(both).given_alike) == ([], True)


def delivered(notice_id: str, result: Literal["delivered", "failed"]) -> NoticeDelivered:
    return NoticeDelivered(case_id=the.CASE, at=NOON, version=1, notice_id=notice_id, result=result, detail="number")


def test_notices_and_whether_they_arrived_show() -> None:
    history = the.a_notified_mediation()
    (*_, sent) = history.facts
    notice_id: str = getattr(sent, "notice_id")  # noqa: B009  # a NoticeSent, by the example

    assert counts(part(history))["notices"] == (1, 0)
    assert "delivered" not in counts(part(history))
    assert counts(part(history, delivered(notice_id, "delivered")))["delivered"] == (1, 0)
    failed = part(history, delivered(notice_id, "failed"))
    assert counts(failed)["failed"] == (1, 0)
    assert "The buyer was not reached by 1 notice or reminders, the seller none." in said(failed)


def test_reminders_are_counted_for_whom_they_reminded() -> None:
    key = the.offer_id()
    body: dict[str, Any] = {"clock": "offer_lapse", "key": key, "row": f"offer_lapse:{key}/1"}
    adjudicators: dict[str, Any] = {"clock": "mediation_due", "key": "", "row": "mediation_due:/1"}
    history = the.a_mediation_with_an_offer().after(the.asked(Remind, at=the.APPEALED_AT, **body))

    reminded = part(history.after(the.asked(Remind, at=the.APPEALED_AT, name="2", **adjudicators)))

    assert counts(reminded)["reminders"] == (1, 0)
    assert "notices" not in counts(reminded)


def test_an_offer_is_the_other_sides_to_answer() -> None:
    offered = part(the.a_mediation_with_an_offer(by=the.QINGYAO))

    assert counts(offered) == {"offers_to_answer": (1, 0), "offers_made": (0, 1)}
    assert said(offered) == [
        "The buyer had 1 offer to answer, the seller none.",
        "The seller made 1 offer, the buyer none.",
    ]
    assert offered.given_alike


def test_a_mediators_proposal_gives_both_the_same_time() -> None:
    proposed = part(the.a_mediation_with_an_offer(by=the.MEI))

    until = the.an_open_mediation().after(the.an_offer(by=the.MEI)).facts[-1]
    seconds = int((getattr(until, "valid_until") - NOON).total_seconds())  # noqa: B009  # an OfferMade, shown at noon
    assert counts(proposed) == {"shortest_answer_seconds": (seconds, seconds), "offers_to_answer": (1, 1)}
    assert (said(proposed), proposed.given_alike) == ([], True)
