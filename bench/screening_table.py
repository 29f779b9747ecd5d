"""How often the remarks of screening are right, on photographs: `python -m bench.screening_table` writes the page.

Every figure of `docs/screening.md` between its marks is made here; the thresholds are those of the policy.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from PIL import Image

from bench.photographs import (
    A_STEP_ASIDE,
    SOURCES,
    Change,
    blurred,
    contrasted,
    cropped,
    exposed,
    marked,
    mirrored,
    photograph,
    photographs,
    saved,
    scaled,
    turned,
)
from services.evidence.adapters.screening.screening import screen
from services.evidence.domain.figures import bits_apart
from shared.adapters.policy_files import read_policies
from shared.kernel.policy import FileScreening

PAGE: Final = Path("docs/screening.md")
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"
_UNCHANGED: Final[Change] = scaled(1)

COPIES: Final[Mapping[str, Callable[[Image.Image], bytes]]] = {
    "JPEG at quality 30": lambda one: saved(one, quality=30),
    "WebP at quality 60": lambda one: saved(one, "WEBP", 60),
    "PNG": lambda one: saved(one, "PNG"),
    "half the size": lambda one: saved(scaled(0.5)(one)),
    "darker by 40 %": lambda one: saved(exposed(0.6)(one)),
    "brighter by 30 %": lambda one: saved(exposed(1.3)(one)),
    "contrast raised by 40 %": lambda one: saved(contrasted(1.4)(one)),
    "slightly blurred": lambda one: saved(blurred(2)(one)),
    "without 2 % on each side": lambda one: saved(cropped(2)(one)),
    "without 5 % on each side": lambda one: saved(cropped(5)(one)),
    "without 10 % on each side": lambda one: saved(cropped(10)(one)),
    "turned by 1 degree": lambda one: saved(turned(1)(one)),
    "turned by 3 degrees": lambda one: saved(turned(3)(one)),
    "with a white label on a twenty-fifth": lambda one: saved(marked(one)),
    "mirrored": lambda one: saved(mirrored(one)),
}


@dataclass(frozen=True, slots=True)
class Score:
    """How many were remarked on that should be, that should not be, and how many there were of each."""

    right: int
    wanted: int
    wrong: int
    unwanted: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted


def score(remarked: Callable[[Any], bool], wanted: Sequence[Any], unwanted: Sequence[Any]) -> Score:
    return Score(sum(map(remarked, wanted)), len(wanted), sum(map(remarked, unwanted)), len(unwanted))


@cache
def measured(change: Change = _UNCHANGED, quality: int = 92) -> Sequence[Mapping[str, Any]]:
    """The figures of every photograph after a change."""
    return [screen(saved(change(one), quality=quality), "image/jpeg") for one in photographs().values()]


BLURS: Final = tuple(blurred(radius) for radius in (3, 4, 6, 8))
DARK: Final = tuple(exposed(factor) for factor in (0.1, 0.15, 0.2))
BRIGHT: Final = tuple(exposed(factor) for factor in (4, 6))


def blur(threshold: float) -> Score:
    wanted = [one["sharpness"] for change in BLURS for one in measured(change)]
    return score(lambda sharpness: sharpness < threshold, wanted, [one["sharpness"] for one in measured()])


def dark(threshold: float) -> Score:
    wanted = [one["brightness"] for change in DARK for one in measured(change)]
    return score(lambda brightness: brightness < threshold, wanted, [one["brightness"] for one in measured()])


def bright(threshold: float) -> Score:
    wanted = [one["brightness"] for change in BRIGHT for one in measured(change)]
    return score(lambda brightness: brightness > threshold, wanted, [one["brightness"] for one in measured()])


@cache
def copies(name: str) -> Sequence[int]:
    """In how many bits each photograph and its copy differ."""
    found = []
    for one, original in zip(photographs().values(), measured(), strict=True):
        media_type = "image/webp" if name.startswith("WebP") else "image/png" if name == "PNG" else "image/jpeg"
        copy = screen(COPIES[name](one), media_type)
        found.append(_apart(original, copy))
    return found


@cache
def strangers() -> Sequence[int]:
    """In how many bits photographs of different things differ, every pair of them."""
    return [_apart(one, other) for one, other in combinations(measured(), 2)]


LIKE: Final = tuple(COPIES)[:9]
"""What counts as nearly the same picture: saved, scaled or toned anew, or trimmed at the edge."""


def alike(threshold: float) -> Score:
    wanted = [bits for name in LIKE for bits in copies(name)]
    return score(lambda bits: bits <= threshold, wanted, strangers())


def _apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    apart = bits_apart(tuple(one["hashes"]), tuple(other["hashes"]))
    return 64 if apart is None else apart


def table(what: str, of: Callable[[float], Score], thresholds: Sequence[float], chosen: float) -> list[str]:
    lines = [f"| {what} | precision | recall | wrongly remarked |", "|---|---|---|---|"]
    for threshold in thresholds:
        one = of(threshold)
        mark = "**" if threshold == chosen else ""
        figures = (f"{threshold:g}", f"{one.precision:.2f}", f"{one.recall:.2f}", f"{one.wrong} of {one.unwanted}")
        lines.append("| " + " | ".join(f"{mark}{figure}{mark}" for figure in figures) + " |")
    return [*lines, ""]


def lines(rules: FileScreening) -> list[str]:
    """The measured part of the page. The policy's thresholds stand in bold."""
    count = len(photographs())
    named = "; ".join(f"{folder}: {', '.join(names)}" for folder, names in SOURCES.items())
    original, aside = measured()[list(photographs()).index("motorcycle_left.png")], photograph(*A_STEP_ASIDE)
    step = _apart(original, screen(saved(aside), "image/jpeg"))
    return [
        f"{count} photographs, one of each motif ({named}).",
        "",
        (
            f"**Blurred**: each photograph as it is, and out of focus by {len(BLURS)} radii of 3 to 8 thousandths of "
            "its longer side."
        ),
        "",
        *table("sharpness below", blur, (10, 20, 30, 40, 60, 100), rules.sharpness),
        f"**Too dark**: as it is, and at {len(DARK)} exposures of a tenth to a fifth.",
        "",
        *table("brightness below", dark, (15, 20, 25, 30, 40), rules.darkest),
        f"**Too bright**: as it is, and at {len(BRIGHT)} exposures of 4 and 6 times, cut off at white.",
        "",
        *table("brightness above", bright, (190, 200, 210, 225, 240), rules.brightest),
        (
            f"**Alike**: {len(LIKE)} kinds of copies (those in bold below), against the {len(strangers())} pairs of "
            f"different photographs, which differ in {min(strangers())} bits or more."
        ),
        "",
        *table("bits apart, up to", alike, (0, 2, 4, 6, 8, 10, 12), rules.alike_bits),
        "| copy | median bits | most bits | found |",
        "|---|---|---|---|",
        *(_copy_line(name, rules.alike_bits) for name in COPIES),
        "",
        (
            f"Two photographs of one motif from a few centimetres aside (a stereo pair) differ in {step} bits: they "
            "count as one angle."
        ),
    ]


def _copy_line(name: str, most: int) -> str:
    bits = sorted(copies(name))
    found = sum(one <= most for one in bits)
    shown = f"**{name}**" if name in LIKE else name
    return f"| {shown} | {bits[len(bits) // 2]} | {bits[-1]} | {found} of {len(bits)} |"


def main() -> None:
    """Write the measured part anew into the page."""
    rules = read_policies().versions[-1].file_screening
    if rules is None:
        raise SystemExit("the policy in force has no file_screening")
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text("\n".join([before + BEGIN, "", *lines(rules), "", END + after]), encoding="utf-8")


if __name__ == "__main__":
    main()
