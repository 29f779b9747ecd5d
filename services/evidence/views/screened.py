"""What both sides see of a screening: all of it but where pictures were taken and which other cases have them."""

from collections.abc import Mapping

from services.evidence.domain.events import FileScreened, Item, RoundRules
from services.evidence.domain.figures import Alike, Figures, Remark
from services.evidence.domain.remarks import Angles, angles
from shared.kernel.values import Moment, Value


class ShownScreening(Value):
    """What was found in one file. `has_place` says whether it tells where it was taken, also to whom that is masked."""

    sha256: str
    screener: int
    screened_at: Moment
    figures: Figures | None
    has_place: bool
    remarks: tuple[Remark, ...]
    elsewhere: tuple[Alike, ...]


def with_screening(known: tuple[ShownScreening, ...], fact: FileScreened) -> tuple[ShownScreening, ...]:
    """With what was found in place of what an older screener found in the file."""
    found = ShownScreening(
        sha256=fact.file.sha256,
        screener=fact.screener,
        screened_at=fact.screened_at,
        figures=fact.figures,
        has_place=bool(fact.figures and fact.figures.place),
        remarks=fact.remarks,
        elsewhere=fact.elsewhere,
    )
    return (*(one for one in known if one.sha256 != found.sha256), found)


def masked(screenings: tuple[ShownScreening, ...]) -> tuple[ShownScreening, ...]:
    """As the parties see them; the remarks still say that there are other cases, and in how many."""
    return tuple(
        one.model_copy(
            update={"figures": one.figures and one.figures.model_copy(update={"place": None}), "elsewhere": ()}
        )
        for one in screenings
    )


def angles_of(
    items: tuple[Item, ...], screenings: Mapping[tuple[str, str], ShownScreening], rules: RoundRules
) -> Angles | None:
    """How many views of the problem there are; None where the claim is not about the goods."""
    if rules.screening is None or not rules.angles:
        return None
    hashes = {key: one.figures.hashes if one.figures else () for key, one in screenings.items()}
    return angles(items, hashes, rules.angles, rules.screening.alike_bits)
