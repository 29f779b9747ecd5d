"""The demo's case from order to final decision, told to nobody."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from redress.demo import story
from redress.demo.world import World
from shared.adapters.clock import SystemClock


class Silent:
    """Nobody listens to the story here; the checks do the talking."""

    def chapter(self, title: str) -> None: ...

    def say(self, text: str) -> None: ...

    def refusal(self, who: str, problem: Mapping[str, Any]) -> None: ...


async def play(world: World, files: Path, amid_mediation: Callable[[], Awaitable[None]]) -> None:
    """Play the case, leaving the files that it needs in a folder; ends with an AssertionError where it goes wrong."""
    case = await story.begin(world, files, SystemClock().now())
    await story.negotiate(case)
    await story.bring_evidence(case)
    await story.mediate(case, amid_mediation)
    await story.rule(case)
    await story.appeal(case)
    await story.comply(case)
