"""A running service keeps the policies it read at its start; each case keeps the one in force when it was filed."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.intake.app import build
from services.intake.domain.events import ComplaintAccepted, NegotiationOpened
from shared.adapters.clock import VirtualClock
from shared.adapters.policy_files import SHIPPED, read_policies
from shared.contracts.platform import OrderRecorded
from shared.eventing.streams import Codec
from shared.kernel.actors import Actor
from shared.kernel.lanes import lane_of
from tests.examples import intake as the
from tests.kit.deciding import NOON
from tests.kit.runtime import LANES, Notes, Running, ports, running

BEFORE_NOON = NOON - timedelta(milliseconds=1)
DEMAND = the.RETURN_AND_REFUND.model_dump(mode="json")
TEXT = (SHIPPED / "2026-11.yaml").read_text("utf-8")
STARTS = NOON + timedelta(days=2)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment's own policy folder, with one version in it."""
    (tmp_path / "2026-11.yaml").write_text(TEXT, "utf-8")
    monkeypatch.setenv("REDRESS_POLICIES", str(tmp_path))
    return tmp_path


def add_a_version(folder: Path) -> None:
    """A version with a short answer window, in force from two days after noon."""
    kept = [line for line in TEXT.splitlines() if not line.startswith("formerly:")]
    text = "\n".join(kept).replace('"2026-11"', '"2026-12"').replace("negotiation_answer: 72", "negotiation_answer: 48")
    (folder / "2026-12.yaml").write_text(text.replace("2026-01-01T00:00:00Z", STARTS.isoformat()), "utf-8")


async def told(run: Running, case: str, kind: type[Any]) -> Any:
    codec = Codec(run.service.definition.model)
    facts = [codec.fact(record) for commit in await run.log(case) for record in commit.facts]
    (found,) = [fact for fact in facts if isinstance(fact, kind)]
    return found


async def ask(run: Running, case: str, command: str, by: Actor, **body: Any) -> None:
    answer = await run.http.ask(case, command, by, body)
    assert answer.status_code == 200, answer.text


async def opened(run: Running, case: str) -> timedelta:
    """A case about an order of its own, negotiated from now on; how long the seller has to answer."""
    order = the.an_order(order_id=f"order-of-{case}")
    await run.hear(OrderRecorded(at=NOON, version=1, order=order))
    body = {"order_id": order.order_id, "line_id": the.TEAPOT, "demand": DEMAND, "message": "The spout is cracked."}
    await ask(run, case, "open_negotiation", the.LIN, **body)
    fact = await told(run, case, NegotiationOpened)
    window: timedelta = fact.answer_by - fact.opened_at
    return window


async def filed(run: Running, case: str) -> str:
    """The negotiation fails and the complaint is filed; the version that the case is pinned to."""
    await opened(run, case)
    await ask(run, case, "refuse_in_negotiation", the.QINGYAO, reason="refused", message="It left our kiln whole.")
    words = {"description": "The spout of the teapot was cracked.", "demand": DEMAND, "channel": "order_page"}
    ground = {"category": "product_quality", "sub_reason": "broken"}
    await ask(run, case, "file_complaint", the.LIN, order_id=f"order-of-{case}", line_id=the.TEAPOT, **ground, **words)
    version: str = (await told(run, case, ComplaintAccepted)).policy_version
    return version


async def test_a_new_file_counts_after_a_restart_and_from_its_instant(folder: Path) -> None:
    """INVARIANT: what is in force changes by instant only, and a running service never reads a file again.

    Broken by reading the folder per request: replicas that read at different moments would decide differently.
    """
    notes = Notes()
    on = ports(VirtualClock(BEFORE_NOON), notes)
    async with running(build, on, notes) as first:
        add_a_version(folder)
        first.move_to(STARTS)
        assert await opened(first, "case-before-restart") == timedelta(hours=72)
    async with running(build, on, notes) as second:
        assert await opened(second, "case-after-restart") == timedelta(hours=48)


async def test_a_version_is_not_in_force_before_its_instant(folder: Path) -> None:
    add_a_version(folder)
    notes = Notes()
    on = ports(VirtualClock(BEFORE_NOON), notes)
    async with running(build, on, notes) as run:
        run.move_to(STARTS - timedelta(milliseconds=1))
        assert await opened(run, "case-early") == timedelta(hours=72)
        run.move_to(STARTS)
        assert await opened(run, "case-late") == timedelta(hours=48)


async def test_a_case_pins_the_version_in_force_when_it_is_filed(folder: Path) -> None:
    add_a_version(folder)
    names = {policy.name: policy.version for policy in read_policies(folder).versions}
    notes = Notes()
    on = ports(VirtualClock(BEFORE_NOON), notes)
    async with running(build, on, notes) as run:
        early = await filed(run, "case-early")
        run.move_to(STARTS)
        late = await filed(run, "case-late")

        assert (early, late) == (names["2026-11"], names["2026-12"])
        stream, _ = await run.service.bench.stream(lane_of("case-early", LANES), "case-early", fresh=True)
        assert run.service.book.pinned(stream.state.policy_version).windows.negotiation_answer == 72
