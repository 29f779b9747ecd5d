"""What a run of services left behind, and whether every fact took effect exactly once in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shared.adapters.mongo_client import Database
from shared.adapters.mongo_documents import from_document
from shared.eventing.commits import CauseKind, Commit
from shared.eventing.streams import Skipped
from shared.kernel.lanes import LANES, lane_start
from tests.kit.logs import require_sound

Heard = tuple[str, str, int]
"""Case, source and sequence of a fact."""

Shown = tuple[int, Mapping[str, Any], Mapping[str, Any]] | None
"""A document: its version, body and keys."""

SHOWN_PROBLEMS: Final = 5


@dataclass
class Traces:
    """One service's log, documents and park at the end of a run."""

    commits: Sequence[Sequence[Commit]]
    """Per lane, by position."""
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Per view, the document of each stream.

    Without `position`: where a commit stands in its lane depends on which case was faster, and on nothing else.
    """

    @property
    def every(self) -> Iterable[Commit]:
        return (commit for lane in self.commits for commit in lane)


async def traces(database: Database) -> Traces:
    """Read everything a service has."""
    lanes: list[list[Commit]] = [[] for _ in range(LANES)]
    async for document in database["log"].find({}, sort=[("_id", 1)]):
        commit = from_document(document)
        lanes[commit.lane].append(commit)
    documents: dict[str, dict[str, Any]] = {}
    async for pointer in database["views"].find({}):
        shown = database[pointer["live"]].find({})
        documents[pointer["_id"]] = {d["_id"]: (d["version"], d["body"], d["keys"]) async for d in shown}
    return Traces(lanes, documents)


async def behind(database: Database) -> list[str]:
    """Readers of the log that have not come to its end: the relay and every view."""
    feeds = ["relay"]
    async for pointer in database["views"].find({}):
        feeds += pointer["feeds"]
    cursors = {c["_id"]: int(c["position"]) async for c in database["cursors"].find({})}
    late = []
    for lane in range(LANES):
        where = {"_id": {"$gt": lane_start(lane), "$lt": lane_start(lane + 1)}}
        last = await database["log"].find_one(where, {"_id": 1}, sort=[("_id", -1)])
        late += [
            f"{feed}/{lane}" for feed in feeds if last and cursors.get(f"{feed}/{lane}", lane_start(lane)) < last["_id"]
        ]
    return late


def require_sound_lanes(found: Traces) -> int:
    """Dense positions and versions, unbroken digests; answers how many commits there are."""
    return sum(require_sound(lane, commits) for lane, commits in enumerate(found.commits))


def require_heard_once(found: Traces, expected: Iterable[Heard]) -> int:
    """Each fact in the log exactly once, and no other."""
    heard = Counter((c.stream, c.cause.source, c.cause.seq) for c in found.every if c.cause.kind is CauseKind.FACT)
    wanted = set(expected)
    problems = [f"{fact} heard {n} times" for fact, n in heard.items() if n > 1]
    problems += [f"{fact} never heard" for fact in wanted - heard.keys()]
    problems += [f"{fact} heard, but never told" for fact in heard.keys() - wanted]
    _none(problems, "facts heard exactly once")
    return len(heard)


def require_same_effects(found: Traces, calm: Traces) -> int:
    """The same facts were decided, in the same order per case, and are told under the same ids and sequences."""
    mine, theirs = _effects(found), _effects(calm)
    problems = [
        f"{case}:\n    with faults {mine.get(case)}\n    without     {theirs.get(case)}"
        for case in sorted(mine.keys() | theirs.keys())
        if mine.get(case) != theirs.get(case)
    ]
    _none(problems, "cases decided alike")
    return sum(len(facts) for facts, _ in mine.values())


def require_same_documents(found: Traces, calm: Traces) -> int:
    """Every view shows every case as a run without faults does."""
    assert found.documents.keys() == calm.documents.keys(), (found.documents.keys(), calm.documents.keys())
    problems = [
        f"{view} of {case}: {_difference(documents.get(case), others.get(case))}"
        for view, documents in found.documents.items()
        for others in (calm.documents[view],)
        for case in sorted(documents.keys() | others.keys())
        if documents.get(case) != others.get(case)
    ]
    _none(problems, "documents alike")
    return sum(len(documents) for documents in found.documents.values())


def require_told(found: Traces, records: Sequence[Any]) -> int:
    """What the log holds to be published stands on the topics: nothing missing, nothing else, and in order.

    Answers how many records were duplicates. `records` are in order per partition; order is promised per case and
    topic, and a fact that was seen before is what a consumer drops.
    """
    told: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for commit in found.every:
        for out in commit.out:
            told[commit.stream, out.topic].append((out.seq, out.id, out.data))
    firsts: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    seen: dict[tuple[str, str], int] = {}
    for record in records:
        headers = dict(record.headers)
        case, fact, seq = headers["ce_subject"].decode(), headers["ce_id"].decode(), int(headers.get("ce_sequence", 0))
        if (case, fact) in seen:
            continue
        seen[case, fact] = seq
        firsts[case, record.topic].append((seq, fact, record.value.decode()))
    problems = [
        f"{lineage}:\n    log   {told.get(lineage)}\n    topic {firsts.get(lineage)}"
        for lineage in sorted(told.keys() | firsts.keys())
        if told.get(lineage) != firsts.get(lineage)
    ]
    _none(problems, "lineages on the topics as in the log")
    sequences = _sequences((case, seq) for (case, _), seq in seen.items() if seq)
    gaps = [f"{case}: {seqs}" for case, seqs in sequences.items() if seqs != list(range(1, len(seqs) + 1))]
    _none(gaps, "cases told with dense sequences")
    return len(records) - len(seen)


def _sequences(seen: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    cases: dict[str, list[int]] = defaultdict(list)
    for case, seq in sorted(seen):
        cases[case].append(seq)
    return cases


def _effects(found: Traces) -> dict[str, tuple[list[Any], list[Any]]]:
    """Per case: its own facts, and what it tells, in order.

    Nothing is left out of either. What was heard is compared by sequence elsewhere: a fact that came early stands
    before the one it waited for, and the stand-in of a dropped fact carries the moment of the drop.
    """
    effects: dict[str, tuple[list[Any], list[Any]]] = {}
    for commit in found.every:
        facts, told = effects.setdefault(commit.stream, ([], []))
        facts += [(record.type, record.id, record.data) for record in commit.facts]
        told += [(out.topic, out.type, out.id, out.seq, out.data) for out in commit.out]
    return {case: both for case, both in effects.items() if any(both)}


def skips(found: Traces) -> int:
    """How many facts an operator dropped."""
    return sum(c.heard is not None and c.heard.type == Skipped.TYPE for c in found.every)


def _difference(mine: Shown, theirs: Shown) -> str:
    """Which fields differ, with what they show."""
    if mine is None or theirs is None:
        return f"shown {'only without faults' if mine is None else 'only with faults'}"
    fields = {name: (mine[1].get(name), theirs[1].get(name)) for name in {*mine[1], *theirs[1]}}
    apart = {name: both for name, both in fields.items() if both[0] != both[1]}
    return f"version {mine[0]}, without faults {theirs[0]}; {apart}"


def _none(problems: Sequence[str], what: str) -> None:
    listed = "\n  ".join(problems[:SHOWN_PROBLEMS])
    assert not problems, f"{what}: {len(problems)} are not, such as\n  {listed}"
