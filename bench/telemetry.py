"""What telling costs: ingest with all that production counts, and with traces, against ingest that tells nothing."""

from typing import Final

from bench.ingest import IN, filled, taking_in
from bench.results import Result, alternate
from bench.service import Unwatched, open_service
from bench.stand import Stand
from services.evidence.app import DEFINITION
from shared.adapters.settings import OtelSettings

METRICS_TARGET: Final = 0.97
TRACES_TARGET: Final = 0.9
_NOBODY: Final = "http://127.0.0.1:9"
"""A collector that is away: spans are made, encoded and given up, which is the most that they can cost."""


async def telemetry(stand: Stand, *, quick: bool) -> list[Result]:
    facts, told = await filled(stand, 1000 if quick else 3000)
    name = DEFINITION.model.service

    async def ingested(run: str, n: int, *, watched: bool, ratio: float = 0) -> float:
        service = await open_service(
            stand,
            DEFINITION,
            f"{run}_{n}",
            IN,
            relay_only=True,
            metrics=None if watched else Unwatched(name),
            otel=OtelSettings(endpoint=_NOBODY, ratio=ratio) if ratio else None,
        )
        async with taking_in(service, facts, told) as spent:
            return facts / spent

    rounds = 3 if quick else 5
    counted = await alternate(
        rounds, lambda n: ingested("counted", n, watched=True), lambda n: ingested("silent", n, watched=False)
    )
    traced = await alternate(
        rounds,
        lambda n: ingested("traced", n, watched=True, ratio=0.1),
        lambda n: ingested("untraced", n, watched=True),
    )
    return [
        counted.result(
            "metrics", "facts/s", METRICS_TARGET, "higher", "ingest with all metrics and gauges, and without"
        ),
        traced.result("traces", "facts/s", TRACES_TARGET, "higher", "ingest with one trace in ten kept, and none"),
    ]
