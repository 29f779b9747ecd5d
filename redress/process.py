"""The course of a case as it can be followed on the topics: its states, and which fact leads from one to another."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

START: Final = "not filed"

MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    START: {"complaint.filed": "filed", "complaint.withdrawn": "withdrawn", "complaint.closed": "closed"},
    "filed": {"complaint.accepted": "collecting", "complaint.rejected": "rejected"},
    "rejected": {"complaint.filed": "filed", "complaint.withdrawn": "withdrawn"},
    "collecting": {"mediation.opened": "mediating", "complaint.withdrawn": "withdrawn"},
    "mediating": {
        "mediation.opened": "mediating",
        "offer.made": "mediating",
        "settlement.reached": "settled",
        "ruling.issued": "ruled",
        "complaint.withdrawn": "withdrawn",
    },
    "settled": {"enforcement.ordered": "settled", "ruling.fulfilled": "settled", "complaint.closed": "closed"},
    "ruled": {
        "enforcement.ordered": "ruled",
        "ruling.fulfilled": "ruled",
        "appeal.dismissed": "ruled",
        "appeal.opened": "appealed",
        "complaint.closed": "closed",
    },
    "appealed": {
        "enforcement.ordered": "appealed",
        "ruling.fulfilled": "appealed",
        "appeal.opened": "appealed",
        "appeal.dismissed": "appealed",
        "appeal.withdrawn": "appeal given up",
        "appeal.decided": "reviewed",
    },
    "appeal given up": {
        "enforcement.ordered": "appeal given up",
        "ruling.fulfilled": "appeal given up",
        "appeal.opened": "appealed",
        "appeal.dismissed": "appeal given up",
        "appeal.withdrawn": "appeal given up",
        "appeal.decided": "reviewed",
        "complaint.closed": "closed",
    },
    "reviewed": {"enforcement.ordered": "reviewed", "ruling.fulfilled": "reviewed", "complaint.closed": "closed"},
    "withdrawn": {"complaint.closed": "closed"},
    "closed": {"enforcement.ordered": "closed", "ruling.fulfilled": "closed"},
}
"""`ruling.fulfilled` tells that what a settlement, a ruling or a review orders was done; that may be after the end."""

BESIDE: Final = frozenset(
    {"complaint.suspended", "complaint.resumed", "evidence.requested", "evidence.submitted", "evidence.closed"}
)
"""Facts that change no state, once the case was taken up: evidence has rounds of its own."""
ANYWHERE: Final = frozenset({"notice.requested", "duty.overdue", "violation.reported"})
"""Facts that accompany a case from the negotiation on."""

ENDS: Final = frozenset({"closed", "rejected"})
_BEFORE: Final = frozenset({START, "filed", "rejected"})


def strays(facts: Iterable[str]) -> Iterator[str]:
    """Each fact of a case, in order, that no move allows where it stands; and an end that is none."""
    state = START
    for n, fact in enumerate(facts, start=1):
        if fact in ANYWHERE or (fact in BESIDE and state not in _BEFORE):
            continue
        if fact in MOVES[state]:
            state = MOVES[state][fact]
        else:
            yield f"{n}: {fact} while {state}"
    if state not in ENDS:
        yield f"ends while {state}"


def page() -> str:
    """docs/process.md."""
    rows = [f"| {state} | `{fact}` | {then} |" for state, moves in MOVES.items() for fact, then in moves.items()]
    return "\n".join([_HEAD, "| while | fact | then |", "|---|---|---|", *rows, "", _FOOT])


_HEAD: Final = """\
# The course of a case

Written by `redress docs` from `redress/process.py`; do not edit. These are the states of a case as anybody can follow
them on the topics, and the published facts that lead from one to another. A case begins as *not filed*, in a
negotiation that is told to nobody but its parties, and ends *closed*, or *rejected* where the buyer does not file
again.
"""

_FOOT: Final = f"""\
Once a case was taken up, {", ".join(f"`{fact}`" for fact in sorted(BESIDE))} happen beside its course; from the
beginning so do {", ".join(f"`{fact}`" for fact in sorted(ANYWHERE))}. What two services tell at the
same instant may stand in either order; what was heard stands before what followed from it.

`redress export ocel` writes all cases as an event log, and `tests/contracts/test_event_log_export.py` reads a simulated
population with pm4py and finds every case on this course.
"""
