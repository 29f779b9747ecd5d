"""Of every text that evidence hears, and so puts into a case bundle, it is said whose words it is."""

from typing import Final

from services.evidence.entrypoints.bundle_words import WORDS
from services.evidence.model import MODEL
from tests.architecture.test_masked_texts import NAMES, texts

NOBODYS: Final = {
    "AppealDecided": "an adjudicator wrote it for both sides",
    "ComplaintResumed": "a code",
    "ComplaintSuspended": "the reference of a court or an authority",
    "Failure": "a rule's own words",
    "Finding": "an adjudicator wrote it for both sides",
    "Listing": "it stood in the listing, for everybody to read",
    "Obligation": "a code",
    "Review": "it stood in the listing, for everybody to read",
    "RulingIssued": "an adjudicator wrote it for both sides",
}
CODES: Final = ("category", "sub_reason", "channel", "product", "tier_reasons")


def heard_texts() -> set[tuple[str, str]]:
    """Each as the type of the fact and the field, those of `NOBODYS` apart."""
    return {
        (kind.TYPE, field)
        for kind in MODEL.hears
        for model, field in texts(kind)
        if model not in NOBODYS and field not in CODES and not field.endswith(NAMES)
    }


def test_every_text_that_is_heard_is_a_partys_or_declared_nobodys() -> None:
    """INVARIANT: a new text in a fact that evidence hears is withheld from the other party, or is declared."""
    assert heard_texts() == set(WORDS.items())


def test_nothing_is_declared_nobodys_that_is_not_heard() -> None:
    assert NOBODYS.keys() <= {model for kind in MODEL.hears for model, _ in texts(kind)}
