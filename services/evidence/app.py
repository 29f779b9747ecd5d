"""Evidence, assembled."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from fastapi import APIRouter, FastAPI

from services.evidence.adapters import copier
from services.evidence.adapters.copier import Copier
from services.evidence.adapters.screening.inspector import MODULES, Inspector
from services.evidence.adapters.screening.screener import Screener
from services.evidence.adapters.screening.screening import SCREENER
from services.evidence.domain.screening import RecordScreening
from services.evidence.entrypoints.bundle import Load, bundle_routes
from services.evidence.entrypoints.commands import OPEN
from services.evidence.entrypoints.deadlines import command_for
from services.evidence.entrypoints.file_access import Parts
from services.evidence.entrypoints.http import routes
from services.evidence.entrypoints.links import Signing
from services.evidence.entrypoints.screening import Screening
from services.evidence.entrypoints.sweeping import Sweeping
from services.evidence.handlers import providers
from services.evidence.model import MODEL
from services.evidence.views import clocks, deadlines, drafts, evidence_file, people, pictures, time_given, unscreened
from shared.adapters.bundle_press import MODULES as PRINTING
from shared.adapters.bundle_press import exporter
from shared.adapters.definition import Definition
from shared.adapters.http import build_app
from shared.adapters.ports import Ports
from shared.adapters.service import Service
from shared.adapters.settings import Settings
from shared.eventing.commits import Commit
from shared.kernel.lanes import lane_of


def _routes(service: Service) -> APIRouter:
    settings = service.settings.files
    secret = settings.link_secret.get_secret_value().encode() if settings.link_secret else None
    parts = Parts(
        engine=service.engine,
        reader=service.reader,
        store=service.ports.files.store,
        inspect=Inspector(service.workers).inspect,
        copies=Copier(service.workers),
        signing=Signing(secret, timedelta(seconds=settings.link_seconds)),
        clock=service.ports.clock,
    )
    bundles = bundle_routes(
        _commits_of(service),
        service.bench.codec,
        exporter(parts.store, service.book, service.workers.run, service.settings.bundle_key, service.ports.keys),
    )
    most_bytes = service.book.versions[-1].limits.file_bytes
    return routes(service.reader, parts, service.ports.files.uploads, most_bytes, bundles)


def _tasks(service: Service) -> Mapping[str, Callable[[], Awaitable[None]]]:
    files = service.ports.files
    sweeping = Sweeping(
        files.desk,
        files.store,
        files.uploads,
        engine=service.engine,
        clock=service.ports.clock,
        telemetry=service.metrics,
        lanes=lambda: service.lanes,
        every=service.settings.files.sweep_seconds,
    )
    return {"sweeping": sweeping.run, "screening": screening(service).run}


def screening(service: Service) -> Screening:
    """What looks at submitted files, for a running service or for one round of it."""

    async def seal(command: RecordScreening) -> RecordScreening:
        sealed: RecordScreening = await service.sealing.sealed(
            RecordScreening, command, by=command.by, case_id=command.case_id
        )
        return sealed

    return Screening(
        service.ports.files.store,
        Screener(service.workers).screen,
        seal,
        screener=SCREENER,
        engine=service.engine,
        reader=service.reader,
        clock=service.ports.clock,
        telemetry=service.metrics,
        lanes=lambda: service.lanes,
    )


def _bounds_itself(path: str) -> bool:
    return path.startswith("/cases/") and (path.endswith("/files") or "/uploads/" in path)


DEFINITION = Definition(
    model=MODEL,
    views=(evidence_file.VIEW, clocks.VIEW, drafts.VIEW, time_given.VIEW, pictures.VIEW, unscreened.VIEW),
    people=people.VIEW,
    deadlines=deadlines.VIEW,
    command_for=command_for,
    open_commands=OPEN,
    providers=lambda service: providers(service.ports.files.store),
    routes=_routes,
    tasks=_tasks,
    bounds_itself=_bounds_itself,
    worker_modules=(*MODULES, copier.MODULE, *PRINTING),
)


def _commits_of(service: Service) -> Load:
    async def load(case_id: str) -> Sequence[Commit]:
        lane = lane_of(case_id, service.settings.lanes)
        return (await service.ports.log.load(lane, [case_id])).get(case_id, ())

    return load


def build(settings: Settings, ports: Ports | None = None) -> FastAPI:
    """The process as an ASGI application; `ports` replaces the real servers in wiring tests."""
    return build_app(DEFINITION, settings, ports)
