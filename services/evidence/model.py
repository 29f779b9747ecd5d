"""Evidence in one value: what it decides, hears and tells."""

from services.evidence.domain.allowed import allowed
from services.evidence.domain.decider import COMMANDS, EVIDENCE
from services.evidence.domain.events import FACTS
from services.evidence.policies import HEARS, react
from services.evidence.publications import TELLS, publish
from shared.eventing.model import Model

MODEL = Model(
    service="evidence",
    decider=EVIDENCE,
    commands=COMMANDS,
    facts=FACTS,
    hears=HEARS,
    tells=TELLS,
    react=react,
    publish=publish,
    allowed=allowed,
)
