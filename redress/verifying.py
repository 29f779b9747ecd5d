"""Proving a deployment: the log is whole, every view follows from it, and Kafka holds what it says was published."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from redress.logs import every_commit
from redress.registry import definition_of, opened
from shared.adapters.definition import Definition
from shared.adapters.kafka_looking import committed_offsets, every_record
from shared.adapters.ports import Ports
from shared.adapters.settings import Settings
from shared.contracts.topology import group_of
from shared.eventing.commits import CauseKind, Commit, digest_of
from shared.eventing.model import Entry
from shared.eventing.pointers import pointer_of
from shared.eventing.streams import Codec, Skipped, Stream
from shared.eventing.views import View
from shared.kernel.lanes import lane_of, lane_start, number_of

_SHOWN: Final = 50


@dataclass
class Findings:
    """What a verification counted, and every difference it found (at most the first 50 are worded)."""

    service: str
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    differences: list[str] = field(default_factory=list)

    def differs(self, text: str) -> None:
        self.counts["differences"] += 1
        if len(self.differences) < _SHOWN:
            self.differences.append(text)


@dataclass
class _Stream:
    version: int = 0
    digest: str = ""
    seq: int = 0
    heard: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    turns: Stream = field(default_factory=lambda: Stream("", None))
    waited: list[Commit] = field(default_factory=list)
    """Commits of facts that came before their turn."""


async def verify(service: str, settings: Settings, *, deep: bool = True) -> Findings:
    """Replay a service's log and compare everything that should follow from it.

    `deep` also reads its topics from the start and looks for every published fact, byte for byte.
    """
    definition = definition_of(service)
    findings = Findings(service)
    async with opened(service, settings) as ports:
        published: dict[tuple[str, str], tuple[int, str]] = {}
        for lane in range(settings.lanes):
            await verify_lane(lane, definition, ports, settings, findings, published if deep else None)
        await _verify_relay(ports, settings, findings)
        await _verify_offsets(definition, settings, findings)
        if deep:
            await _verify_topics(definition, settings, findings, published)
    return findings


async def verify_lane(
    lane: int,
    definition: Definition,
    ports: Ports,
    settings: Settings,
    findings: Findings,
    published: dict[tuple[str, str], tuple[int, str]] | None,
) -> None:
    """One lane's log, and every document that follows from it; what was published is entered in `published`."""
    codec = Codec(definition.model)
    views = definition.every_view
    streams: dict[str, _Stream] = defaultdict(_Stream)
    documents: dict[str, dict[str, Any]] = {view.name: {} for view in views}
    relayed = await ports.cursors.get("relay", lane)
    expected = lane_start(lane)
    async for commit in every_commit(ports.log, lane):
        expected += 1
        if commit.position != expected:
            findings.differs(f"lane {lane}: position {number_of(commit.position)} follows {number_of(expected) - 1}")
            expected = commit.position
        stream = streams[commit.stream]
        _verify_commit(commit, stream, codec, settings.lanes, findings)
        for entry in _entries(commit, stream, codec, findings):
            for view in views:
                known = documents[view.name]
                known[commit.stream] = view.evolve(known.get(commit.stream), entry)
        if published is not None and commit.position <= relayed:
            for out in commit.out:
                published[commit.stream, out.id] = (out.seq, out.data)
        findings.counts["commits"] += 1
        findings.counts["facts"] += len(commit.facts)
        findings.counts["published"] += len(commit.out)
    for view in views:
        await _verify_view(view, documents[view.name], streams, ports, findings)


def _verify_commit(commit: Commit, stream: _Stream, codec: Codec, lanes: int, findings: Findings) -> None:
    name = f"{commit.stream} version {commit.first}"
    if commit.first != stream.version + 1:
        findings.differs(f"{name}: follows version {stream.version}")
    if commit.last - commit.first + 1 != len(commit.facts) + (commit.heard is not None):
        findings.differs(f"{name}: versions do not count its facts")
    if commit.lane != lane_of(commit.stream, lanes):
        findings.differs(f"{name}: stands in lane {commit.lane}, belongs in {lane_of(commit.stream, lanes)}")
    if commit.prev != stream.digest or commit.digest != digest_of(commit):
        findings.differs(f"{name}: the digest chain is broken")
    for out in commit.out:
        if not out.seq:
            continue
        stream.seq += 1
        if out.seq != stream.seq:
            findings.differs(f"{name}: published sequence {out.seq}, expected {stream.seq}")
    if commit.cause.kind is CauseKind.FACT:
        dropped = commit.heard is not None and commit.heard.type == Skipped.TYPE
        if commit.cause.seq in stream.heard[commit.cause.source] and not dropped:
            findings.differs(f"{name}: {commit.cause.source} {commit.cause.seq} was heard twice")
        stream.heard[commit.cause.source].add(commit.cause.seq)
        _verify_turn(name, commit, stream, codec, findings)
    stream.version, stream.digest = commit.last, commit.digest


def _verify_turn(name: str, commit: Commit, stream: _Stream, codec: Codec, findings: Findings) -> None:
    """What a commit says of the turns of facts must follow from the order in which they came."""
    source, seq, through = commit.cause.source, commit.cause.seq, commit.cause.through
    if commit.heard is not None:
        codec.note(stream.turns, source, seq, commit.heard)
    applied = stream.turns.inbox(source).applied
    if through is not None and through != applied:
        findings.differs(f"{name}: says that {source} had its turn through {through}; by its log through {applied}")
    if commit.cause.waits:
        stream.waited.append(commit)


def _entries(commit: Commit, stream: _Stream, codec: Codec, findings: Findings) -> Sequence[Entry]:
    try:
        return codec.entries(commit, stream.waited)
    except LookupError as missing:
        findings.differs(f"{commit.stream} version {commit.first}: sequence {missing} has its turn and never came")
        return ()


async def _verify_view(
    view: View[Any], documents: Mapping[str, Any], streams: Mapping[str, _Stream], ports: Ports, findings: Findings
) -> None:
    live = (await pointer_of(ports.pointers, view)).live
    names = [name for name, document in documents.items() if document is not None]
    for start in range(0, len(names), 500):
        page = names[start : start + 500]
        stored = await ports.store.fetch(live, page)
        for name in page:
            findings.counts["documents"] += 1
            shown = stored.get(name)
            if shown is None or shown.version < streams[name].version:
                findings.counts["documents behind"] += 1
            elif shown.body != documents[name].model_dump(mode="json"):
                findings.differs(f"view {view.name} of {name}: differs from the log at version {shown.version}")


async def _verify_relay(ports: Ports, settings: Settings, findings: Findings) -> None:
    for lane in range(settings.lanes):
        head, cursor = await ports.log.head(lane), await ports.cursors.get("relay", lane)
        if cursor > head:
            findings.differs(f"lane {lane}: the relay is at {number_of(cursor)}, past the head {number_of(head)}")
        findings.counts["commits to relay"] += max(0, head - cursor)


async def _verify_offsets(definition: Definition, settings: Settings, findings: Findings) -> None:
    """The group's committed offsets must lie within the topics."""
    for at in await committed_offsets(settings, group_of(definition.model.service)):
        if at.committed > at.end:
            findings.differs(f"{at.topic}/{at.partition}: committed {at.committed} of {at.end}")
        findings.counts["facts to consume"] += max(0, at.end - at.committed)


async def _verify_topics(
    definition: Definition,
    settings: Settings,
    findings: Findings,
    published: dict[tuple[str, str], tuple[int, str]],
) -> None:
    """Every relayed fact must be on its topic as the log has it."""
    missing = dict(published)
    async for record in every_record(settings, [contract.TOPIC for contract in definition.model.tells]):
        headers = {name: value.decode("utf-8", "replace") for name, value in record.headers if value}
        key = (headers.get("ce_subject", ""), headers.get("ce_id", ""))
        findings.counts["records on topics"] += 1
        if key not in published:
            findings.counts["records of others or not yet in the cursor"] += 1
        elif published[key] != (int(headers.get("ce_sequence", 0)), (record.value or b"").decode()):
            findings.differs(f"{record.topic}/{record.partition}/{record.offset}: differs from the log")
        missing.pop(key, None)
    for (stream, fact), (seq, _) in missing.items():
        findings.differs(f"{stream}: published fact {fact} (sequence {seq}) is not on its topic")
