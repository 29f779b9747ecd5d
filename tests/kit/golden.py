"""The golden wire files: one published fact of every type, exactly as it went over Kafka when it was written.

`python -m tests.kit.golden` writes those that are missing or changed. What a file held before is kept beside it
under its digest, because what has once been published is read for ever.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import orjson

from services.mediation.domain.compliance import EnforceObligation
from shared.adapters.memory_log import MemoryEventLog
from shared.adapters.wire import headers_of
from shared.contracts.platform import NoticeDelivered, OrderRecorded
from shared.contracts.topology import CONTRACTS, SERVICES
from shared.eventing.commits import Cause, CauseKind
from shared.eventing.messages import Fact
from shared.eventing.model import Model
from shared.eventing.streams import Stream
from shared.eventing.workbench import Workbench
from shared.kernel.lanes import LANES, lane_of
from tests.examples import appeals, evidence, intake, mediation
from tests.kit.deciding import NOON, History

FOLDER = Path(__file__).parents[1] / "contracts" / "golden"
CASE = "celadon-teapot"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass(frozen=True)
class Golden:
    """One record: its value byte for byte, and its headers."""

    value: bytes
    headers: Mapping[str, str]

    @classmethod
    def read(cls, file: Path) -> "Golden":
        headers = orjson.loads(file.with_suffix(".headers").read_bytes())
        return cls(file.read_bytes().removesuffix(b"\n"), headers)

    def write(self, file: Path) -> None:
        file.write_bytes(self.value + b"\n")
        file.with_suffix(".headers").write_bytes(orjson.dumps(self.headers, option=orjson.OPT_INDENT_2) + b"\n")


@cache
def golden() -> Mapping[str, Golden]:
    """Every published type as this build writes it, from the examples of the pure tests."""
    found = {OrderRecorded.TYPE: _order(), NoticeDelivered.TYPE: _delivered()}
    for service in SERVICES:
        model: Model = import_module(f"services.{service}.model").MODEL
        for fact in _facts(service):
            for kind, one in _published(model, fact):
                found.setdefault(kind, one)
    return {contract.TYPE: found[contract.TYPE] for contract in CONTRACTS}


def _published(model: Model, fact: Fact) -> Iterator[tuple[str, Golden]]:
    bench = Workbench(model, MemoryEventLog(lanes=LANES), lanes=LANES)
    cause = Cause(f"golden-{fact.TYPE}", CauseKind.COMMAND, "http")
    commit = bench.commit(Stream(CASE, None), lane_of(CASE), cause, appeals.LIN, NOON, [fact], trace=TRACE)
    for out in commit.out:
        headers = headers_of(commit, out, model.service)
        yield out.type, Golden(out.data.encode(), {name: value.decode() for name, value in headers})


def _facts(service: str) -> Iterator[Fact]:
    for history in _HISTORIES[service]:
        yield from history.facts


def _order() -> Golden:
    return _from_outside(OrderRecorded(at=NOON, version=1, order=intake.an_order()), "shop")


def _delivered() -> Golden:
    fact = NoticeDelivered(case_id=CASE, at=NOON, version=1, notice_id="notice-1", result="delivered")
    return _from_outside(fact, "gateway")


def _from_outside(fact: OrderRecorded | NoticeDelivered, source: str) -> Golden:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": f"{fact.stream}.v{fact.version}",
        "ce_source": source,
        "ce_type": fact.TYPE,
        "ce_subject": fact.stream,
        "content-type": "application/json",
    }
    return Golden(fact.model_dump_json().encode(), headers)


def _histories_of_mediation() -> Iterator[History]:
    yield from mediation.every_stage()
    yield mediation.a_late_ruling()
    (refund,) = mediation.ruled(mediation.REFUND)
    unpaid = mediation.asked(EnforceObligation, at=refund.comply_by or NOON, obligation_id=refund.id)
    yield mediation.a_ruled_case(mediation.REFUND).after(unpaid)


_HISTORIES: Mapping[str, tuple[History, ...]] = {
    "intake": (
        intake.a_rejected_complaint(),
        intake.a_withdrawn_complaint(),
        intake.a_closed_ruled_case(),
        intake.a_resumed_case(),
        intake.a_reminded_negotiation(),
        intake.a_counterfeit_case(),
        intake.an_erased_person(),
    ),
    "evidence": (evidence.a_sealed_appeal_round(), evidence.a_stopped_file(), evidence.a_reminded_round()),
    "mediation": tuple(_histories_of_mediation()),
    "appeals": (
        appeals.a_final_decision(),
        appeals.an_appealable_ruling().after(appeals.a_late_appeal()),
        appeals.a_withdrawn_appeal(),
        appeals.a_reassigned_review(),
        appeals.an_appeal_under_review().after(appeals.remind()),
    ),
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for kind, one in golden().items():
        file = FOLDER / f"{kind}.json"
        if file.exists():
            old = Golden.read(file)
            if old == one:
                continue
            old.write(FOLDER / f"{kind}~{sha256(old.value).hexdigest()[:8]}.json")
        one.write(file)
        sys.stdout.write(f"wrote {file.name}\n")


if __name__ == "__main__":
    main()
