"""Evidence, assembled."""

from collections.abc import Sequence

from fastapi import FastAPI

from services.evidence.adapters.sniffing import sniff
from services.evidence.entrypoints.bundle import Load, bundle_routes
from services.evidence.entrypoints.commands import OPEN
from services.evidence.entrypoints.deadlines import command_for
from services.evidence.entrypoints.http import routes
from services.evidence.handlers import providers
from services.evidence.model import MODEL
from services.evidence.views import clocks, deadlines, drafts, evidence_file, time_given
from shared.adapters.bundle_press import exporter
from shared.adapters.http import build_app
from shared.adapters.ports import Ports
from shared.adapters.service import Definition, Service
from shared.adapters.settings import Settings
from shared.eventing.commits import Commit
from shared.kernel.lanes import lane_of

DEFINITION = Definition(
    model=MODEL,
    views=(evidence_file.VIEW, clocks.VIEW, drafts.VIEW, time_given.VIEW),
    deadlines=deadlines.VIEW,
    command_for=command_for,
    open_commands=OPEN,
    providers=lambda service: providers(service.ports.files),
    routes=lambda service: routes(
        service.reader,
        service.ports.files,
        sniff,
        service.book.versions[-1].limits.file_bytes,
        bundle_routes(
            _commits_of(service), service.bench.codec, exporter(service.ports.files, service.book, service.settings)
        ),
    ),
)


def _commits_of(service: Service) -> Load:
    async def load(case_id: str) -> Sequence[Commit]:
        lane = lane_of(case_id, service.settings.lanes)
        return (await service.ports.log.load(lane, [case_id])).get(case_id, ())

    return load


def build(settings: Settings, ports: Ports | None = None) -> FastAPI:
    """The process as an ASGI application; `ports` replaces the real servers in wiring tests."""
    return build_app(DEFINITION, settings, ports)
