"""Cases as an object-centric event log: OCEL 2.0, the JSON form, for process mining.

Personal texts stay out: an event carries who acted in which role, and the objects it touches by their ids.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from shared.bundle.steps import CaseHistory, Step

_KEYS: Final[Mapping[str, str]] = {
    "order_id": "order",
    "item_id": "evidence_item",
    "offer_id": "offer",
    "ruling_id": "ruling",
    "appeal_id": "appeal",
    "request_id": "evidence_request",
    "notice_id": "notice",
    "obligation_id": "obligation",
}
_OWED: Final = frozenset({"obligation", "obligations", "debts"})
_PEOPLE: Final = frozenset({"adjudicator", "reviewer", "made_by", "recipient", "owner", "appellant", "requested_by"})
_WORDS: Final = ("round", "side", "outcome", "kind", "category", "sub_reason", "tier", "type", "remedy", "late")
"""Coded fields that are kept as attributes of the event; never what somebody wrote."""
_OBJECT_TYPES: Final = ("case", *sorted({*_KEYS.values(), "person"}))
_EVENT_FIELDS: Final = ("service", "role", *_WORDS)


def ocel_of(cases: Iterable[CaseHistory]) -> dict[str, Any]:
    """The log of any number of cases. The same histories give the same log."""
    objects: dict[str, dict[str, Any]] = {}
    events: list[dict[str, Any]] = []
    types: set[str] = set()
    for case in cases:
        root = _object(objects, "case", case.case_id)
        for step in case.steps:
            types.add(step.type)
            touched = {("case", case.case_id): "case", **_touched(step)}
            for kind, key in touched:
                one = _object(objects, kind, key)
                _attach(root, one, kind)
            events.append(
                {
                    "id": f"{step.source}/{step.id}",
                    "type": step.type,
                    "time": step.at,
                    "attributes": [{"name": name, "value": value} for name, value in _attributes(step)],
                    "relationships": [
                        {"objectId": f"{kind}:{key}", "qualifier": qualifier}
                        for (kind, key), qualifier in touched.items()
                    ],
                }
            )
    attributes = [{"name": name, "type": "string"} for name in _EVENT_FIELDS]
    return {
        "objectTypes": [{"name": name, "attributes": []} for name in _OBJECT_TYPES],
        "eventTypes": [{"name": name, "attributes": attributes} for name in sorted(types)],
        "objects": list(objects.values()),
        "events": events,
    }


def _object(objects: dict[str, dict[str, Any]], kind: str, key: str) -> dict[str, Any]:
    name = f"{kind}:{key}"
    return objects.setdefault(name, {"id": name, "type": kind, "attributes": [], "relationships": []})


def _attach(root: dict[str, Any], one: dict[str, Any], kind: str) -> None:
    relation = {"objectId": one["id"], "qualifier": kind}
    if one is not root and relation not in root["relationships"]:
        root["relationships"].append(relation)


def _touched(step: Step) -> dict[tuple[str, str], str]:
    """The objects that a fact names, each with what it is to the fact."""
    found = {(kind, key): kind for kind, key in _named(step.data)}
    for person, what in _people(step):
        found.setdefault(("person", person), what)
    return found


def _named(part: object, owed: bool = False) -> Iterator[tuple[str, str]]:
    match part:
        case Mapping():
            if owed and isinstance(part.get("id"), str):
                yield "obligation", part["id"]
            for key, value in part.items():
                if key in _KEYS and isinstance(value, str):
                    yield _KEYS[key], value
                elif not isinstance(value, str):
                    yield from _named(value, owed or key in _OWED)
        case Sequence() if not isinstance(part, str):
            for one in part:
                yield from _named(one, owed)
        case _:
            pass


def _people(step: Step) -> Iterator[tuple[str, str]]:
    if step.by[1]:
        yield step.by[1], "acts"
    parties = step.data.get("parties")
    if isinstance(parties, Mapping):
        yield str(parties["buyer_id"]), "buyer"
        yield str(parties["seller_id"]), "seller"
    for key in sorted(_PEOPLE):
        actor = step.data.get(key)
        if isinstance(actor, Mapping) and "id" in actor:
            yield str(actor["id"]), key


def _attributes(step: Step) -> Iterator[tuple[str, str]]:
    yield "service", step.source
    if step.by[0]:
        yield "role", step.by[0]
    inner = step.data.get("item")
    said = {**(inner if isinstance(inner, Mapping) else {}), **step.data}
    for word in _WORDS:
        if isinstance(said.get(word), str | bool | int):
            yield word, str(said[word])
