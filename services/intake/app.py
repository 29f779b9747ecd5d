"""Intake, assembled."""

from fastapi import FastAPI

from services.intake.entrypoints.commands import OPEN
from services.intake.entrypoints.deadlines import command_for
from services.intake.entrypoints.http import routes
from services.intake.handlers import providers
from services.intake.model import MODEL
from services.intake.views import case_outcome, case_timeline, deadlines, duties, erasures, order_book, people
from shared.adapters.definition import Definition
from shared.adapters.http import build_app
from shared.adapters.ports import Ports
from shared.adapters.settings import Settings

DEFINITION = Definition(
    model=MODEL,
    views=(case_timeline.VIEW, duties.VIEW, order_book.VIEW, case_outcome.VIEW, erasures.VIEW),
    people=people.VIEW,
    deadlines=deadlines.VIEW,
    command_for=command_for,
    open_commands=OPEN,
    providers=lambda service: providers(
        service.engine, service.reader, case_timeline.VIEW, duties.VIEW, service.book, service.sealing
    ),
    routes=lambda service: routes(service.reader, service.book),
)


def build(settings: Settings, ports: Ports | None = None) -> FastAPI:
    """The process as an ASGI application; `ports` replaces the real servers in wiring tests."""
    return build_app(DEFINITION, settings, ports)
