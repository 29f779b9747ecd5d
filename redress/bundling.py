"""A case bundle made beside the running services: the chains of all four, read from their logs."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from redress.registry import DEFINITIONS, opened
from services.evidence.entrypoints.bundle import allowance, time_rows
from shared.adapters.bundle_press import MODULES, exporter
from shared.adapters.policy_files import read_policies
from shared.adapters.settings import Settings
from shared.adapters.worker_pool import WorkerPool
from shared.bundle.exporting import Dossier
from shared.contracts.topology import SERVICES
from shared.eventing.commits import Commit
from shared.eventing.streams import Codec
from shared.kernel.lanes import lane_of


async def commits_of(case_id: str, settings: Settings) -> Mapping[str, Sequence[Commit]]:
    """The case's commits by service; a service that has none of it is left out."""
    found: dict[str, Sequence[Commit]] = {}
    # The hearers first: what they heard is then surely in the log of whoever told it.
    for service in reversed(SERVICES):
        async with opened(service, settings) as ports:
            commits = (await ports.log.load(lane_of(case_id, settings.lanes), [case_id])).get(case_id, ())
        if commits:
            found[service] = commits
    return {service: found[service] for service in SERVICES if service in found}


def staff_dossier(case_id: str, chains: Mapping[str, Sequence[Commit]]) -> Dossier:
    """All of it but drafts, which are their owner's alone."""
    codec = Codec(DEFINITIONS["evidence"].model)
    own = chains.get("evidence", ())
    return Dossier(case_id, "staff", chains, time_rows(own, codec), allowance(own, codec, None).withheld)


async def exported(case_id: str, settings: Settings, key: Path | None = None) -> AsyncIterator[bytes]:
    """The bytes of the bundle; raises LookupError for a case that no service knows.

    Raises KeysMissingError where its files are sealed and no master key is configured.
    """
    chains = await commits_of(case_id, settings)
    if not chains:
        raise LookupError(f"no service knows case {case_id}")
    workers = WorkerPool(limits=settings.workers.limits, size=1, modules=MODULES)
    async with opened("evidence", settings) as ports, _ending(workers):
        book = read_policies(settings.policies)
        writing = exporter(ports.files.store, book, workers.run, key or settings.bundle_key, ports.keys)
        async for piece in writing.pieces(staff_dossier(case_id, chains)):
            yield piece


@asynccontextmanager
async def _ending(workers: WorkerPool) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await workers.close()
