"""Mediation's pure half in one value: offers, rulings and what is owed."""

from services.mediation.domain.allowed import allowed
from services.mediation.domain.decider import COMMANDS, MEDIATION
from services.mediation.domain.events import FACTS
from services.mediation.policies import HEARS, react
from services.mediation.publications import TELLS, publish
from shared.eventing.model import Model

MODEL = Model(
    service="mediation",
    decider=MEDIATION,
    commands=COMMANDS,
    facts=FACTS,
    hears=HEARS,
    tells=TELLS,
    react=react,
    publish=publish,
    allowed=allowed,
)
