"""One trace through all four services, from a request to what follows from it everywhere."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from shared.adapters.clock import VirtualClock
from shared.adapters.settings import OtelSettings
from shared.kernel.lanes import lane_of
from tests.kit.collector import Collector, collector
from tests.kit.ports import free_port
from tests.kit.runtime import LANES, Notes, Running, ports, running
from tests.kit.wire import again, record
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, FILE, INTAKE, OPEN, REFUSE, SCENES, an_order

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
SAMPLED = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
FILING = "intake: POST /cases/{case_id}/file-complaint"
DECIDED = [FILING, "intake: decide file_complaint", "intake: append"]
REQUESTED = [
    *DECIDED,
    "intake: send complaint.accepted",
    "evidence: hear complaint.accepted.v1",
    "evidence: append",
    "evidence: send evidence.requested",
]


class Town:
    """The four services and what travels between them: what one tells, those who subscribe to it hear."""

    def __init__(self) -> None:
        self.services: dict[str, Running] = {}
        self._carried: dict[str, int] = {}

    async def settle(self) -> None:
        """Carry facts from service to service until nothing is told any more."""
        moved = True
        while moved:
            moved = False
            for name, run in self.services.items():
                await run.caught_up()
                fresh = run.notes.sent[self._carried.get(name, 0) :]
                self._carried[name] = len(run.notes.sent)
                for other in self.services.values():
                    heard = [sent for sent in fresh if sent.topic in other.service.topics and other is not run]
                    records = [
                        record(
                            sent.topic, sent.value, sent.key.encode(), list(sent.headers.items()),
                            partition=lane_of(sent.key, LANES), offset=n,
                        )
                        for n, sent in enumerate(heard)
                    ]  # fmt: skip
                    if records:
                        moved = True
                        await other.take(*records)


@asynccontextmanager
async def town(otel: OtelSettings) -> AsyncIterator[Town]:
    one = Town()
    async with AsyncExitStack() as stack:
        for scene in SCENES:
            notes = Notes()
            on = ports(VirtualClock(BEFORE_NOON), notes)
            one.services[scene.name] = await stack.enter_async_context(running(scene.build, on, notes, otel=otel))
        yield one


async def a_complaint_is_filed(one: Town) -> None:
    """A negotiation fails, and the buyer files; only this last request belongs to the trace."""
    intake = one.services["intake"]
    await an_order(intake)
    await OPEN.must(intake)
    await REFUSE.must(intake)
    await one.settle()
    answer = await FILE.to(intake, headers=SAMPLED)
    assert answer.status_code == 200, answer.text
    await one.settle()


@pytest.fixture
async def followed() -> AsyncIterator[Collector]:
    with collector() as seen:
        async with town(OtelSettings(endpoint=seen.url, ratio=0)) as one:
            await a_complaint_is_filed(one)
        yield seen


async def test_one_trace_is_followed_through_four_services(followed: Collector) -> None:
    """INVARIANT: whatever follows from a request, in whatever service, hangs on it in one trace.

    A span that begins anew at a topic, or takes the batch for its parent, cuts the tree in two.
    """
    spans = followed.of(TRACE)
    assert {span.service for span in spans} == {"intake", "evidence", "mediation", "appeals"}
    (first,) = [span for span in spans if span.parent == CALLER]
    assert followed.path(first) == [FILING]
    assert {followed.path(span)[0] for span in spans} == {FILING}, "a span hangs on nothing"

    paths = [followed.path(span) for span in spans]
    assert DECIDED in paths
    assert [*REQUESTED[:5], "evidence: decide open_round"] in paths
    assert REQUESTED in paths
    for service in ("mediation", "appeals"):
        assert [*REQUESTED, f"{service}: hear evidence.requested.v1", f"{service}: append"] in paths
    assert [*REQUESTED, "intake: hear evidence.requested.v1", "intake: append"] in paths


async def test_spans_say_which_case_where_and_what_came_of_it(followed: Collector) -> None:
    spans = followed.of(TRACE)
    lane = lane_of(CASE, LANES)

    def of(name: str, service: str) -> dict[str, object]:
        return next(span.attributes for span in spans if (span.name, span.service) == (name, service))

    filing = of("POST /cases/{case_id}/file-complaint", "intake")
    assert (filing["http.response.status_code"], filing["redress.case"]) == (200, CASE)
    decided = of("decide file_complaint", "intake")
    assert (decided["redress.outcome"], decided["redress.lane"], decided["redress.case"]) == ("happened", lane, CASE)
    heard = of("hear complaint.accepted.v1", "evidence")
    assert (heard["redress.fact"], heard["redress.outcome"]) == ("complaint.accepted.v1", "applied")
    assert of("decide open_round", "evidence")["redress.outcome"] == "happened"
    assert of("send evidence.requested", "evidence")["redress.case"] == CASE


async def test_nothing_that_a_person_wrote_goes_to_the_collector(followed: Collector) -> None:
    words = [str(ask.body[key]) for ask, key in ((FILE, "description"), (OPEN, "message"), (REFUSE, "message"))]

    assert followed.bodies
    assert [word for word in words if any(word.encode() in body for body in followed.bodies)] == []


async def test_what_no_caller_asked_to_keep_is_not_kept_and_its_ids_go_on(followed: Collector) -> None:
    """The ratio is 0 here: of all that was asked, only what came with the caller's wish is kept."""
    assert {span.trace for span in followed.spans} == {TRACE}


async def test_a_sampled_fact_that_comes_twice_is_heard_once() -> None:
    """INVARIANT: another span makes another digest of the same commit; still the cause says that it is the same."""
    with collector() as seen:
        notes = Notes()
        on = ports(VirtualClock(BEFORE_NOON), notes)
        otel = OtelSettings(endpoint=seen.url, ratio=1)
        scene = SCENES[1]
        async with running(scene.build, on, notes, otel=otel) as one, running(scene.build, on, notes, otel=otel) as two:
            fact = one.outside.tell(scene.heard)
            await one.take(fact)
            await two.take(again(fact))
            await one.take(again(fact))

            (commit,) = await one.log()
            assert commit.trace is not None
            assert commit.trace[3:35] in {span.trace for span in seen.spans} or not seen.spans


async def test_a_collector_that_is_away_harms_nobody_and_what_is_lost_is_counted() -> None:
    """INVARIANT: exporting is beside the work: no request waits for it, and no shutdown for long."""
    otel = OtelSettings(endpoint=f"http://127.0.0.1:{free_port()}", ratio=1)
    notes = Notes()
    async with running(INTAKE.build, ports(VirtualClock(BEFORE_NOON), notes), notes, otel=otel) as run:
        await an_order(run)
        began = time.monotonic()
        await OPEN.must(run)
        assert time.monotonic() - began < 5
        registry = run.service.metrics.registry
        began = time.monotonic()

    assert time.monotonic() - began < 15
    assert (registry.get_sample_value("redress_spans_total", {"service": "intake", "outcome": "lost"}) or 0) > 0
    assert registry.get_sample_value("redress_spans_total", {"service": "intake", "outcome": "sent"}) == 0


@pytest.mark.parametrize("sent", ["nonsense", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "x" * 5000])
async def test_what_is_no_traceparent_is_ignored(sent: str) -> None:
    notes = Notes()
    async with running(INTAKE.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        await an_order(run)
        answer = await OPEN.to(run, headers={"traceparent": sent})
        assert answer.status_code == 200

        assert [commit.trace for commit in await run.log(CASE)] == [None]


async def test_without_a_collector_the_ids_of_a_caller_still_go_through() -> None:
    async with town(OtelSettings()) as one:
        await a_complaint_is_filed(one)

        for run in one.services.values():
            kept = {commit.trace for commit in await run.log(CASE)} - {None}
            assert kept == {SAMPLED["traceparent"]}, run.service.name
