"""Mediation, assembled."""

from fastapi import FastAPI

from services.mediation.entrypoints.commands import OPEN
from services.mediation.entrypoints.deadlines import command_for
from services.mediation.entrypoints.http import routes
from services.mediation.handlers import providers
from services.mediation.model import MODEL
from services.mediation.views import deadlines, mediation_file, people
from shared.adapters.definition import Definition
from shared.adapters.http import build_app
from shared.adapters.ports import Ports
from shared.adapters.rosters import Rosters
from shared.adapters.settings import Settings

DEFINITION = Definition(
    model=MODEL,
    views=(mediation_file.VIEW,),
    people=people.VIEW,
    deadlines=deadlines.VIEW,
    command_for=command_for,
    open_commands=OPEN,
    providers=lambda service: providers(
        Rosters(
            service.settings.roster,
            service.reader,
            mediation_file.VIEW,
            "adjudicator_id",
            ("mediating", "awaiting_ruling"),
            handled_at=lambda file: file.handled_at,
        )
    ),
    routes=lambda service: routes(service.reader),
)


def build(settings: Settings, ports: Ports | None = None) -> FastAPI:
    """The process as an ASGI application; `ports` replaces the real servers in wiring tests."""
    return build_app(DEFINITION, settings, ports)
