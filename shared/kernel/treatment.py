"""Equal treatment: what each side was given and what it did, side by side, with every difference as a sentence."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from shared.kernel.actors import Side
from shared.kernel.values import Value

Unit: TypeAlias = Literal["times", "items", "notices", "offers", "seconds"]
Of: TypeAlias = Literal["given", "done"]
"""What the process gave a side, or what the side did with it: only the first can be unequal treatment."""


class Wording(Value):
    """What is compared, and how it is said of one side; `{}` stands for the amount."""

    name: str
    of: Of
    unit: Unit
    said: str


class Measure(Value):
    """One thing of both sides; `difference` is absent where there is none."""

    name: str
    of: Of
    unit: Unit
    buyer: int
    seller: int
    difference: str | None


class Chapter(Value):
    """What was compared in one step of the case."""

    title: str
    measures: tuple[Measure, ...]


class EqualTreatment(Value):
    """One service's part of the report on a case: what it gave both sides."""

    case_id: str
    part: str
    given_alike: bool
    """Whether nothing that was given differs. A difference can have its reason; the sentences are to be read."""
    chapters: tuple[Chapter, ...]


def compared(title: str, wordings: Sequence[Wording], amounts: Mapping[Side, Mapping[str, int | None]]) -> Chapter:
    """Both sides' amounts by name. What is not known of both, such as the time used in an open round, is left out."""
    measures: list[Measure] = []
    for wording in wordings:
        buyer, seller = amounts[Side.BUYER][wording.name], amounts[Side.SELLER][wording.name]
        if buyer is None or seller is None:
            continue
        said = {**wording.model_dump(exclude={"said"}), "buyer": buyer, "seller": seller}
        measures.append(Measure.model_validate({**said, "difference": difference(wording, buyer, seller)}))
    return Chapter(title=title, measures=tuple(measures))


def report(case_id: str, part: str, chapters: Sequence[Chapter]) -> EqualTreatment:
    """The chapters as one service's part."""
    differs = any(one.of == "given" and one.difference for chapter in chapters for one in chapter.measures)
    return EqualTreatment(case_id=case_id, part=part, given_alike=not differs, chapters=tuple(chapters))


def difference(wording: Wording, buyer: int, seller: int) -> str | None:
    """The difference as a sentence, whoever has more first; None where there is none."""
    if buyer == seller:
        return None
    more, less = (Side.BUYER, Side.SELLER) if buyer > seller else (Side.SELLER, Side.BUYER)
    greater, lesser = (_amount(amount, wording.unit) for amount in (max(buyer, seller), min(buyer, seller)))
    return f"The {more} {wording.said.format(greater)}, the {less} {lesser}."


def _amount(amount: int, unit: Unit) -> str:
    match unit:
        case "seconds":
            return _length(amount)
        case "times":
            return {0: "not at all", 1: "once", 2: "twice"}.get(amount, f"{amount} times")
        case _:
            return {0: "none", 1: f"1 {unit.removesuffix('s')}"}.get(amount, f"{amount} {unit}")


def _length(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    parts = zip((minutes // 60, minutes % 60, rest), ("h", "min", "s"), strict=True)
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "no time"
