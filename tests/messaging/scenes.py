"""For every service: a case in the state in which its commands can be tried, and the steps to each of its deadlines."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeAlias, TypeVar

from services.appeals.app import build as appeals
from services.evidence.app import build as evidence
from services.intake.app import build as intake
from services.mediation.app import build as mediation
from shared.adapters.policy_files import read_policies
from shared.adapters.roster_file import read_roster
from shared.contracts.evidence import EvidenceClosed
from shared.contracts.intake import ComplaintAccepted, ComplaintFiled, ComplaintWithdrawn
from shared.contracts.mediation import MediationOpened, OfferMade, RulingIssued, SettlementReached
from shared.contracts.platform import OrderRecorded
from shared.eventing.messages import Published
from shared.kernel.actors import Actor, Role
from shared.kernel.items import Round
from tests.examples import intake as the
from tests.kit.deciding import NOON
from tests.kit.golden import golden
from tests.kit.runtime import Build, Running

P = TypeVar("P", bound=Published)

CASE = "case-1"
LIN, QINGYAO, STRANGER = the.LIN, the.QINGYAO, the.STRANGER
JUN = Actor(role=Role.FRONTLINE, id="jun")
REFUND = {"remedy": "refund", "amount": {"minor": 15_000, "currency": "CNY"}}
DEMAND = the.RETURN_AND_REFUND.model_dump(mode="json")


@cache
def policy() -> str:
    return read_policies().versions[-1].version


def told(kind: type[P], case: str = CASE, at: datetime = NOON, **changes: Any) -> P:
    """A fact of another service, as in its golden file but for what is said here."""
    golden_one = kind.model_validate_json(golden()[kind.TYPE].value)
    pinned = {"policy_version": policy()} if "policy_version" in kind.model_fields else {}
    return golden_one.model_copy(update={"case_id": case, "at": at, **pinned, **changes})


@dataclass(frozen=True)
class Ask:
    """A command as one caller sends it."""

    command: str
    by: Actor
    body: Mapping[str, Any]

    async def to(self, run: Running, case: str = CASE, **how: Any) -> Any:
        return await run.http.ask(case, self.command, self.by, dict(self.body), **how)

    async def must(self, run: Running) -> Any:
        answer = await self.to(run)
        assert answer.status_code == 200, answer.text
        return answer.json()


Steps: TypeAlias = Callable[[Running], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """One service: how its case is set, what may be asked of it, and what falls due."""

    name: str
    build: Build
    ready: Steps
    heard: Published
    shows: tuple[str, str, object]
    """Path of a view, and a field of its document with the value it has once the fact was heard."""
    accepted: Ask
    otherwise: Mapping[str, Any]
    """Fields of `accepted` that say something else."""
    refused: Ask
    refusal: Mapping[str, object]
    malformed: tuple[Ask, str]
    """A body that no schema allows, and the field at fault."""
    holding: tuple[Ask, ...]
    """Commands of which the last asks for what already holds; none where a service has no such command."""
    before_race: Steps
    racers: tuple[Ask, Ask]
    after_race: frozenset[int]
    lineage: tuple[Published, Published, Published]
    """Three facts of one source on one case, in order."""
    dues: Mapping[str, Steps]


async def nothing(_: Running) -> None:
    return None


async def an_instant_later(run: Running) -> None:
    """The next due instant comes, and what is due then is done and shown."""
    due = (await run.dues(CASE))[0]
    run.move_to(due.at)
    await run.service.deadlines.fire()
    await run.caught_up()


# Intake.

OPEN = Ask(
    "open_negotiation",
    LIN,
    {"order_id": the.ORDER, "line_id": the.TEAPOT, "demand": DEMAND, "message": "The spout is cracked."},
)
FILE = Ask(
    "file_complaint",
    LIN,
    {
        "order_id": the.ORDER,
        "line_id": the.TEAPOT,
        "category": "product_quality",
        "sub_reason": "broken",
        "description": "The spout of the teapot was cracked when I unpacked it on Saturday.",
        "demand": DEMAND,
        "channel": "order_page",
    },
)
REFUSE = Ask("refuse_in_negotiation", QINGYAO, {"reason": "refused", "message": "It left our kiln whole."})
ORDER = OrderRecorded(at=NOON, version=1, order=the.an_order())


async def an_order(run: Running) -> None:
    await run.hear(ORDER)


async def a_negotiation(run: Running) -> None:
    await an_order(run)
    await OPEN.must(run)


async def a_ruling_noted(run: Running) -> None:
    await a_negotiation(run)
    await REFUSE.must(run)
    await FILE.must(run)
    await run.hear(told(RulingIssued, appeal_until=NOON + timedelta(days=7)))


CONSENT = "consent_to_suspension"


async def a_suspension(run: Running) -> None:
    await a_negotiation(run)
    await REFUSE.must(run)
    await FILE.must(run)
    await Ask(CONSENT, LIN, {}).must(run)
    await Ask(CONSENT, QINGYAO, {}).must(run)


INTAKE = Scene(
    name="intake",
    build=intake,
    ready=an_order,
    heard=ORDER,
    shows=(f"/orders/{the.ORDER}", "version", 1),
    accepted=OPEN,
    otherwise={"message": "The lid is cracked too."},
    refused=Ask(OPEN.command, STRANGER, OPEN.body),
    refusal={"rule": "order_must_be_the_buyers", "clause": "process.real_order", "field": "order_id"},
    malformed=(Ask(OPEN.command, LIN, {**OPEN.body, "message": " "}), "body.message"),
    holding=(OPEN, OPEN),
    before_race=a_negotiation,
    racers=(Ask("offer_in_negotiation", QINGYAO, {"terms": REFUND, "message": "Keep it?"}), REFUSE),
    after_race=frozenset({200, 409}),
    lineage=(told(MediationOpened), told(OfferMade), told(SettlementReached)),
    dues={
        "negotiation_answer": a_negotiation,
        "reminder": a_negotiation,
        "appeal_window": a_ruling_noted,
        "suspension_end": a_suspension,
    },
)

# Evidence.

STATEMENT = Ask(
    "submit_evidence",
    LIN,
    {"item_id": "account", "type": "statement", "element": "problem", "caption": "It leaked at the first pour."},
)
FINISH = Ask("finish_evidence", LIN, {})


async def an_open_round(run: Running) -> None:
    await run.hear(told(ComplaintFiled), told(ComplaintAccepted))


async def a_late_item(run: Running) -> None:
    await an_open_round(run)
    (due,) = [one for one in await run.dues(CASE) if one.kind == "evidence_due"]
    run.move_to(due.at - timedelta(hours=1))
    await STATEMENT.must(run)
    run.move_to(due.at)
    await run.service.deadlines.fire()
    await run.caught_up()


EVIDENCE = Scene(
    name="evidence",
    build=evidence,
    ready=an_open_round,
    heard=told(ComplaintAccepted),
    shows=(f"/cases/{CASE}/evidence", "status", "collecting"),
    accepted=STATEMENT,
    otherwise={"caption": "It leaked at the second pour."},
    refused=Ask(STATEMENT.command, LIN, {**STATEMENT.body, "type": "quality_certificate"}),
    refusal={"rule": "item_type_must_fit_the_side", "field": "type"},
    malformed=(Ask(STATEMENT.command, LIN, {**STATEMENT.body, "type": "hearsay"}), "body.type"),
    holding=(FINISH, FINISH),
    before_race=an_open_round,
    racers=(FINISH, Ask("finish_evidence", QINGYAO, {})),
    after_race=frozenset({200}),
    lineage=(told(ComplaintFiled), told(ComplaintAccepted), told(ComplaintWithdrawn)),
    dues={"evidence_due": an_open_round, "rebuttal_due": a_late_item, "reminder": an_open_round},
)

# Mediation.

OFFER = Ask("make_offer", QINGYAO, {"terms": REFUND})
FAIL = Ask("fail_mediation", JUN, {"reason": "They will not move."})


async def a_queue(run: Running, case: str = CASE) -> None:
    sealed = told(EvidenceClosed, case, round=Round.FIRST)
    await run.hear(told(ComplaintFiled, case), told(ComplaintAccepted, case), sealed)


async def a_mediation(run: Running) -> None:
    await a_queue(run)
    await an_instant_later(run)
    shown = (await run.http.see(f"/cases/{CASE}/mediation")).json()
    assert shown["adjudicator"]["id"] == JUN.id, shown["adjudicator"]


async def an_offer(run: Running) -> None:
    await a_mediation(run)
    await OFFER.must(run)


async def a_failed_mediation(run: Running) -> None:
    await a_mediation(run)
    await FAIL.must(run)


async def a_settlement(run: Running) -> None:
    await an_offer(run)
    await run.caught_up()
    offers = (await run.http.see(f"/cases/{CASE}/mediation")).json()["offers"]
    await Ask("accept_offer", LIN, {"offer_id": offers[-1]["offer_id"]}).must(run)


async def a_reported_refund(run: Running) -> None:
    await a_settlement(run)
    (owed,) = [due for due in await run.dues(CASE) if due.kind == "comply_by"]
    report = {"obligation_id": owed.key, "proof": "Bank receipt 20261106."}
    await Ask("report_performed", QINGYAO, report).must(run)


MEDIATION = Scene(
    name="mediation",
    build=mediation,
    ready=a_mediation,
    heard=told(ComplaintAccepted),
    shows=(f"/cases/{CASE}/mediation", "status", "file_open"),
    accepted=OFFER,
    otherwise={"terms": REFUND | {"amount": {"minor": 16_000, "currency": "CNY"}}},
    refused=Ask("accept_offer", LIN, {"offer_id": "offer-0"}),
    refusal={"rule": "offer_must_still_be_open", "field": "offer_id"},
    malformed=(Ask(OFFER.command, QINGYAO, {"terms": {"remedy": "apology"}}), "body.terms.remedy"),
    holding=(FAIL, FAIL),
    before_race=a_mediation,
    racers=(OFFER, FAIL),
    after_race=frozenset({200, 409}),
    lineage=(told(ComplaintFiled), told(ComplaintAccepted), told(ComplaintWithdrawn)),
    dues={
        "assignment": a_queue,
        "offer_lapse": an_offer,
        "mediation_due": a_mediation,
        "ruling_due": a_failed_mediation,
        "comply_by": a_settlement,
        "confirmation": a_reported_refund,
        "reminder": a_mediation,
    },
)

# Appeals.

APPEAL = Ask(
    "lodge_appeal",
    QINGYAO,
    {
        "grounds": ["new_evidence"],
        "reason": "The kiln certificate shows that the spout was whole.",
        "new_evidence": ["certificate of the kiln in Longquan"],
    },
)


async def an_appealable_ruling(run: Running) -> None:
    await run.hear(
        told(ComplaintFiled),
        told(ComplaintAccepted),
        told(MediationOpened),
        told(EvidenceClosed, round=Round.FIRST),
        told(RulingIssued, appeal_until=NOON + timedelta(days=7)),
    )


async def an_appeal_to_assign(run: Running) -> None:
    await an_appealable_ruling(run)
    await APPEAL.must(run)
    await run.hear(told(EvidenceClosed, round=Round.APPEAL, at=NOON + timedelta(days=3)))


async def an_appeal_under_review(run: Running) -> None:
    await an_appeal_to_assign(run)
    await an_instant_later(run)


async def an_appeal_nobody_can_review(run: Running) -> None:
    """Every reviewer on the roster took part in the first round."""
    reviewers = [actor for actor in read_roster(None) if actor.role is Role.REVIEWER]
    await an_appealable_ruling(run)
    await run.hear(*(told(MediationOpened, adjudicator=reviewer) for reviewer in reviewers))
    await APPEAL.must(run)
    await run.hear(told(EvidenceClosed, round=Round.APPEAL, at=NOON + timedelta(days=3)))


async def an_appeal_to_remind_of(run: Running) -> None:
    """One of the two reminders of the review has gone out."""
    await an_appeal_under_review(run)
    await an_instant_later(run)


APPEALS = Scene(
    name="appeals",
    build=appeals,
    ready=an_appealable_ruling,
    heard=told(ComplaintAccepted),
    shows=(f"/cases/{CASE}/appeal", "status", "first_round"),
    accepted=APPEAL,
    otherwise={"reason": "The certificate names the batch as well."},
    refused=Ask("withdraw_appeal", LIN, {"reason": "We have agreed."}),
    refusal={"rule": "there_must_be_an_appeal_to_withdraw"},
    malformed=(Ask(APPEAL.command, QINGYAO, {**APPEAL.body, "grounds": []}), "body.grounds"),
    holding=(),
    before_race=an_appealable_ruling,
    racers=(APPEAL, Ask(APPEAL.command, LIN, APPEAL.body)),
    after_race=frozenset({200}),
    lineage=(told(ComplaintFiled), told(ComplaintAccepted), told(ComplaintWithdrawn)),
    dues={
        "review_assignment": an_appeal_to_assign,
        "assignment_due": an_appeal_nobody_can_review,
        "review_due": an_appeal_under_review,
        "reminder": an_appeal_to_remind_of,
    },
)

SCENES = (INTAKE, EVIDENCE, MEDIATION, APPEALS)
