"""What of a mediation file each side reads masked."""

from services.mediation.views.parts import MediationFile, Offer
from shared.kernel.actors import Actor, Role, Side, hidden_from
from shared.kernel.masking import masking


def as_seen_by(file: MediationFile, by: Actor | None) -> MediationFile:
    """A party reads the other's words, and what was said with the other, masked; staff read what was written."""
    hidden = hidden_from(by, file.parties)
    if not hidden:
        return file
    return file.model_copy(
        update={
            "offers": tuple(_offer_seen(offer, hidden) for offer in file.offers),
            "contacts": tuple(
                masking(contact, "note", "outcome") if contact.with_side in {*hidden, None} else contact
                for contact in file.contacts
            ),
            "statements": tuple(
                masking(said, "words") if _side(said.by) in hidden else said for said in file.statements
            ),
            "successor": file.successor
            and (masking(file.successor, "reason") if _side(file.successor.sought_by) in hidden else file.successor),
        }
    )


def _offer_seen(offer: Offer, hidden: frozenset[Side]) -> Offer:
    """Of an offer between the sides the reason is the other's who declined it; of a mediator's either may have."""
    maker = _side(offer.made_by)
    declined_by = {maker.other} if maker else set(Side)
    return masking(offer, "reason") if declined_by & hidden else offer


def _side(actor: Actor) -> Side | None:
    return Side(actor.role.value) if actor.role in {Role.BUYER, Role.SELLER} else None
