"""Remarks on a file: each names its figure and its threshold, and none of them decides anything."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from services.evidence.domain.events import Item
from services.evidence.domain.evidence_file import File, current
from services.evidence.domain.figures import ANYWHERE, Alike, Figures, Remark, bits_apart
from shared.kernel.items import Element, FileRef, ItemType
from shared.kernel.policy import FileScreening
from shared.kernel.values import Moment, Value, said

_SEEN = (ItemType.PHOTO, ItemType.VIDEO)


class Angles(Value):
    """How many different views of the problem its photos and videos show, of how many are wanted.

    Counted is in how many the pictures differ as a whole: another angle does, and so does another object. `unscreened`
    files are not counted yet.
    """

    seen: int
    wanted: int
    unscreened: int
    ask: str | None = None


def remarks_on(
    figures: Figures, item: Item, file: FileRef, case: File, elsewhere: Sequence[Alike]
) -> tuple[Remark, ...]:
    """What is worth a look; nothing where the policy of the case has no thresholds."""
    rules = case.rules.screening
    if rules is None:
        return ()
    picture = [*_looks(figures, rules), *_says(figures, item, rules)] if file.media_type != "text/plain" else []
    return (*picture, *_times(figures, item, case, rules), *_repeats(figures, item, file, case), *_elsewhere(elsewhere))


def _looks(figures: Figures, rules: FileScreening) -> Iterator[Remark]:
    if figures.sharpness is not None and figures.sharpness < rules.sharpness:
        yield Remark(
            code="blurred",
            text="nothing in it is sharp; taken anew with a steady hand it would show more",
            figure=figures.sharpness,
            threshold=rules.sharpness,
        )
    if figures.width and figures.height and min(figures.width, figures.height) < rules.short_side:
        yield Remark(
            code="too_small",
            text="it has few pixels; the original has more than a forwarded copy",
            figure=min(figures.width, figures.height),
            threshold=rules.short_side,
        )
    if figures.brightness is not None and figures.brightness < rules.darkest:
        yield Remark(
            code="too_dark",
            text="it is nearly black; with more light it would show more",
            figure=figures.brightness,
            threshold=rules.darkest,
        )
    if figures.brightness is not None and figures.brightness > rules.brightest:
        yield Remark(
            code="too_bright",
            text="it is nearly white; with less light it would show more",
            figure=figures.brightness,
            threshold=rules.brightest,
        )


def _says(figures: Figures, item: Item, rules: FileScreening) -> Iterator[Remark]:
    if item.type in _SEEN and not figures.metadata:
        yield Remark(
            code="no_metadata",
            text="it does not say when and with what it was taken; messengers and screenshots leave that out",
        )
    tool = (figures.software or "").lower()
    if found := next((editor for editor in rules.editors if editor.lower() in tool), None):
        yield Remark(code="edited", text=f"it says that it was saved by a program for editing: {found}")


def _times(figures: Figures, item: Item, case: File, rules: FileScreening) -> Iterator[Remark]:
    taken = figures.taken_at
    if taken is None or item.type not in _SEEN:
        return
    doubt = timedelta() if figures.zone_known else ANYWHERE
    if item.taken_at is not None and (off := abs(taken - item.taken_at) - doubt) > timedelta(hours=rules.claimed_hours):
        yield Remark(
            code="taken_at_another_time_than_said",
            text=f"it says that it was taken at {said(taken)}, its sender says {said(item.taken_at)}",
            figure=_hours(off),
            threshold=rules.claimed_hours,
        )
    if _shows_the_goods(item) and case.delivered_at is not None and taken + doubt < case.delivered_at:
        yield _at_odds("taken_before_delivery", taken, "the goods were delivered", case.delivered_at)
    if taken - doubt > item.submitted_at:
        yield _at_odds("taken_after_it_was_submitted", taken, "it was submitted", item.submitted_at)


def _shows_the_goods(item: Item) -> bool:
    return item.submitter == "buyer" and item.element is Element.PROBLEM


def _at_odds(code: str, taken: Moment, what: str, at: Moment) -> Remark:
    return Remark.model_validate(
        {
            "code": code,
            "text": f"it says that it was taken at {said(taken)}; {what} at {said(at)}",
            "figure": _hours(abs(taken - at)),
            "threshold": 0,
        }
    )


def _hours(span: timedelta) -> float:
    return round(span.total_seconds() / 3600, 1)


def _repeats(figures: Figures, item: Item, file: FileRef, case: File) -> Iterator[Remark]:
    others = [one for one in case.items if one.item_id not in {item.item_id, item.supersedes}]
    same = [one.item_id for one in others if any(other.sha256 == file.sha256 for other in one.files)]
    if same:
        yield Remark(code="same_file_in_this_case", text=f"the same file is in {', '.join(same)}", figure=0)
    rules = case.rules.screening
    for one in others:
        apart = [
            bits
            for (of, sha256), known in case.screened.items()
            if of == one.item_id and sha256 != file.sha256 and known.figures is not None
            if (bits := bits_apart(figures.hashes, known.figures.hashes)) is not None
        ]
        if rules and apart and min(apart) <= rules.alike_bits:
            yield Remark(
                code="alike_in_this_case",
                text=f"it shows nearly the same as a picture in {one.item_id}",
                figure=min(apart),
                threshold=rules.alike_bits,
            )


def _elsewhere(alike: Sequence[Alike]) -> Iterator[Remark]:
    """Which cases those are is for adjudicators: here it stands only that there are some."""
    same = {one.case_id for one in alike if one.bits == 0}
    near = {one.case_id for one in alike} - same
    if same:
        yield Remark(
            code="same_file_in_other_cases", text=f"other cases in which its picture is: {len(same)}", figure=len(same)
        )
    if near:
        yield Remark(
            code="alike_in_other_cases",
            text=f"other cases in which a picture is that looks nearly the same: {len(near)}",
            figure=len(near),
        )


def angles(
    items: tuple[Item, ...], hashes: Mapping[tuple[str, str], tuple[str, ...]], wanted: int, alike_bits: int
) -> Angles:
    """How many views of the problem the buyer's photos and videos show; `hashes` are those of screened files."""
    views: list[str] = []
    unscreened = 0
    for item in current(items):
        if not (_shows_the_goods(item) and item.type in _SEEN):
            continue
        for file in item.files:
            known = hashes.get((item.item_id, file.sha256))
            unscreened += known is None
            for one in known or ():
                apart = bits_apart((one,), tuple(views))
                if apart is None or apart > alike_bits:
                    views.append(one)
    short = 0 < len(views) < wanted and not unscreened
    ask = f"show the problem from another angle too: of {wanted} views {len(views)} is there" if short else None
    return Angles(seen=len(views), wanted=wanted, unscreened=unscreened, ask=ask)
