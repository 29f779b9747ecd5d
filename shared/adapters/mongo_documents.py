"""How a commit stands in MongoDB: one document, with data as the exact JSON text that was decided or heard."""

from collections.abc import Mapping
from datetime import UTC
from functools import lru_cache
from typing import Any

from bson.codec_options import CodecOptions
from bson.int64 import Int64

from shared.eventing.commits import Cause, CauseKind, Commit, Outgoing, Record
from shared.kernel.actors import Actor, Role

CODEC: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)


def to_document(commit: Commit) -> dict[str, Any]:
    heard = commit.heard
    document: dict[str, Any] = {
        "_id": Int64(commit.position),
        "lane": commit.lane,
        "case": commit.stream,
        "first": commit.first,
        "last": commit.last,
        "cause": {
            "id": commit.cause.id,
            "kind": commit.cause.kind.value,
            "source": commit.cause.source,
            "seq": commit.cause.seq,
        },
        "by": {"role": commit.by.role.value, "id": commit.by.id},
        "at": commit.at,
        "facts": [{"type": f.type, "id": f.id, "data": f.data, **_own_at(f)} for f in commit.facts],
        "out": [
            {"topic": o.topic, "type": o.type, "id": o.id, "seq": o.seq, "data": o.data, **_own_at(o)}
            for o in commit.out
        ],
        "trace": commit.trace,
        "prev": commit.prev,
        "digest": commit.digest,
    }
    if commit.cause.request:
        document["cause"]["request"] = commit.cause.request
    if commit.cause.through is not None:
        document["cause"]["through"] = commit.cause.through
    if heard is not None:
        document["heard"] = {"type": heard.type, "id": heard.id, "data": heard.data}
    return document


def from_document(document: Mapping[str, Any]) -> Commit:
    cause = document["cause"]
    by = document["by"]
    heard = document.get("heard")
    # By position, in the order of the fields: names cost as much again, and every view reads every commit.
    return Commit(
        document["case"],
        document["lane"],
        document["first"],
        document["last"],
        Cause(
            cause["id"],
            _KINDS[cause["kind"]],
            cause["source"],
            cause["seq"],
            cause.get("request", ""),
            cause.get("through"),
        ),
        _actor(by["role"], by["id"]),
        document["at"],
        tuple([Record(f["type"], f["id"], f["data"], f.get("at")) for f in document["facts"]]),
        Record(heard["type"], heard["id"], heard["data"]) if heard else None,
        tuple([Outgoing(o["topic"], o["type"], o["id"], o["seq"], o["data"], o.get("at")) for o in document["out"]]),
        document["trace"],
        document["prev"],
        document["digest"],
        int(document["_id"]),
    )


def _own_at(part: Record | Outgoing) -> dict[str, Any]:
    return {} if part.at is None else {"at": part.at}


_KINDS = {kind.value: kind for kind in CauseKind}


@lru_cache(maxsize=4096)
def _actor(role: str, name: str) -> Actor:
    # Most commits are by the platform itself, and the commits of one case by the same few: one value serves them all.
    return Actor(role=Role(role), id=name)
