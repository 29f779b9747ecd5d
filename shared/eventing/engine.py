"""Carrying out a command: load, decide, append; a lost race decides again (style.md 3.3)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias

from structlog.contextvars import bound_contextvars

from shared.eventing.commits import Cause, CauseKind, Commit
from shared.eventing.messages import Command, Fact
from shared.eventing.outcomes import Accepted, Outcome, Rejected, Unchanged
from shared.eventing.ports import AlreadyDone, Appended, StreamClash, Telemetry
from shared.eventing.requests import Asked, Request
from shared.eventing.streams import Stream
from shared.eventing.traces import Attribute, Kind, Tracer, Untraced, ids_in, spanning
from shared.eventing.workbench import Workbench
from shared.kernel.lanes import lane_of
from shared.kernel.refusals import Refused

RACES: Final = 16
"""Lost races after which a stream is given up as contended; the caller may ask again."""

Gather: TypeAlias = Callable[[Asked, Any], Awaitable[Command]]
"""Fills a command's fields marked Given, from the state and from ports. Does no deciding."""


Precondition: TypeAlias = Callable[[int], Refused | None]
"""What a caller says of the version that is decided on; refuses any other."""

KEY_RULE: Final = "key_must_name_one_request"
VERSION_RULE: Final = "version_must_match"


class ContendedError(Exception):
    """Others changed a stream `RACES` times in a row while one command was decided."""


class CommandIdReusedError(ValueError):
    """A command id names one request; the caller used it for another one before: other words, or another case."""


class Engine:
    """Decides commands for one service."""

    def __init__(self, bench: Workbench, gather: Gather, telemetry: Telemetry, tracer: Tracer | None = None) -> None:
        self.bench = bench
        self._tracer = tracer or Untraced()
        self._gather = gather
        self._telemetry = telemetry

    async def carry_out(
        self,
        command: Asked,
        *,
        kind: CauseKind = CauseKind.COMMAND,
        source: str = "http",
        trace: str | None = None,
        dry_run: bool = False,
        only_if: Precondition | None = None,
    ) -> Outcome:
        """Decide a command and store what follows; with `dry_run` only say what would follow.

        `only_if` looks at the version that is decided on, and the append's version check holds it there.
        A request that was carried out before is answered as it was then, whatever the version is now.

        Raises CommitTooLargeError, CommandIdReusedError, ContendedError, and StoreUnavailableError from the log.
        """
        lane = lane_of(command.case_id, self.bench.lanes)
        about: dict[str, Attribute] = {"case": command.case_id, "lane": lane, "command": command.NAME}
        with (
            spanning(self._tracer, f"decide {command.NAME}", Kind.INTERNAL, trace, source=source, **about) as span,
            bound_contextvars(**about, cause=command.id, **ids_in(span.trace)),
        ):
            outcome = await self._carry_out(command, kind, source, span.trace, only_if, lane=lane, dry_run=dry_run)
            span.note(**_told(outcome))
            return outcome

    async def _carry_out(
        self,
        command: Asked,
        kind: CauseKind,
        source: str,
        trace: str | None,
        only_if: Precondition | None,
        *,
        lane: int,
        dry_run: bool,
    ) -> Outcome:
        bench = self.bench
        request = command.digest if isinstance(command, Request) else ""
        fresh = dry_run  # it appends nothing, so no version check would tell that a cached stream is old
        for _ in range(RACES):
            stream, trusted = await bench.stream(lane, command.case_id, fresh=fresh)
            if command.id in stream.causes:
                return self._result_of(command, await self._done(lane, command.id), request)
            decided = await self._decide(command, stream, only_if)
            if isinstance(decided, Refused) or not decided:
                if trusted:
                    return self._declined(command, decided, stream.version)
                fresh = True
                continue
            if dry_run:
                return Accepted(stream.version + len(decided), decided)
            cause = Cause(command.id, kind, source, request=request)
            with spanning(self._tracer, "append", Kind.INTERNAL, trace, case=command.case_id, lane=lane) as span:
                commit = bench.commit(stream, lane, cause, command.by, command.at, decided, trace=span.trace)
                (result,) = await bench.log.append(lane, [commit])
                span.note(outcome=type(result).__name__, version=commit.last)
            match result:
                case Appended():
                    self._advance(stream.fork(), commit, decided)
                    self._count(command, "happened")
                    return Accepted(commit.last, decided)
                case AlreadyDone(commit=done) if done.stream != command.case_id:
                    raise CommandIdReusedError(f"command id {command.id} was used for {done.stream}; choose another")
                case AlreadyDone(commit=done):
                    return self._result_of(command, done, request)
                case StreamClash():
                    bench.forget(command.case_id)
                    fresh = True
                    self._count(command, "raced")
        raise ContendedError(f"{command.case_id} is contended: {RACES} other commits came first; ask again")

    async def load(self, name: str) -> Stream:
        """The stream as the log has it now."""
        stream, _ = await self.bench.stream(lane_of(name, self.bench.lanes), name, fresh=True)
        return stream

    async def _decide(self, command: Asked, stream: Stream, only_if: Precondition | None) -> Sequence[Fact] | Refused:
        if only_if and (refused := only_if(stream.version)):
            return refused
        full = await self._gather(command, stream.state)
        decided: Sequence[Fact] | Refused = self.bench.model.decider.decide(full, stream.state)
        return decided

    async def _done(self, lane: int, cause_id: str) -> Commit:
        done = await self.bench.log.find_cause(lane, cause_id)
        if done is None:
            raise LookupError(f"cause {cause_id} was folded but is not in the log")
        return done

    def _result_of(self, command: Asked, done: Commit, request: str) -> Accepted:
        if request and done.cause.request and request != done.cause.request:
            raise CommandIdReusedError("this key named another request before, which was carried out; choose another")
        self._count(command, "repeated")
        return Accepted(done.last, [self.bench.codec.fact(record) for record in done.facts], repeated=True)

    def _declined(self, command: Asked, decided: Sequence[Fact] | Refused, version: int) -> Outcome:
        if isinstance(decided, Refused):
            self._count(command, "refused", decided.rule)
            return Rejected(version, decided)
        self._count(command, "unchanged")
        return Unchanged(version)

    def _advance(self, stream: Stream, commit: Commit, facts: Sequence[Fact]) -> None:
        for fact in facts:
            stream.state = self.bench.model.decider.evolve(stream.state, fact)
        stream.moved(commit)
        self.bench.remember(stream)

    def _count(self, command: Asked, outcome: str, rule: str = "") -> None:
        self._telemetry.count("decisions", command=command.NAME, outcome=outcome, rule=rule)


def _told(outcome: Outcome) -> dict[str, Attribute]:
    """What a span says of an outcome."""
    match outcome:
        case Accepted(version=version, repeated=repeated):
            return {"outcome": "repeated" if repeated else "happened", "version": version}
        case Unchanged(version=version):
            return {"outcome": "unchanged", "version": version}
        case Rejected(version=version, refused=refused):
            return {"outcome": "refused", "rule": refused.rule, "version": version}
