"""Intake's pure half in one value."""

from services.intake.domain.allowed import allowed
from services.intake.domain.decider import COMMANDS, INTAKE
from services.intake.domain.events import FACTS
from services.intake.policies import HEARS, react
from services.intake.publications import TELLS, publish
from shared.eventing.model import Model

MODEL = Model(
    service="intake",
    decider=INTAKE,
    commands=COMMANDS,
    facts=FACTS,
    hears=HEARS,
    tells=TELLS,
    react=react,
    publish=publish,
    allowed=allowed,
)
