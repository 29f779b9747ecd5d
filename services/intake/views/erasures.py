"""Who was erased: when it was ordered, and the proof once the key was destroyed."""

from typing import Literal

from services.intake.domain.events import PersonErased, PersonErasureOrdered
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.values import Moment, Value


class Erasure(Value):
    """One person's erasure. `key_fingerprint` stays null when nothing of theirs was ever kept."""

    person_id: str
    status: Literal["ordered", "erased"]
    ordered_at: Moment
    destroyed_at: Moment | None = None
    key_fingerprint: str | None = None


def evolve(erasure: Erasure | None, entry: Entry) -> Erasure | None:
    match entry.message:
        case PersonErasureOrdered(person_id=person):
            return Erasure(person_id=person, status="ordered", ordered_at=entry.at)
        case PersonErased(key_fingerprint=fingerprint, destroyed_at=at):
            proof = {"status": "erased", "destroyed_at": at, "key_fingerprint": fingerprint}
            return erasure and erasure.model_copy(update=proof)
        case _:
            return erasure


VIEW: View[Erasure] = View(
    name="erasures",
    version=1,
    document=Erasure,
    evolve=evolve,
    keys=lambda erasure: {"status": erasure.status},
)
