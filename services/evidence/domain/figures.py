"""What was measured of a file, and what it may mean: remarks advise, and decide nothing."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from shared.kernel.ids import Id
from shared.kernel.texts import Reference
from shared.kernel.values import Moment, Value

PictureHash = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
"""64 bits, of which pictures that look alike have nearly all in common."""
ANYWHERE: timedelta = timedelta(hours=14)
"""How far a local time may lie from UTC, somewhere on earth."""


class Figures(Value):
    """What a file was measured to be and what it says about itself; absent is what its kind does not have.

    `metadata` says whether a camera or a program wrote any. `taken_at` is what a device said; without `zone_known` it
    is a local time taken for UTC. A video has the hashes of some of its pictures.
    `place` is latitude and longitude in degrees; like the device it tells of a person, so both are sealed.
    """

    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    pages: int | None = None
    sharpness: float | None = None
    brightness: float | None = None
    contrast: float | None = None
    hashes: tuple[PictureHash, ...] = ()
    metadata: bool = False
    taken_at: Moment | None = None
    zone_known: bool = False
    device: Reference | None = None
    software: str | None = None
    place: Reference | None = None


RemarkCode = Literal[
    "blurred",
    "too_small",
    "too_dark",
    "too_bright",
    "no_metadata",
    "edited",
    "taken_at_another_time_than_said",
    "taken_before_delivery",
    "taken_after_it_was_submitted",
    "same_file_in_this_case",
    "alike_in_this_case",
    "same_file_in_other_cases",
    "alike_in_other_cases",
    "not_measured",
]


class Remark(Value):
    """One thing to bear in mind about a file, with the figure that led to it and the threshold it passed."""

    code: RemarkCode
    text: str
    figure: float | None = None
    threshold: float | None = None


class Alike(Value):
    """A file of another case that is the same, or shows nearly the same picture; `bits` is in how many they differ."""

    case_id: Id
    item_id: Id
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bits: int


def bits_apart(some: tuple[str, ...], others: tuple[str, ...]) -> int | None:
    """In how many bits the two most alike pictures of two files differ; None where one has none."""
    apart = ((int(one, 16) ^ int(other, 16)).bit_count() for one in some for other in others)
    return min(apart, default=None)
