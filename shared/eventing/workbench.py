"""Streams in hand: loading and caching them, and writing up a decision as a commit."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.eventing.commits import MAX_COMMIT_BYTES, Cause, Commit, Outgoing, Record
from shared.eventing.messages import Fact
from shared.eventing.model import About, Model
from shared.eventing.ports import CommitTooLargeError, EventLog
from shared.eventing.streams import Codec, Stream
from shared.kernel.actors import Actor
from shared.kernel.ids import derived_id


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one heard fact led to: its id and moment, and the facts decided."""

    cause: str
    at: datetime
    facts: Sequence[Fact]


class Workbench:
    """The streams of one service's model over its log.

    Cached streams may lag behind other processes. That is safe for a decision that is appended
    (the version check tells), and only for that; a refusal needs a stream read from the log.
    """

    def __init__(self, model: Model, log: EventLog, *, lanes: int, cache: int = 1024) -> None:
        self.model = model
        self.codec = Codec(model)
        self.log = log
        self.lanes = lanes
        self._cache: OrderedDict[str, Stream] = OrderedDict()
        self._cache_size = cache

    async def streams(
        self, lane: int, names: Sequence[str], *, fresh: bool = False
    ) -> Mapping[str, tuple[Stream, bool]]:
        """The streams, each with whether it was read from the log just now."""
        found = {} if fresh else {name: (s, False) for name in names if (s := self._cache.get(name)) is not None}
        missing = [name for name in names if name not in found]
        if missing:
            commits = await self.log.load(lane, missing)
            found.update({name: (self.codec.fold(name, commits.get(name, ())), True) for name in missing})
        return found

    async def stream(self, lane: int, name: str, *, fresh: bool = False) -> tuple[Stream, bool]:
        """One stream, and whether it is as the log has it now.

        A cached one is brought up to date by what follows it: commits are never changed, and the digest chain tells.
        """
        known = self._cache.get(name) if fresh else None
        if known is None:
            return (await self.streams(lane, [name], fresh=fresh))[name]
        later = (await self.log.load(lane, [name], after=known.version)).get(name, ())
        if later and later[0].prev != known.digest:
            return (await self.streams(lane, [name], fresh=True))[name]
        return self.codec.resume(known.fork(), later), True

    def remember(self, stream: Stream) -> None:
        known = self._cache.get(stream.name)
        if known is not None and known.version > stream.version:
            return
        self._cache[stream.name] = stream
        self._cache.move_to_end(stream.name)
        if len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)

    def forget(self, name: str) -> None:
        self._cache.pop(name, None)

    def commit(
        self,
        stream: Stream,
        lane: int,
        cause: Cause,
        by: Actor,
        at: datetime,
        facts: Sequence[Fact],
        *,
        heard: Record | None = None,
        released: Sequence[Reaction] = (),
        trace: str | None = None,
    ) -> Commit:
        """Write up facts decided on a stream: ids, versions, published forms, sequences and digest.

        `released` is what held facts led to now that their turn came: under the ids and at the moments that
        it would have had, had they arrived in order.
        Raises CommitTooLargeError when it could not be published in one Kafka record.
        """
        records: list[Record] = []
        out: list[Outgoing] = []
        size = len(heard.data.encode()) if heard else 0
        seq = stream.seq
        for reaction in (Reaction(cause.id, at, facts), *released):
            about = About(stream.name, reaction.at, by)
            own_at = None if reaction.at == at else reaction.at
            for index, fact in enumerate(reaction.facts):
                record = Record(fact.TYPE, derived_id(reaction.cause, index), fact.model_dump_json(), own_at)
                records.append(record)
                size += len(record.data.encode())
                if (public := self.model.publish(fact, about)) is not None:
                    data = public.model_dump_json()
                    size += len(data.encode())
                    seq += public.ORDERED
                    number = seq if public.ORDERED else 0
                    out.append(Outgoing(public.TOPIC, public.TYPE, record.id, number, data, own_at))
        if size > MAX_COMMIT_BYTES:
            raise CommitTooLargeError(
                f"this would store {size} bytes at once; the limit is {MAX_COMMIT_BYTES}. Send less text or fewer items"
            )
        first = stream.version + 1
        last = stream.version + len(records) + (heard is not None)
        return Commit(
            stream.name, lane, first, last, cause, by, at, tuple(records), heard, tuple(out), trace, stream.digest
        ).sealed()
