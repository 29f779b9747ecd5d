"""What mediation does when it hears intake, evidence and appeals."""

import pytest

from services.mediation.domain.appeal import LiftStay, ReplaceObligations, StayObligations
from services.mediation.domain.opening import OpenFile, OpenMediation, StopMediation
from services.mediation.domain.suspending import ResumeCase, SuspendCase
from services.mediation.policies import HEARS, react
from shared.contracts import appeals, evidence, intake
from shared.contracts.platform import NoticeDelivered
from shared.eventing.messages import Command, Published
from shared.kernel.actors import SYSTEM, Role, Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, ItemType, Round
from shared.kernel.reasons import AppealGround, AppealOutcome
from shared.kernel.remedies import Demand, Remedy
from tests.examples import mediation as the
from tests.kit.deciding import NOON

DEMAND = Demand(remedy=Remedy.RETURN_REFUND, amount=the.TEAPOT_PRICE)


def accepted(policy_version: str) -> intake.ComplaintAccepted:
    return intake.ComplaintAccepted(
        case_id=the.CASE,
        at=NOON,
        order_id="order-7",
        line_id="line-1",
        parties=the.PARTIES,
        category="product_quality",
        sub_reason="broken",
        demand=DEMAND,
        price_paid=the.TEAPOT_PRICE,
        product="Longquan celadon teapot",
        tier=Role.FRONTLINE,
        policy_version=policy_version,
    )


def closed(round_: Round) -> evidence.EvidenceClosed:
    return evidence.EvidenceClosed(
        case_id=the.CASE,
        at=the.SEALED_AT,
        round=round_,
        manifest=(the.CRACK_PHOTO,),
        manifest_digest=the.DIGEST,
        reason="both_done",
    )


WITHDRAWN = intake.ComplaintWithdrawn(case_id=the.CASE, at=NOON, by=the.LIN, reason="We made up.")
APPEALED = appeals.AppealOpened(
    case_id=the.CASE,
    at=NOON,
    appeal_id="appeal-1",
    appellant=the.QINGYAO,
    parties=the.PARTIES,
    grounds=(AppealGround.WRONG_FACTS,),
    reason="It was packed well.",
    evidence_due_at=NOON,
    policy_version="2026-11",
)
DISMISSED = appeals.AppealDismissed(case_id=the.CASE, at=NOON, appeal_id="appeal-1", appellant=the.QINGYAO, failures=())
GIVEN_UP = appeals.AppealWithdrawn(
    case_id=the.CASE,
    at=NOON,
    appeal_id="appeal-1",
    appellant=the.QINGYAO,
    reason="The crack is ours.",
    ruling_stands=True,
)
DECIDED = appeals.AppealDecided(
    case_id=the.CASE,
    at=NOON,
    outcome=AppealOutcome.AMEND,
    reviewer=the.GAO,
    findings=(),
    clauses=(),
    seller_liability_percent=50,
    terms=the.PARTIAL_REFUND,
    obligations=the.decided(the.PARTIAL_REFUND),
    what_changed="The share.",
    explanation="Both erred.",
)


def heard(fact: Published) -> Command:
    (command,) = react(fact, the.the_book())
    assert (command.case_id, command.at, command.by) == (fact.case_id, fact.at, SYSTEM)
    return command


def test_an_accepted_complaint_opens_a_file_under_its_pinned_policy() -> None:
    version = the.the_policy().version

    assert heard(accepted(version)) == OpenFile(
        id=derived_id(the.CASE, "open_file"),
        case_id=the.CASE,
        at=NOON,
        by=SYSTEM,
        parties=the.PARTIES,
        tier=Role.FRONTLINE,
        category="product_quality",
        demand=DEMAND,
        price_paid=the.TEAPOT_PRICE,
        order_id="order-7",
        line_id="line-1",
        policy=the.the_policy(),
    )


def test_a_complaint_pinned_to_a_policy_that_is_not_deployed_waits_for_its_file() -> None:
    with pytest.raises(LookupError, match="1999-01"):
        react(accepted("1999-01"), the.the_book())


def test_evidence_of_the_first_round_opens_the_mediation() -> None:
    command = heard(closed(Round.FIRST))

    assert isinstance(command, OpenMediation)
    assert (command.manifest, command.manifest_digest) == ((the.CRACK_PHOTO,), the.DIGEST)


def test_a_case_that_ended_stops_the_mediation() -> None:
    withdrawn, ended = heard(WITHDRAWN), heard(the.CLOSED)

    assert isinstance(withdrawn, StopMediation)
    assert isinstance(ended, StopMediation)
    assert (withdrawn.reason, ended.reason) == ("withdrawn", "closed")
    assert withdrawn.id != ended.id


def test_a_suspended_complaint_suspends_and_a_resumed_one_resumes_the_case() -> None:
    suspended = intake.ComplaintSuspended(
        case_id=the.CASE, at=NOON, by=the.LIN, grounds="joint_wish", reference="", until=the.RULED_AT
    )
    resumed = intake.ComplaintResumed(case_id=the.CASE, at=NOON, by=the.LIN, suspended_at=NOON, reason="Enough.")

    assert isinstance(heard(suspended), SuspendCase)
    assert isinstance(heard(resumed), ResumeCase)
    assert heard(suspended).id != heard(suspended.model_copy(update={"at": the.RULED_AT})).id


def test_an_appeal_stays_its_dismissal_lifts_and_its_decision_replaces() -> None:
    staying, lifting, deciding = heard(APPEALED), heard(DISMISSED), heard(DECIDED)

    assert isinstance(staying, StayObligations)
    assert isinstance(lifting, LiftStay)
    assert isinstance(deciding, ReplaceObligations)
    assert staying.appeal_id == lifting.appeal_id == "appeal-1"
    assert deciding.obligations == DECIDED.obligations


def test_an_appeal_that_is_withdrawn_lifts_its_stay() -> None:
    lifting = heard(GIVEN_UP)

    assert isinstance(lifting, LiftStay)
    assert lifting.appeal_id == "appeal-1"


@pytest.mark.parametrize(
    "fact",
    [
        closed(Round.APPEAL),
        intake.ComplaintFiled(
            case_id=the.CASE,
            at=NOON,
            order_id="order-7",
            line_id="line-1",
            parties=the.PARTIES,
            category="product_quality",
            sub_reason="broken",
            description="The spout is cracked.",
            demand=DEMAND,
            channel="online",
            filed_by=the.LIN,
        ),
        NoticeDelivered(case_id=the.CASE, at=NOON, version=1, notice_id="notice-1", result="delivered"),
        intake.ComplaintRejected(case_id=the.CASE, at=NOON, parties=the.PARTIES, failures=(), policy_version="2026-11"),
        evidence.EvidenceRequested(
            case_id=the.CASE,
            at=NOON,
            request_id="request-1",
            round=Round.FIRST,
            side=Side.BUYER,
            element=Element.PROBLEM,
            items=(ItemType.PHOTO,),
            requested_by=SYSTEM,
            due_at=NOON,
        ),
    ],
    ids=lambda fact: fact.TYPE,
)
def test_everything_else_leads_to_nothing(fact: Published) -> None:
    assert react(fact, the.the_book()) == []


def test_every_fact_of_a_source_we_listen_to_is_heard() -> None:
    told = {
        fact
        for module in (intake, evidence, appeals)
        for fact in vars(module).values()
        if isinstance(fact, type) and issubclass(fact, Published) and fact is not Published and fact.ORDERED
    }

    assert set(HEARS) == told | {NoticeDelivered}
