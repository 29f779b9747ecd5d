"""The decision on appeal is final: afterwards nothing on the merits can be asked."""

from services.appeals.domain.standing import Final
from shared.kernel.refusals import Refused


def decision_is_final(state: Final) -> Refused:
    return Refused(
        "decision_is_final",
        detail=f"reviewer {state.reviewer.id} has decided the appeal",
        clause="appeal.final",
        cure="outside help remains: a consumer association or a court",
    )
