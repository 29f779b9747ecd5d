"""What was asked once can be asked again, word for word, to see how another policy would have answered it."""

from datetime import datetime
from typing import Any

from services.intake.domain.case import State
from services.intake.domain.events import ComplaintFiled, NegotiationOpened
from services.intake.domain.filing import STAFF, FileComplaint, claim_of
from services.intake.domain.negotiating import OpenNegotiation
from services.intake.domain.standing import purchase_in_dispute
from shared.eventing.messages import Command, Fact
from shared.eventing.model import About
from shared.kernel.orders import Order
from shared.kernel.policy import Policy
from shared.kernel.refusals import Refused


def filed_again(filed: ComplaintFiled, about: About, order: Order | None, policy: Policy) -> FileComplaint:
    """The filing with everything it was decided on. `order` is the order as it was known then."""
    return FileComplaint(
        **_said(filed, FileComplaint),
        id=filed.TYPE,
        case_id=about.stream,
        at=about.at,
        by=about.by,
        on_behalf_of=filed.parties.buyer_id if about.by.role in STAFF else None,
        order=order,
        policy=policy,
    )


def opened_again(opened: NegotiationOpened, about: About, order: Order | None, policy: Policy) -> OpenNegotiation:
    """The opening of a negotiation with everything it was decided on."""
    return OpenNegotiation(
        **_said(opened, OpenNegotiation),
        id=opened.TYPE,
        case_id=about.stream,
        at=about.at,
        by=about.by,
        order=order,
        policy=policy,
    )


def file_by(command: FileComplaint, buyer_id: str, state: State) -> datetime | None:
    """Until when the complaint could be filed; None where nothing bounds it yet."""
    purchase = purchase_in_dispute(command.order, command.line_id, buyer_id, command.policy)
    return None if isinstance(purchase, Refused) else claim_of(command, purchase, state).file_by


def _said(fact: Fact, command: type[Command]) -> dict[str, Any]:
    """What the fact keeps of the command's own words: the fields that both have."""
    return {name: getattr(fact, name) for name in command.model_fields if name in type(fact).model_fields}
