"""What mediation tells the world, and what it keeps to itself."""

from datetime import timedelta
from typing import Any

import pytest

from services.mediation.domain import events as e
from services.mediation.domain.compliance import EnforceObligation
from services.mediation.domain.disputes import DisputePerformance
from services.mediation.domain.contacts import LogContact
from services.mediation.domain.failing import NoteRulingOverdue
from services.mediation.domain.offers import DeclineOffer, LapseOffer
from services.mediation.model import MODEL
from services.mediation.publications import TELLS, publish
from shared.contracts import mediation as told
from shared.eventing.messages import Published
from shared.eventing.model import About
from shared.kernel.actors import SYSTEM, Side
from tests.examples import mediation as the
from tests.kit.deciding import NOON, History

ABOUT = About(stream=the.CASE, at=NOON, by=SYSTEM)
(ONLY_REFUND,) = the.ruled(the.REFUND)
OFFER: dict[str, Any] = {"offer_id": the.offer_id()}
REPORTED = the.a_ruled_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))
CALL: dict[str, Any] = {"channel": "phone", "with_side": Side.BUYER, "note": "Hello.", "outcome": "reached"}

HISTORIES: list[History] = [
    *the.every_stage(),
    REPORTED,
    REPORTED.after(
        the.asked(DisputePerformance, by=the.LIN, at=the.APPEALED_AT, obligation_id=ONLY_REFUND.id, reason="No.")
    ),
    the.an_appealed_case().after(the.lifting(the.APPEALED_AT)),
    the.a_ruled_case().after(the.confirming(the.ruled()[0], the.QINGYAO)),
    the.a_ruled_case(the.REFUND).after(
        the.asked(EnforceObligation, at=the.APPEALED_AT + timedelta(days=3), obligation_id=ONLY_REFUND.id)
    ),
    the.an_open_mediation().after(the.asked(LogContact, by=the.MEI, **CALL)),
    the.a_mediation_with_an_offer().after(
        the.asked(DeclineOffer, by=the.LIN, at=the.ANSWERED_AT, reason="No.", **OFFER)
    ),
    the.a_mediation_with_an_offer().after(the.asked(LapseOffer, at=the.RULED_AT + timedelta(days=3), **OFFER)),
    the.a_failed_mediation().after(the.asked(NoteRulingOverdue, at=the.RULED_AT + timedelta(days=3))),
]
EXAMPLES: dict[type[Any], Any] = {type(fact): fact for history in HISTORIES for fact in history.facts}

TOLD: dict[type[Any], type[Published]] = {
    e.MediationAssigned: told.MediationOpened,
    e.OfferMade: told.OfferMade,
    e.SettlementReached: told.SettlementReached,
    e.RulingIssued: told.RulingIssued,
    e.ObligationsFulfilled: told.RulingFulfilled,
    e.EnforcementOrdered: told.EnforcementOrdered,
}


def test_every_fact_has_an_example() -> None:
    assert set(EXAMPLES) == set(e.FACTS)


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_a_fact_others_act_on_is_told_in_full(kind: type[Any]) -> None:
    fact = EXAMPLES[kind]

    published = publish(fact, ABOUT)

    assert published is not None
    assert type(published) is TOLD[kind]
    assert (published.case_id, published.at) == (the.CASE, NOON)
    public = published.model_dump(exclude={"case_id", "at"})
    private = fact.model_dump()
    assert public == {name: private[name] for name in public}


@pytest.mark.parametrize("kind", [kind for kind in e.FACTS if kind not in TOLD])
def test_the_rest_stays_inside(kind: type[Any]) -> None:
    assert publish(EXAMPLES[kind], ABOUT) is None


def test_everything_told_is_declared() -> None:
    assert set(TELLS) == set(TOLD.values())
    assert MODEL.service == "mediation"
    assert {fact.SOURCE for fact in MODEL.tells} == {MODEL.service}
