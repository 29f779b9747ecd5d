"""Evidence, assembled."""

from fastapi import FastAPI

from services.evidence.adapters.screening.inspector import MODULES, Inspector
from services.evidence.entrypoints.commands import OPEN
from services.evidence.entrypoints.deadlines import command_for
from services.evidence.entrypoints.http import routes
from services.evidence.handlers import providers
from services.evidence.model import MODEL
from services.evidence.views import clocks, deadlines, drafts, evidence_file, time_given
from shared.adapters.http import build_app
from shared.adapters.ports import Ports
from shared.adapters.service import Definition
from shared.adapters.settings import Settings

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
        Inspector(service.workers).inspect,
        service.book.versions[-1].limits.file_bytes,
    ),
    worker_modules=MODULES,
)


def build(settings: Settings, ports: Ports | None = None) -> FastAPI:
    """The process as an ASGI application; `ports` replaces the real servers in wiring tests."""
    return build_app(DEFINITION, settings, ports)
