"""Every measurement against its bare loop, on servers of the caller's choice: the library behind `redress bench`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from bench.append import append
from bench.duplicates import duplicates
from bench.end_to_end import end_to_end
from bench.files import files
from bench.flat import flat
from bench.ingest import ingest
from bench.load import load
from bench.rebuild import rebuild
from bench.replicas import replicas
from bench.results import Result, show
from bench.screening import screening
from bench.stand import Stand, quiet, stand
from bench.telemetry import telemetry
from shared.adapters.process import calm_collector

__all__ = ["BENCHES", "Result", "run_all", "show"]

BENCHES: Final[Mapping[str, Callable[..., Awaitable[list[Result]]]]] = {
    "flat": flat,
    "append": append,
    "load": load,
    "rebuild": rebuild,
    "ingest": ingest,
    "replicas": replicas,
    "telemetry": telemetry,
    "end_to_end": end_to_end,
    "files": files,
    "duplicates": duplicates,
    "screening": screening,
}
"""By name, in the order they run: memory is weighed before the others have used any."""


async def run_all(
    bootstrap: str,
    mongo_url: str,
    *,
    quick: bool = False,
    only: Sequence[str] = (),
    large: int | None = None,
) -> list[Result]:
    """Run the named measurements, all by default, on topics and databases of their own that are gone afterwards.

    `large` is the size of the larger log of `flat`. Raises LookupError for a name that is no measurement.
    """
    if unknown := sorted(set(only) - set(BENCHES)):
        raise LookupError(f"no such measurement: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    results: list[Result] = []
    with quiet():
        async with stand(bootstrap, mongo_url) as opened:
            for name in dict.fromkeys(only or BENCHES):
                calm_collector()  # as a service does; what the measurement before left is not searched again
                results += await _run(name, opened, quick=quick, large=large)
    return results


async def _run(name: str, opened: Stand, *, quick: bool, large: int | None) -> list[Result]:
    if name == "flat":
        return await flat(opened, quick=quick, large=large)
    return await BENCHES[name](opened, quick=quick)
