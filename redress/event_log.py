"""All cases as one object-centric event log (OCEL 2.0, JSON), written as it is read: memory holds a few cases."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Final

from redress.logs import every_commit
from services.intake.domain.events import ComplaintFiled, NegotiationOpened
from shared.bundle.chains import as_link
from shared.bundle.ocel import ocel_of
from shared.bundle.steps import CaseHistory, published
from shared.contracts.topology import SERVICES
from shared.eventing.ports import EventLog

_CASES_AT_ONCE: Final = 100
_BEGINS: Final = frozenset({NegotiationOpened.TYPE, ComplaintFiled.TYPE})
_COPIED: Final = 1 << 20


@dataclass(slots=True)
class Written:
    """What an event log holds."""

    cases: int = 0
    events: int = 0
    objects: int = 0


async def histories(logs: Mapping[str, EventLog], lanes: int) -> AsyncIterator[CaseHistory]:
    """Every case that was negotiated or filed, with what was told of it."""
    for lane in range(lanes):
        names: dict[str, None] = {}
        async for commit in every_commit(logs["intake"], lane):
            if any(record.type in _BEGINS for record in commit.facts):
                names[commit.stream] = None
        for at in range(0, len(names), _CASES_AT_ONCE):
            page = list(names)[at : at + _CASES_AT_ONCE]
            # The hearers first: what they heard is then surely in the log of whoever told it.
            loaded = {service: await logs[service].load(lane, page) for service in reversed(SERVICES)}
            for name in page:
                yield published(name, {s: [as_link(one) for one in loaded[s].get(name, ())] for s in SERVICES})


async def write(cases: AsyncIterator[CaseHistory], out: IO[bytes]) -> Written:
    """Write the log. Events go out as they come; objects wait in a file, for a person is named by many cases."""
    written, types, seen = Written(), dict[str, Any](), set[str]()
    with TemporaryFile() as objects:
        out.write(b'{"events":[')
        async for case in cases:
            log = _own(case.case_id, ocel_of([case]))
            types |= {one["name"]: one for one in log["eventTypes"]}
            written.cases += 1
            for event in log["events"]:
                out.write((b",\n" if written.events else b"\n") + _json(event))
                written.events += 1
            for one in log["objects"]:
                if one["id"] not in seen:
                    objects.write((b",\n" if written.objects else b"\n") + _json(one))
                    written.objects += 1
                    if one["type"] in _SHARED:
                        seen.add(one["id"])
        out.write(b'],\n"objects":[')
        objects.seek(0)
        while piece := objects.read(_COPIED):
            out.write(piece)
        kinds = ocel_of([])["objectTypes"]
        out.write(
            b'],\n"objectTypes":%s,\n"eventTypes":%s}\n'
            % (_json(kinds), _json([types[name] for name in sorted(types)]))
        )
    return written


def _own(case_id: str, log: dict[str, Any]) -> dict[str, Any]:
    """The same log, in which items are named after their case too: whoever submits one chooses its id."""
    for one in log["objects"]:
        one["id"] = _named(case_id, one["id"])
    for one in (*log["objects"], *log["events"]):
        for relation in one["relationships"]:
            relation["objectId"] = _named(case_id, relation["objectId"])
    return log


def _named(case_id: str, name: str) -> str:
    kind, _, key = name.partition(":")
    return f"{kind}:{case_id}/{key}" if kind == _CHOSEN else name


_CHOSEN: Final = "evidence_item"
_SHARED: Final = frozenset({"person", "order"})
"""Kinds of objects that several cases may name; the others belong to one case."""


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
