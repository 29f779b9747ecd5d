"""The four services by name, and how tools open what belongs to one of them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from services.appeals.app import DEFINITION as APPEALS
from services.evidence.app import DEFINITION as EVIDENCE
from services.intake.app import DEFINITION as INTAKE
from services.mediation.app import DEFINITION as MEDIATION
from shared.adapters.definition import Definition
from shared.adapters.ports import Ports, open_ports
from shared.adapters.settings import Settings
from shared.eventing.views import View

DEFINITIONS: Final[Mapping[str, Definition]] = {
    definition.model.service: definition for definition in (INTAKE, EVIDENCE, MEDIATION, APPEALS)
}


def definition_of(service: str) -> Definition:
    """The definition of a service; raises LookupError naming the ones there are."""
    if service not in DEFINITIONS:
        raise LookupError(f"there is no service {service}; one of: {', '.join(DEFINITIONS)}")
    return DEFINITIONS[service]


def views_of(service: str) -> Mapping[str, View[Any]]:
    """A service's views by name, its deadlines among them."""
    definition = definition_of(service)
    return {view.name: view for view in definition.every_view}


def settings_for(service: str, settings: Settings) -> Settings:
    """The settings with the service's own database."""
    database = settings.mongo.database or f"redress_{service}"
    return settings.model_copy(update={"mongo": settings.mongo.model_copy(update={"database": database})})


@asynccontextmanager
async def opened(service: str, settings: Settings) -> AsyncIterator[Ports]:
    """A service's ports, for a tool that works beside its running processes."""
    ports = await open_ports(settings_for(service, settings), service)
    try:
        yield ports
    finally:
        await ports.close()
