"""One service's pure half in one value: what it decides, hears and tells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from shared.eventing.decider import Decider
from shared.eventing.messages import Command, Fact, Published
from shared.kernel.actors import Actor
from shared.kernel.policy import PolicyBook
from shared.kernel.values import Moment


@dataclass(frozen=True, slots=True)
class About:
    """The commit a fact belongs to: its stream, moment and author."""

    stream: str
    at: Moment
    by: Actor


class Entry(NamedTuple):
    """One line of a stream as views see it: an own fact, or a published fact that was heard.

    `version` counts the entries of the stream from 1.
    """

    stream: str
    version: int
    at: Moment
    by: Actor
    message: Fact | Published
    position: int


@dataclass(frozen=True, slots=True)
class Model:
    """The pure rooms of one service, wired for the engine.

    `react` turns one heard fact into this service's commands (policies.py).
    `publish` turns each own fact into its public form, or None (publications.py).
    """

    service: str
    decider: Decider[Any, Any, Any]
    commands: Sequence[type[Command]]
    facts: Sequence[type[Fact]]
    hears: Sequence[type[Published]]
    tells: Sequence[type[Published]]
    react: Callable[[Published, PolicyBook], Sequence[Command]]
    publish: Callable[[Any, About], Published | None]
    allowed: Callable[[Actor, Any, Any], dict] = lambda by, at, state: {}
