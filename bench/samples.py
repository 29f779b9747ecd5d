"""Cases as the services really make them: decided by their own models, so that bytes and rules are the real ones."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from services.evidence.domain.submitting import SubmitEvidence
from services.evidence.model import MODEL as EVIDENCE
from services.intake.domain.filing import FileComplaint
from services.intake.domain.recording import RecordOrder
from services.intake.domain.words import AttestedNegotiation
from services.intake.model import MODEL as INTAKE
from shared.adapters.memory_log import MemoryEventLog
from shared.adapters.policy_files import read_policies
from shared.contracts.evidence import EvidenceClosed, EvidenceRequested
from shared.contracts.intake import ComplaintAccepted
from shared.eventing.commits import Cause, CauseKind, Commit, Record
from shared.eventing.messages import Command, Fact, Published
from shared.eventing.streams import Stream
from shared.eventing.workbench import Workbench
from shared.kernel.actors import SYSTEM, Actor, Parties, Role, Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, FileRef, ItemType, Round
from shared.kernel.lanes import LANES, lane_of, position
from shared.kernel.money import Money
from shared.kernel.orders import Listing, Order, OrderLine
from shared.kernel.policy import PolicyBook
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Demand, Remedy

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
BUYER = Actor(role=Role.BUYER, id="lin")
SELLER = Actor(role=Role.SELLER, id="qingyao-ceramics")
PRICE = Money(minor=36800)
LINE = OrderLine(
    line_id="line-teapot",
    product="Longquan celadon teapot",
    price_paid=PRICE,
    listing=Listing(title="Longquan celadon teapot, 220 ml", after_sales_promise="repair within a year"),
)


def order(case: str) -> Order:
    """The delivered order that a case is about; one case per order, for a line is taken up once."""
    return Order(
        order_id=f"order-{case}",
        parties=Parties(buyer_id=BUYER.id, seller_id=SELLER.id),
        lines=(LINE,),
        paid_at=NOON - timedelta(days=6),
        shipped_at=NOON - timedelta(days=5),
        delivered_at=NOON - timedelta(days=2),
    )


@cache
def book() -> PolicyBook:
    return read_policies()


def record_order(case: str) -> RecordOrder:
    bought = order(case)
    return RecordOrder(
        id=derived_id("order", case), case_id=bought.order_id, at=NOON, by=SYSTEM, version=1, order=bought
    )


def file_complaint(case: str) -> FileComplaint:
    bought = order(case)
    return FileComplaint(
        id=derived_id("bench", case),
        case_id=case,
        at=NOON,
        by=BUYER,
        order_id=bought.order_id,
        line_id=LINE.line_id,
        category="product_quality",
        sub_reason="broken",
        description="The spout of the teapot was cracked when I unpacked it on Saturday.",
        demand=Demand(remedy=Remedy.RETURN_REFUND, amount=PRICE),
        channel="order_page",
        attested=AttestedNegotiation(
            channel="shop chat",
            opened_at=NOON - timedelta(days=1),
            outcome="refused",
            note="The shop says the crack came from my kettle.",
        ),
        order=bought,
        policy=book().versions[-1],
    )


def filed(case: str) -> Commit:
    """Intake's first commit of a case: filed and taken up, two facts, both published."""
    return _Case(_INTAKE, case).decide(file_complaint(case))


def intake_case(case: str) -> Sequence[Commit]:
    """A case in intake's log: filed and taken up, then evidence asked for on both sides, and sealed. Four commits."""
    made = _Case(_INTAKE, case)
    made.decide(file_complaint(case))
    for number, side in enumerate(Side, start=1):
        made.hear(
            number,
            EvidenceRequested(
                case_id=case,
                at=NOON,
                request_id=derived_id(case, side),
                round=Round.FIRST,
                side=side,
                element=Element.PROBLEM,
                items=(ItemType.PHOTO, ItemType.VIDEO, ItemType.STATEMENT),
                requested_by=SYSTEM,
                due_at=NOON + timedelta(days=3),
            ),
        )
    made.hear(
        3,
        EvidenceClosed(
            case_id=case,
            at=NOON,
            round=Round.FIRST,
            manifest=(),
            manifest_digest="0" * 64,
            reason="both_done",
        ),
    )
    return made.commits


def evidence_case(case: str, facts: int) -> Sequence[Commit]:
    """One long case in evidence's log: a round opens, then one item after the other; `facts` facts in all."""
    made = _Case(_EVIDENCE, case)
    (accepted,) = [o for o in filed(case).out if o.type == ComplaintAccepted.TYPE]
    made.hear(1, ComplaintAccepted.model_validate_json(accepted.data))
    for number in range(facts - made.stream.version):
        item = SubmitEvidence(
            id=derived_id(case, number),
            case_id=case,
            at=NOON + timedelta(minutes=number),
            by=BUYER,
            item_id=f"item-{number}",
            type=ItemType.STATEMENT,
            element=Element.PROBLEM,
            caption=f"What I saw when I opened the parcel, part {number}: a crack along the spout.",
            stored=(),
        )
        made.decide(item)
    return made.commits


def case_with_files(case: str, files: Sequence[tuple[Actor, FileRef]]) -> Sequence[Commit]:
    """A case in evidence's log to which its sides brought these photographs, each as an item of its own."""
    made = _Case(_EVIDENCE, case)
    (accepted,) = [o for o in filed(case).out if o.type == ComplaintAccepted.TYPE]
    made.hear(1, ComplaintAccepted.model_validate_json(accepted.data))
    for number, (by, file) in enumerate(files):
        item = SubmitEvidence(
            id=derived_id(case, number),
            case_id=case,
            at=NOON + timedelta(minutes=number),
            by=by,
            item_id=f"item-{number}",
            type=ItemType.PHOTO,
            element=Element.PROBLEM,
            caption=f"The spout as I saw it, picture {number}.",
            files=(file,),
            stored=(file,),
        )
        made.decide(item)
    return made.commits


class _Case:
    """One stream being decided in memory."""

    def __init__(self, bench: Workbench, case: str) -> None:
        self._bench = bench
        self._lane = lane_of(case)
        self.stream = Stream(case, bench.model.decider.initial)
        self.commits: list[Commit] = []

    def decide(self, command: Command) -> Commit:
        return self._commit(command.id, CauseKind.COMMAND, 0, self._decided(command), command, None)

    def hear(self, seq: int, fact: Published) -> Commit:
        record = Record(fact.TYPE, derived_id(fact.case_id, fact.TYPE, seq), fact.model_dump_json())
        self._bench.codec.note(self.stream, fact.SOURCE, seq, record)
        facts = [f for command in self._bench.model.react(fact, book()) for f in self._decided(command)]
        return self._commit(record.id, CauseKind.FACT, seq, facts, fact, record)

    def _decided(self, command: Command) -> Sequence[Fact]:
        facts: Sequence[Fact] | Refused = self._bench.model.decider.decide(command, self.stream.state)
        if isinstance(facts, Refused) or not facts:
            raise RuntimeError(f"the sample command {command.NAME} leads to nothing: {facts}")
        for fact in facts:
            self.stream.state = self._bench.model.decider.evolve(self.stream.state, fact)
        return facts

    def _commit(
        self,
        cause_id: str,
        kind: CauseKind,
        seq: int,
        facts: Sequence[Fact],
        of: Command | Published,
        heard: Record | None,
    ) -> Commit:
        by = of.by if isinstance(of, Command) else SYSTEM
        source = of.SOURCE if isinstance(of, Published) else "bench"
        cause = Cause(cause_id, kind, source, seq)
        commit = self._bench.commit(self.stream, self._lane, cause, by, of.at, facts, heard=heard)
        self.stream.moved(commit)
        self.commits.append(commit)
        return commit


_INTAKE = Workbench(INTAKE, MemoryEventLog(lanes=LANES), lanes=LANES)
_EVIDENCE = Workbench(EVIDENCE, MemoryEventLog(lanes=LANES), lanes=LANES)


class Numbering:
    """Positions as a log gives them, for commits that are stored past it."""

    def __init__(self) -> None:
        self._counts = [0] * LANES

    def __call__(self, commit: Commit) -> Commit:
        self._counts[commit.lane] += 1
        return commit.at_position(position(commit.lane, self._counts[commit.lane]))
