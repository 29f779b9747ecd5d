"""Writing what Redress hears: your facts on its inbound topics, and commands on its command topics."""

import json

from redress_contracts.messages import Command, Fact
from redress_contracts.records import Record
from redress_contracts.values import Actor


def told(fact: Fact, *, id_: str, source: str, trace: str | None = None) -> Record:
    """The record that tells a fact, in binary mode. The same fact sent again takes the same id."""
    body = fact.model_dump_json(exclude={"case_id"} if not fact.case_id else None)
    return _record(fact.TOPIC, fact.TYPE, fact.stream, body, id_, source, trace)


def asked(command: Command, *, case_id: str, by: Actor, id_: str, source: str, trace: str | None = None) -> Record:
    """The record that asks for a command. `id_` makes repeating it safe: one id is carried out once.

    The answer comes on `<service>.replies`, keyed by the case, with this id as its `command_id`.
    """
    body = json.dumps({**command.model_dump(mode="json"), "by": by.model_dump(mode="json")}, ensure_ascii=False)
    return _record(f"{command.SERVICE}.commands", command.NAME, case_id, body, id_, source, trace)


def _record(topic: str, type_: str, key: str, body: str, id_: str, source: str, trace: str | None) -> Record:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": id_,
        "ce_source": source,
        "ce_type": type_,
        "ce_subject": key,
        "content-type": "application/json",
        **({"traceparent": trace} if trace else {}),
    }
    return Record(topic, key.encode(), body.encode(), tuple((name, text.encode()) for name, text in headers.items()))
