"""What `redress verify` finds in a log that somebody changed."""

from collections.abc import Callable, Sequence

import pytest

from redress.registry import definition_of
from redress.verifying import Findings, verify_lane
from shared.adapters.memory_log import MemoryEventLog
from shared.adapters.ports import memory_ports
from shared.adapters.settings import Settings
from shared.adapters.wire import envelope_of, received_of
from shared.contracts.intake import ComplaintAccepted, ComplaintFiled, ComplaintWithdrawn
from shared.eventing.commits import Commit
from shared.eventing.hearing import Hearing
from shared.eventing.workbench import Workbench
from shared.kernel.lanes import lane_start
from tests.examples.intake import BOOK, CASE
from tests.kit.counter import Tally
from tests.kit.golden import golden
from tests.kit.wire import Outside

EVIDENCE = definition_of("evidence")
Forge = Callable[[Sequence[Commit]], Sequence[Commit]]


async def life() -> Sequence[Commit]:
    """Evidence's log of a case whose withdrawal came first, and whose filing came last."""
    log, outside = MemoryEventLog(lanes=1), Outside(1)
    told = [
        received_of(
            envelope_of(
                outside.tell(kind.model_validate_json(golden()[kind.TYPE].value).model_copy(update={"case_id": CASE}))
            ),
            {kind.TYPE: kind},
        )
        for kind in (ComplaintFiled, ComplaintAccepted, ComplaintWithdrawn)
    ]
    hearing = Hearing(Workbench(EVIDENCE.model, log, lanes=1), BOOK, Tally())
    for fact in reversed(told):
        await hearing.hear(0, [fact])
    return await log.read(0, lane_start(0), 100)


async def found(commits: Sequence[Commit]) -> Sequence[str]:
    ports = memory_ports(1)
    before = ""
    for commit in commits:  # sealed again, as whoever changes a log would
        sealed = commit._replace(prev=before).sealed()
        before = sealed.digest
        await ports.log.append(0, [sealed])
    findings = Findings("evidence")
    await verify_lane(0, EVIDENCE, ports, Settings(lanes=1), findings, None)
    return findings.differences


async def test_a_log_of_facts_that_came_in_any_order_is_sound() -> None:
    commits = await life()

    assert [(one.cause.seq, one.cause.through) for one in commits[:3]] == [(3, 0), (2, 0), (1, 3)]
    assert await found(commits) == []


def said(n: int, through: int | None) -> Forge:
    return lambda commits: [
        one._replace(cause=one.cause._replace(through=through)) if at == n else one for at, one in enumerate(commits)
    ]


@pytest.mark.parametrize(
    ("forged", "told"),
    [
        (said(0, 3), "says that intake had its turn through 3; by its log through 0"),
        (said(2, 2), "says that intake had its turn through 2; by its log through 3"),
        (said(2, 9), "sequence 4 has its turn and never came"),
        (lambda commits: commits[1:], "follows version 0"),
    ],
)
async def test_a_log_that_says_otherwise_is_told(forged: Forge, told: str) -> None:
    differences = await found(forged(await life()))

    assert any(told in one for one in differences), differences
