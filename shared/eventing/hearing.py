"""Hearing: published facts of other services become commits here, a batch of one lane at a time."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from shared.eventing.commits import Cause, CauseKind, Commit, Record
from shared.eventing.engine import RACES, ContendedError
from shared.eventing.hearing_hand import Hand
from shared.eventing.messages import Fact, Published
from shared.eventing.outcomes import Applied, Dropped, Failed, Held, Received, Untried, Verdict
from shared.eventing.parking import Lineage, Parked
from shared.eventing.ports import AlreadyDone, Appended, AppendResult, StreamClash, Telemetry
from shared.eventing.streams import Inbox, Skipped, Stream
from shared.eventing.traces import Tracer, Untraced
from shared.eventing.workbench import Reaction, Workbench
from shared.kernel.actors import SYSTEM
from shared.kernel.ids import derived_id
from shared.kernel.policy import PolicyBook
from shared.kernel.refusals import Refused


class HeldFailedError(Exception):
    """A fact that was held fails now that its turn has come; the one that releases it is sound.

    Dropping the held one lets the other be replayed.
    """

    def __init__(self, seq: int, record: Record, error: Exception) -> None:
        super().__init__(
            f"held sequence {seq} fails: {type(error).__name__}: {error}; mend or drop it, then replay this"
        )
        self.seq = seq
        self.record = record
        self.error = error


class IdReusedError(ValueError):
    """Two facts came under one id; only the first is stored."""

    def __init__(self, later: Commit, first: Commit) -> None:
        super().__init__(
            f"id {later.cause.id} was used before, by {first.cause.source} sequence {first.cause.seq} "
            f"of {first.stream}; every fact needs an id of its own"
        )


class Hearing:
    """Takes in facts: drops what is known, holds what is early, applies the rest."""

    def __init__(self, bench: Workbench, book: PolicyBook, telemetry: Telemetry, tracer: Tracer | None = None) -> None:
        self._tracer = tracer or Untraced()
        self._bench = bench
        self._book = book
        self._telemetry = telemetry

    async def hear(self, lane: int, received: Sequence[Received]) -> Sequence[Verdict]:
        """Store facts of one lane, in order per stream, with one group commit; one verdict each.

        A fact that fails does not stop other streams; what follows it on its own stream is Untried.
        Raises StoreUnavailableError when nothing may be taken as stored: calling again is safe.
        """
        verdicts: list[Verdict] = [Untried()] * len(received)
        waiting: dict[str, list[int]] = {}
        for index, item in enumerate(received):
            waiting.setdefault(item.stream, []).append(index)
        for attempt in range(RACES):
            streams = await self._bench.streams(lane, list(waiting), fresh=attempt > 0)
            worked: dict[str, Stream] = {}
            hands: dict[str, Hand] = {}
            drafts: list[tuple[int, Commit]] = []
            for name, indexes in waiting.items():
                stream, fresh = streams[name]
                hands[name] = Hand(self._tracer)
                worked[name], made = self._work(stream.fork(), lane, received, indexes, verdicts, hands[name])
                if not fresh and any(isinstance(verdicts[index], Failed) for index in indexes):
                    # Before a fact is called poison, decide it once on the stream as it really is.
                    again, _ = await self._bench.stream(lane, name, fresh=True)
                    hands[name].stored(verdicts, "decided again")
                    hands[name] = Hand(self._tracer)
                    worked[name], made = self._work(again, lane, received, indexes, verdicts, hands[name])
                drafts += made
            results = await self._append(lane, drafts, hands.values()) if drafts else ()
            lost = self._settle(received, drafts, results, verdicts)
            self._conclude(hands, lost, verdicts)
            for name, stream in worked.items():
                if name in lost or any(isinstance(verdicts[i], Failed) for i in waiting[name]):
                    self._bench.forget(name)
                else:
                    self._bench.remember(stream)
            if not lost:
                return verdicts
            waiting = lost
        raise ContendedError(f"streams of lane {lane} are contended: {', '.join(sorted(waiting)[:3])}")

    async def skip(self, lane: int, parked: Parked, at: datetime) -> None:
        """Use up the sequence of a fact an operator dropped, and apply what was held behind it."""
        message = Skipped(case_id=parked.stream, at=at, type=parked.type, reason=parked.reason)
        record = Record(Skipped.TYPE, derived_id("skip", parked.id), message.model_dump_json())
        skipped = Received(parked.stream, parked.source, parked.seq, record, message, at)
        (verdict,) = await self.hear(lane, [skipped])
        if isinstance(verdict, Failed):
            raise verdict.error

    async def knows(self, lane: int, lineage: Lineage, seq: int) -> bool:
        """Whether a sequence is in the log already."""
        stream, _ = await self._bench.stream(lane, lineage[0], fresh=True)
        return stream.inbox(lineage[1]).knows(seq)

    def _work(
        self,
        stream: Stream,
        lane: int,
        received: Sequence[Received],
        indexes: Sequence[int],
        verdicts: list[Verdict],
        hand: Hand,
    ) -> tuple[Stream, list[tuple[int, Commit]]]:
        """Decide one stream's facts in order, up to the first that fails."""
        made: list[tuple[int, Commit]] = []
        for n, index in enumerate(indexes):
            item = received[index]
            inbox = stream.inbox(item.source)
            if inbox.knows(item.seq) and not _takes_the_place_of_a_held_one(item, inbox):
                verdicts[index] = Dropped()
                continue
            hand.takes(index, item, lane)
            try:
                commit = self._commit(stream, lane, item, hand)
            except Exception as error:  # noqa: BLE001  # whatever it is, it is this case's: it is parked with the reason
                verdicts[index] = Failed(error)
                for rest in indexes[n + 1 :]:
                    verdicts[rest] = Untried()
                break
            stream.moved(commit)
            verdicts[index] = Held() if item.seq in inbox.held else Applied(len(inbox.held))
            made.append((index, commit))
        return stream, made

    def _commit(self, stream: Stream, lane: int, item: Received, hand: Hand) -> Commit:
        bench = self._bench
        facts: list[Fact] = []
        released: list[Reaction] = []
        for seq, record in enumerate(bench.codec.note(stream, item.source, item.seq, item.record), start=item.seq):
            if record is item.record:
                facts += self._react(stream, item.message, hand)
                continue
            try:
                message = bench.codec.heard(record)
                released.append(Reaction(record.id, message.at, self._react(stream, message, hand)))
            except Exception as error:
                raise HeldFailedError(seq, record, error) from error
        applied = stream.inbox(item.source).applied
        through = None if applied == item.seq else applied
        cause = Cause(item.record.id, CauseKind.FACT, item.source, item.seq, through=through)
        return bench.commit(
            stream, lane, cause, SYSTEM, item.at, facts, heard=item.record, released=released, trace=hand.appends()
        )

    def _react(self, stream: Stream, message: Published, hand: Hand) -> list[Fact]:
        """Decide every command that a heard fact leads to, on the state as it moves."""
        decider = self._bench.model.decider
        facts: list[Fact] = []
        for command in self._bench.model.react(message, self._book):
            outcome = decider.decide(command, stream.state)
            if isinstance(outcome, Refused):
                hand.decides(command, "refused", outcome.rule)
                continue
            hand.decides(command, "happened" if outcome else "unchanged")
            for fact in outcome:
                stream.state = decider.evolve(stream.state, fact)
            facts += outcome
        return facts

    async def _append(
        self, lane: int, drafts: Sequence[tuple[int, Commit]], hands: Iterable[Hand]
    ) -> Sequence[AppendResult]:
        try:
            return await self._bench.log.append(lane, [commit for _, commit in drafts])
        except BaseException as error:
            for hand in hands:
                hand.lost(error)
            raise

    def _conclude(self, hands: Mapping[str, Hand], lost: Collection[str], verdicts: Sequence[Verdict]) -> None:
        """Count what was decided, and end its spans; of streams that are lost it is decided again."""
        counts: Counter[tuple[str, str, str]] = Counter()
        for name, hand in hands.items():
            if name in lost:
                counts["hear", "raced", ""] += 1
            else:
                counts.update(hand.decisions)
            hand.stored(verdicts, "raced" if name in lost else "")
        for (command, outcome, rule), many in counts.items():
            self._telemetry.count("decisions", many, command=command, outcome=outcome, rule=rule)

    @staticmethod
    def _settle(
        received: Sequence[Received],
        drafts: Sequence[tuple[int, Commit]],
        results: Sequence[AppendResult],
        verdicts: list[Verdict],
    ) -> dict[str, list[int]]:
        """Answer the streams that lost a race, each with the facts to decide again."""
        lost: defaultdict[str, list[int]] = defaultdict(list)
        poisoned: set[str] = set()
        for (index, commit), result in zip(drafts, results, strict=True):
            match result:
                case _ if commit.stream in poisoned:
                    verdicts[index] = Untried()
                case AlreadyDone(commit=done) if (done.stream, done.cause) != (commit.stream, commit.cause):
                    # Deciding again would never end: the id is taken for good, by a producer's mistake.
                    verdicts[index] = Failed(IdReusedError(commit, done))
                    poisoned.add(commit.stream)
                case AlreadyDone() | StreamClash():
                    lost[commit.stream].append(index)
                case Appended():
                    pass
        for name in lost:
            # What a lost stream left untried or failed was judged on a state that never was.
            lost[name] += [
                i
                for i, item in enumerate(received)
                if item.stream == name and isinstance(verdicts[i], Failed | Untried)
            ]
            lost[name].sort()
        return lost


def _takes_the_place_of_a_held_one(item: Received, inbox: Inbox) -> bool:
    return item.record.type == Skipped.TYPE and item.seq in inbox.held
