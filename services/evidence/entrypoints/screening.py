"""Submitted files are looked at one after the other, soon after they came, and what was found is recorded."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

import structlog

from services.evidence.domain.evidence_file import EvidenceFile, NoFile
from services.evidence.domain.figures import Figures
from services.evidence.domain.screening import RecordScreening
from services.evidence.entrypoints.lookalikes import Lookalikes
from services.evidence.views import unscreened
from services.evidence.views.unscreened import Work
from shared.eventing.blobs import FileDamagedError, joined
from shared.eventing.engine import Engine
from shared.eventing.file_store import FileStore
from shared.eventing.outcomes import Rejected
from shared.eventing.ports import Clock, PersonErasedError, Telemetry
from shared.eventing.reading import Reader
from shared.kernel.actors import SYSTEM
from shared.kernel.ids import derived_id
from shared.kernel.refusals import Refused

Screen: TypeAlias = Callable[[bytes, str], Awaitable[Mapping[str, Any] | Refused]]
"""The figures of content of a media type, or why it has none."""
Seal: TypeAlias = Callable[[RecordScreening], Awaitable[RecordScreening]]
"""Seals what tells of the file's person; raises PersonErasedError for one who was erased."""

_GONE: Final = "its content is not kept any more"
_DAMAGED: Final = "its content is not what was stored"

_PAGE: Final = 50
_AGAIN: Final = timedelta(seconds=60)
"""How long a file that was recorded and still waits is left alone: the view follows in a moment."""

_log = structlog.get_logger(__name__)


class Screening:
    """Works off the view of unscreened files, of the lanes that this process owns.

    What is pending is pending until its fact stands, so nothing is lost with a process. The command's id follows from
    case, item, file and screener: two owners lead to one commit.
    """

    TICK: Final = timedelta(seconds=1)
    """How long it rests when nothing waits."""

    def __init__(
        self,
        store: FileStore,
        screen: Screen,
        seal: Seal,
        *,
        screener: int,
        engine: Engine,
        reader: Reader,
        clock: Clock,
        telemetry: Telemetry,
        lanes: Callable[[], frozenset[int]],
    ) -> None:
        self._store = store
        self._screen = screen
        self._seal = seal
        self._screener = screener
        self._engine = engine
        self._reader = reader
        self._lookalikes = Lookalikes(reader)
        self._clock = clock
        self._telemetry = telemetry
        self._lanes = lanes
        self._done: dict[str, datetime] = {}

    async def run(self) -> None:
        while True:
            if not await self.work():
                await self._clock.sleep(self.TICK.total_seconds())

    async def work(self) -> int:
        """Look at what waits now; answers how many files."""
        now = self._clock.now()
        self._done = {cause: at for cause, at in self._done.items() if now - at < _AGAIN}
        lanes = sorted(self._lanes())
        if not lanes:
            return 0
        looked = 0
        # Cases whose files were recorded and not shown yet must not fill the page.
        for seen in await self._reader.due(unscreened.VIEW, lanes, now, _PAGE + len(self._done)):
            for work in seen.document.files:
                if not work.screener and await self.look_at(seen.stream, work):
                    looked += 1
        return looked

    async def again(self) -> int:
        """Look at every file that only an older screener looked at; answers how many."""
        looked = 0
        for older in range(1, self._screener):
            after = None
            while page := await self._reader.many(unscreened.VIEW, {"oldest": older}, after=after, limit=_PAGE):
                for seen in page:
                    for work in seen.document.files:
                        if 0 < work.screener < self._screener:
                            looked += await self.look_at(seen.stream, work)
                after = page[-1].stream
        return looked

    async def look_at(self, case: str, work: Work) -> bool:
        """Screen one file and record what was found; False when that was done a moment ago."""
        cause = derived_id("screening", case, work.item_id, work.file.sha256, str(self._screener))
        if cause in self._done:
            return False
        figures, trouble = await self._figures(work)
        state: EvidenceFile = (await self._engine.load(case)).state
        rules = None if isinstance(state, NoFile) else state.file.rules.screening
        alike = await self._lookalikes.of(case, figures.hashes, rules.alike_bits) if figures and rules else ()
        command = RecordScreening(
            id=cause,
            case_id=case,
            at=self._clock.now(),
            by=SYSTEM,
            person=work.person,
            item_id=work.item_id,
            sha256=work.file.sha256,
            screener=self._screener,
            figures=figures,
            trouble=trouble,
            elsewhere=alike,
        )
        try:
            command = await self._seal(command)
        except PersonErasedError:
            command = command.model_copy(update={"figures": None, "elsewhere": (), "trouble": _GONE})
        outcome = await self._engine.carry_out(command, source="screening")
        self._done[cause] = self._clock.now()
        if isinstance(outcome, Rejected):
            _log.warning("screening refused", case=case, item=work.item_id, rule=outcome.refused.rule)
        self._telemetry.count("files_screened", outcome="measured" if figures else "trouble")
        return True

    async def _figures(self, work: Work) -> tuple[Figures | None, str | None]:
        try:
            content = await joined(self._store.read(work.person, work.file.sha256))
        except LookupError:  # never stored here, or its owner was erased
            return None, _GONE
        except FileDamagedError:
            return None, _DAMAGED
        found = await self._screen(content, work.file.media_type)
        return (None, found.detail) if isinstance(found, Refused) else (Figures.model_validate(found), None)
