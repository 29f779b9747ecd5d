"""Firing what falls due: rows of the deadlines view become commands (architecture.md section 6)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from shared.eventing.agenda import Agenda, Due, cause_of
from shared.eventing.commits import CauseKind
from shared.eventing.engine import Engine
from shared.eventing.messages import Command
from shared.eventing.outcomes import Rejected
from shared.eventing.ports import Clock, Shown, Telemetry, ViewStore
from shared.eventing.projector import LivePointers
from shared.eventing.views import View

TICK: Final = 0.5
"""Seconds between looks at what is due; the lateness a healthy process adds."""

_AGAIN: Final = timedelta(seconds=30)
"""How long a row that was fired and still stands waits before it is fired again."""

_PAGE: Final = 200

_log = structlog.get_logger(__name__)


class Deadlines:
    """Fires the due rows of the lanes this process owns, exactly once in effect.

    A row's command id follows from its stream, kind, key and instant: two owners, or a restart
    between firing and the view's catching up, lead to one commit.
    """

    def __init__(
        self,
        view: View[Agenda],
        command_for: Callable[[Due, str, datetime], Command],
        *,
        engine: Engine,
        store: ViewStore,
        pointers: LivePointers,
        clock: Clock,
        telemetry: Telemetry,
        lanes: Callable[[], frozenset[int]],
    ) -> None:
        self._view = view
        self._command_for = command_for
        self._engine = engine
        self._store = store
        self._pointers = pointers
        self._clock = clock
        self._telemetry = telemetry
        self._lanes = lanes
        self._fired: dict[str, datetime] = {}

    async def run(self) -> None:
        while True:
            await self.fire()
            await self._clock.sleep(TICK)

    async def fire(self) -> int:
        """Fire every row that is due now; answers how many."""
        now = self._clock.now()
        self._fired = {cause: at for cause, at in self._fired.items() if now - at < _AGAIN}
        lanes = sorted(self._lanes())
        if not lanes:
            return 0
        fired = 0
        # Rows that were fired and still stand, refused ones say, must not fill the page for ever.
        page = _PAGE + len(self._fired)
        for shown in await self._store.due(self._pointers.of(self._view).live, lanes, now, page):
            fired += await self._fire_stream(shown, now)
        return fired

    async def _fire_stream(self, shown: Shown, now: datetime) -> int:
        agenda = Agenda.model_validate(shown.body)
        fired = 0
        for due in sorted((d for d in agenda.running if d.at <= now), key=lambda d: d.at):
            cause = cause_of(shown.stream, due)
            if cause in self._fired:
                continue
            command = self._command_for(due, shown.stream, now)
            outcome = await self._engine.carry_out(command, kind=CauseKind.DEADLINE, source="deadlines")
            # The view follows in a moment; until then, and after a refusal, the row still stands.
            self._fired[cause] = now
            fired += 1
            self._telemetry.count("deadlines_fired", kind=due.kind)
            self._telemetry.observe("deadline_lateness_seconds", (now - due.at).total_seconds(), kind=due.kind)
            if isinstance(outcome, Rejected):
                _log.warning("deadline refused", case=shown.stream, kind=due.kind, rule=outcome.refused.rule)
        return fired
