"""The evidence file of a case: not opened, collecting in a round, sealed after it, suspended, stopped or ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal, TypeAlias

from services.evidence.domain.events import Draft, Item, RoundRules
from shared.kernel.actors import Parties, Side
from shared.kernel.items import ItemType, Round
from shared.kernel.values import Moment

ClockKind = Literal["evidence_due", "rebuttal_due"]


@dataclass(frozen=True, slots=True)
class File:
    """What outlives a round: the parties, the rules, every item and draft, and what was received or sealed."""

    parties: Parties
    rules: RoundRules
    items: tuple[Item, ...] = ()
    received: frozenset[tuple[Side, str]] = frozenset()
    drafts: Mapping[tuple[Side, str], Draft] = field(default_factory=dict)
    discarded: frozenset[tuple[Side, str]] = frozenset()
    appeals: frozenset[str] = frozenset()
    seals: Mapping[Round, str] = field(default_factory=dict)
    sealed_items: frozenset[str] = frozenset()

    def item(self, item_id: str) -> Item | None:
        """The item of that id, or None."""
        return next((item for item in self.items if item.item_id == item_id), None)


@dataclass(frozen=True, slots=True)
class NoFile:
    """Nothing was opened yet."""


@dataclass(frozen=True, slots=True)
class _Opened:
    file: File

    @property
    def parties(self) -> Parties:
        return self.file.parties

    @property
    def policy_version(self) -> str:
        return self.file.rules.policy_version


@dataclass(frozen=True, slots=True)
class Request:
    """What a side was asked for in this round."""

    side: Side
    items: tuple[ItemType, ...]
    due_at: Moment


@dataclass(frozen=True, slots=True)
class Collecting(_Opened):
    """A round is open. `closes_at` is the one instant at which the platform looks whether to close it.

    `owing` are the sides that something is still expected of, with the kind of their clock; `unanswered` those that
    had said done before the other side's last item. A `reopened` round takes only what an adjudicator asked for, and
    the answer to it.
    """

    round: Round
    due: Mapping[Side, Moment]
    closes_at: Moment
    owing: Mapping[Side, ClockKind]
    requests: Mapping[str, Request] = field(default_factory=dict)
    finished: frozenset[Side] = frozenset()
    rebutted: frozenset[Side] = frozenset()
    latest: tuple[Side, Moment] | None = None
    unanswered: frozenset[Side] = frozenset()
    reopened: bool = False


@dataclass(frozen=True, slots=True)
class Sealed(_Opened):
    """The last round is closed and its manifest sealed."""

    round: Round


@dataclass(frozen=True, slots=True)
class Suspended(_Opened):
    """The case rests. `paused` is how it stands; its instants are those from before, until it is resumed."""

    paused: Collecting | Sealed
    since: Moment


@dataclass(frozen=True, slots=True)
class Stopped(_Opened):
    """The complaint was withdrawn."""


@dataclass(frozen=True, slots=True)
class Ended(_Opened):
    """The case is over."""


EvidenceFile: TypeAlias = NoFile | Collecting | Sealed | Suspended | Stopped | Ended


def current(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items that no newer version supersedes, in the order in which they are shown."""
    superseded = {item.supersedes for item in items}
    return tuple(sorted((item for item in items if item.item_id not in superseded), key=lambda item: item.place))


def starts_a_clock(state: Collecting, side: Side, due_at: Moment) -> bool:
    """Whether a request with this due makes the side's clock run anew, or run longer."""
    return side not in state.owing or due_at > state.due[side]


def later_by(state: Collecting | Sealed, pause: timedelta) -> Collecting | Sealed:
    """The same standing with every open instant moved."""
    if isinstance(state, Sealed):
        return state
    return replace(
        state,
        due={side: due + pause for side, due in state.due.items()},
        closes_at=state.closes_at + pause,
        requests={key: replace(one, due_at=one.due_at + pause) for key, one in state.requests.items()},
        latest=state.latest and (state.latest[0], state.latest[1] + pause),
    )
