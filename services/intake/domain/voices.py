"""What the parties say beside the merits: their consent to a suspension, and how often they urged."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.kernel.actors import Side
from shared.kernel.values import Moment


@dataclass(frozen=True, slots=True)
class Consent:
    """One side's consent to a suspension; it waits for the other side's until an instant."""

    side: Side
    until: Moment


@dataclass(frozen=True, slots=True)
class Urging:
    """One time a side urged. Where that spent its budget, it may urge again at `again_from`."""

    side: Side
    at: Moment
    again_from: Moment | None


@dataclass(frozen=True, slots=True)
class Voices:
    """Both sides' consents and urgings, in order."""

    consents: tuple[Consent, ...] = ()
    urgings: tuple[Urging, ...] = ()

    def consents_at(self, side: Side, at: datetime) -> bool:
        """Whether a side's consent stands at that instant."""
        return any(consent.side is side and at < consent.until for consent in self.consents)

    def urged_by(self, side: Side) -> tuple[Urging, ...]:
        """The urgings of one side, oldest first."""
        return tuple(urging for urging in self.urgings if urging.side is side)

    def again_from(self, side: Side) -> Moment | None:
        """The instant from which a side may urge again, or None while it may at any time."""
        urged = self.urged_by(side)
        return urged[-1].again_from if urged else None

    def with_consent(self, consent: Consent) -> "Voices":
        return replace(self, consents=(*self.consents, consent))

    def with_urging(self, urging: Urging) -> "Voices":
        return replace(self, urgings=(*self.urgings, urging))

    def without_consents(self) -> "Voices":
        """A suspension uses up the consents that led to it."""
        return replace(self, consents=())
