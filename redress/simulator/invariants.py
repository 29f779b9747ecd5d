"""What may never happen, whatever people do: checked on the logs of a world that has come to its end."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from redress.simulator.cases import SimulatedCase
from redress.simulator.system import Simulated
from redress.simulator.world import World
from shared.contracts.evidence import EvidenceRequested
from shared.contracts.intake import ComplaintAccepted, ComplaintClosed
from shared.eventing.commits import CauseKind, Commit, digest_of
from shared.kernel.actors import SYSTEM, Side
from shared.kernel.items import Round
from shared.kernel.remedies import Duty, Obligation

_REFUNDS = frozenset({Duty.REFUND})


async def broken(world: World) -> list[str]:
    """Every invariant that does not hold, as a sentence with the case."""
    logs = {name: await _by_case(service) for name, service in world.system.services.items()}
    found = [
        *_every_fact_was_taken(world),
        *_every_clock_fired_at_its_instant(world),
        *(f"the list of allowed actions lies: {lie}" for lie in sorted(set(world.tally.contradictions))),
    ]
    for case in world.cases.values():
        commits = {name: log.get(case.id, []) for name, log in logs.items()}
        found += _accepted_cases_close(case)
        found += _nothing_is_decided_after_the_end(case, commits)
        found += _both_sides_have_the_same_time(case)
        found += _money_is_paid_once(world, case, commits["mediation"])
        for name, log in commits.items():
            found += _the_log_is_sound(name, case, log)
    return found


async def _by_case(service: Simulated) -> dict[str, list[Commit]]:
    log: dict[str, list[Commit]] = defaultdict(list)
    async for commit in service.commits():
        log[commit.stream].append(commit)
    return log


def _every_fact_was_taken(world: World) -> Iterator[str]:
    for service in world.system.services.values():
        yield from service.failures


def _every_clock_fired_at_its_instant(world: World) -> Iterator[str]:
    for service in world.system.services.values():
        if service.lateness.worst > 0:
            yield f"{service.name}: a deadline fired {service.lateness.worst:g} s late"


def _accepted_cases_close(case: SimulatedCase) -> Iterator[str]:
    if case.last(ComplaintAccepted) and not case.closed:
        yield f"{case.id} is stuck: its last fact is {type(case.facts[-1]).__name__}"


def _nothing_is_decided_after_the_end(case: SimulatedCase, commits: dict[str, list[Commit]]) -> Iterator[str]:
    closed: ComplaintClosed | None = case.last(ComplaintClosed)
    if closed is None:
        return
    for name, log in commits.items():
        for commit in log:
            if commit.cause.kind is CauseKind.COMMAND and commit.by != SYSTEM and commit.at > closed.at:
                yield f"{case.id}: {name} accepted a command after the case was closed: {_types(commit)}"


def _both_sides_have_the_same_time(case: SimulatedCase) -> Iterator[str]:
    """What a round opens with is due for both sides at one instant (product.md section 3.1)."""
    opened: dict[Round, dict[Side, set[datetime]]] = defaultdict(lambda: defaultdict(set))
    for asked in case.told(EvidenceRequested):
        if asked.requested_by == SYSTEM:
            opened[asked.round][asked.side].add(asked.due_at)
    for round_, sides in opened.items():
        dues = list(sides.values())
        if any(due != dues[0] for due in dues):
            yield f"{case.id}: the {round_} round gives the sides different time: {sides}"


def _money_is_paid_once(world: World, case: SimulatedCase, log: Sequence[Commit]) -> Iterator[str]:
    """Refunds never exceed the price, and all together never the price and the most compensation."""
    codec = world.system.services["mediation"].service.bench.codec
    known: dict[str, Obligation] = {}
    paid: dict[str, int] = {}
    for commit in log:
        for record in commit.facts:
            fact = codec.fact(record)
            known |= {one.id: one for one in _obligations(fact)}
            done = getattr(fact, "obligation_id", None) if type(fact).__name__ == "PerformanceConfirmed" else None
            if type(fact).__name__ == "EnforcementOrdered":
                done = fact.obligation.id  # type: ignore[attr-defined]
            if done is not None and (amount := known[done].amount) is not None:
                paid[done] = amount.minor
    price = case.line.price_paid.minor
    refunds = sum(minor for one, minor in paid.items() if known[one].duty in _REFUNDS)
    if refunds > price:
        yield f"{case.id}: refunds of {refunds} were paid on a price of {price}"
    most = price + price * world.policy.limits.compensation_percent // 100
    if sum(paid.values()) > most:
        yield f"{case.id}: {sum(paid.values())} was paid, more than price and compensation allow, {most}"


def _obligations(fact: Any) -> Iterator[Obligation]:
    yield from getattr(fact, "obligations", ())
    for debt in getattr(fact, "debts", ()):
        yield debt.obligation
    if isinstance(one := getattr(fact, "obligation", None), Obligation):
        yield one


def _the_log_is_sound(name: str, case: SimulatedCase, log: Sequence[Commit]) -> Iterator[str]:
    version, digest, seq = 0, "", 0
    for commit in log:
        if commit.first != version + 1 or commit.prev != digest or commit.digest != digest_of(commit):
            yield f"{case.id}: {name}'s log breaks at version {commit.first}"
        version, digest = commit.last, commit.digest
        for out in commit.out:
            seq += bool(out.seq)
            if out.seq and out.seq != seq:
                yield f"{case.id}: {name} told sequence {out.seq} where {seq} was due"


def _types(commit: Commit) -> str:
    return ", ".join(record.type for record in commit.facts)
