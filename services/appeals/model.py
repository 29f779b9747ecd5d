"""Appeals in one value: what it decides, allows, hears and tells."""

from services.appeals.domain.allowed import allowed
from services.appeals.domain.decider import APPEALS, COMMANDS
from services.appeals.domain.events import FACTS
from services.appeals.policies import HEARS, react
from services.appeals.publications import TELLS, publish
from shared.eventing.model import Model

MODEL = Model(
    service="appeals",
    decider=APPEALS,
    commands=COMMANDS,
    facts=FACTS,
    hears=HEARS,
    tells=TELLS,
    react=react,
    publish=publish,
    allowed=allowed,
)
