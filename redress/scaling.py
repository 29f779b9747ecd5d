"""From what one case costs to what so many cases a day need: the arithmetic behind docs/scale.md."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

DAY_SECONDS: Final = 86_400
PEAK: Final = 3
"""The busiest hour against the mean one; an assumption."""
COMMITS_PER_CORE: Final = 620
"""Commits a second of one replica: `redress bench ingest`, 1,550 facts a second, five told for two commits."""
LANE_COMMITS: Final = 650
"""Commits a second of one lane: `redress bench append`, 7,840 a second over 12 lanes, all on one disk."""
ON_DISK: Final = 0.63
"""Bytes on disk for each byte of commits: lz4, indexes, oplog and journal together, of a log of a million cases."""
COPIES: Final = 3
TOPIC_DAYS: Final = 30
HOT_DAYS: Final = 90
"""Days of cases in MongoDB, where closed cases are archived: longer than nearly all cases last."""
SHARD_BYTES: Final = 4e12
"""What one shard holds; an assumption."""
LANES_FIRST: Final = 12


@dataclass(frozen=True, slots=True)
class Need:
    """What one number of cases a day comes to."""

    cases_per_day: float
    commits: float
    """A second, all services, in the busiest hour."""
    records: float
    """A second on topics, then."""
    replicas: Mapping[str, int]
    lanes: int
    """Of every service and topic: as many as its busiest service must write to, in twelves."""
    log_bytes_a_day: float
    """One copy, on disk."""
    shards: int
    hot_bytes: float
    topic_bytes: float


def need(cost: Mapping[str, Any], cases_per_day: float) -> Need:
    """What `cases_per_day` need, by the measured cost of a case. Raises LookupError for none or fewer."""
    if not cases_per_day > 0:
        raise LookupError(f"cases per day is {cases_per_day:g}: give a number above 0")
    services: Mapping[str, Mapping[str, float]] = cost["services"]
    a_second = cases_per_day / DAY_SECONDS * PEAK
    busy = {name: one["commits"] * a_second for name, one in services.items()}
    log = sum(one["log_bytes"] for one in services.values()) * cases_per_day * ON_DISK
    lanes = LANES_FIRST * math.ceil(max(busy.values()) / LANE_COMMITS / LANES_FIRST)
    return Need(
        cases_per_day,
        sum(busy.values()),
        sum(one["records"] for one in services.values()) * a_second,
        {name: max(2, math.ceil(rate / COMMITS_PER_CORE)) for name, rate in busy.items()},
        max(LANES_FIRST, lanes, LANES_FIRST * math.ceil(max(busy.values()) / COMMITS_PER_CORE / LANES_FIRST)),
        log,
        math.ceil(log * HOT_DAYS / SHARD_BYTES),
        log * HOT_DAYS * COPIES,
        sum(one["record_bytes"] for one in services.values()) * cases_per_day * TOPIC_DAYS * COPIES,
    )


def table(cost: Mapping[str, Any], sizes: Sequence[float]) -> str:
    """The needs of some sizes as Markdown."""
    needs = [need(cost, size) for size in sizes]
    rows = [
        ("commits a second, busiest hour", [f"{one.commits:,.0f}" for one in needs]),
        ("records a second on topics, then", [f"{one.records:,.0f}" for one in needs]),
        *((f"replicas of {name}", [f"{one.replicas[name]:,}" for one in needs]) for name in cost["services"]),
        ("lanes, and so partitions of each topic", [f"{one.lanes:,}" for one in needs]),
        ("log a day, one copy on disk", [_bytes(one.log_bytes_a_day) for one in needs]),
        (f"MongoDB, {HOT_DAYS} days, {COPIES} copies", [_bytes(one.hot_bytes) for one in needs]),
        (f"shards of {_bytes(SHARD_BYTES)}", [f"{one.shards:,}" for one in needs]),
        (f"Kafka, {TOPIC_DAYS} days, {COPIES} copies", [_bytes(one.topic_bytes) for one in needs]),
    ]
    head = " | ".join(f"{size:,.0f} cases a day" for size in sizes)
    lines = [f"| | {head} |", "|---|" + "---|" * len(sizes)]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows)]) + "\n"


def _bytes(count: float) -> str:
    for unit, size in (("PB", 1e15), ("TB", 1e12)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 1e9:,.1f} GB"
