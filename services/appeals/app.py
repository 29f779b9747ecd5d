"""Appeals, assembled."""

from fastapi import FastAPI

from services.appeals.entrypoints.commands import OPEN
from services.appeals.entrypoints.deadlines import command_for
from services.appeals.entrypoints.http import routes
from services.appeals.handlers import providers
from services.appeals.model import MODEL
from services.appeals.views import appeal_file, deadlines, people
from shared.adapters.definition import Definition
from shared.adapters.http import build_app
from shared.adapters.ports import Ports
from shared.adapters.rosters import Rosters
from shared.adapters.settings import Settings

DEFINITION = Definition(
    model=MODEL,
    views=(appeal_file.VIEW,),
    people=people.VIEW,
    deadlines=deadlines.VIEW,
    command_for=command_for,
    open_commands=OPEN,
    providers=lambda service: providers(
        Rosters(service.settings.roster, service.reader, appeal_file.VIEW, "reviewer_id", ("under_review",))
    ),
    routes=lambda service: routes(service.reader),
)


def build(settings: Settings, ports: Ports | None = None) -> FastAPI:
    """The process as an ASGI application; `ports` replaces the real servers in wiring tests."""
    return build_app(DEFINITION, settings, ports)
