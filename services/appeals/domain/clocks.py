"""Who owes what by when on an appeal; the clocks of its evidence round run where the evidence is kept."""

from services.appeals.domain.standing import Appeal, Ready, UnderReview
from shared.kernel.actors import Role
from shared.kernel.clocks import Clock

REVIEW = "review_due"
ASSIGNMENT = "assignment_due"


def running(state: Appeal) -> tuple[Clock, ...]:
    """Every duty that is running now; none while the case is suspended."""
    match state:
        case Ready(assign_by=due_at) if due_at is not None:
            return (
                Clock(
                    kind=ASSIGNMENT,
                    owner=Role.PLATFORM,
                    due_at=due_at,
                    consequence="That no independent reviewer was found is reported, and the search goes on.",
                ),
            )
        case UnderReview():
            return (
                Clock(
                    kind=REVIEW,
                    owner=Role.REVIEWER,
                    due_at=state.due_at,
                    consequence="The delay is reported, and another independent reviewer takes the appeal over.",
                ),
            )
        case _:
            return ()
