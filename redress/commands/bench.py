"""`redress bench`: our speed beside the bare loop's, on the same servers in one run."""

import asyncio
import sys

from shared.adapters.settings import Settings


def bench(*only: str, quick: bool = False, large: int | None = None, json: bool = False) -> None:
    """Print the ratios of architecture.md section 9, each beside its bare loop; exits with 1 on a missed target.

    Parameters
    ----------
    only
        Names of benchmarks to run; all by default.
    quick
        Smaller sizes, under a minute.
    large
        Cases in the larger log of `flat`, for example 1000000, which takes half an hour; 100,000 by default.
    json
        Print JSON instead of a table.
    """
    from bench.run import run_all, show  # noqa: PLC0415  # not needed by any other command

    settings = Settings()
    results = asyncio.run(
        run_all(settings.kafka.bootstrap, settings.mongo.url.get_secret_value(), quick=quick, only=only, large=large)
    )
    show(results, as_json=json)
    sys.exit(0 if all(result.met for result in results) else 1)
