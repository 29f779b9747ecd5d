"""The official CloudEvents SDK reads a record of every topic."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, from_kafka
from cloudevents.core.formats.json import JSONFormat

from redress_contracts import Record
from shared.contracts.topology import CONTRACTS, SERVICES, topics
from tests.kit.golden import FOLDER, Golden
from tests.kit.runtime import Running
from tests.kit.wire import spoiled
from tests.messaging.scenes import CASE, SCENES, Scene

FACTS = {contract.TOPIC: contract for contract in CONTRACTS}


def sdk(headers: Mapping[str, bytes], key: bytes, value: bytes | None) -> Any:
    """The event as the SDK has it, which demands id, source, type and specversion, and a time with its zone."""
    return from_kafka(KafkaMessage(headers=dict(headers), key=key, value=value or b""), JSONFormat())


@pytest.mark.parametrize("topic", FACTS)
@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_a_fact_of_every_topic_is_read(topic: str, mode: str) -> None:
    kept = Golden.read(FOLDER / f"{FACTS[topic].TYPE}.json")
    subject = kept.headers["ce_subject"].encode()
    sound = Record(topic, subject, kept.value, tuple((name, text.encode()) for name, text in kept.headers.items()))
    told = sound if mode == "binary" else sound.structured()
    assert told.value

    event = sdk({name: value or b"" for name, value in told.headers}, subject, told.value)

    assert (event.get_type(), event.get_subject()) == (FACTS[topic].TYPE, subject.decode())
    assert (event.get_id(), event.get_source()) == (kept.headers["ce_id"], kept.headers["ce_source"])
    assert event.get_extension("sequence") == kept.headers.get("ce_sequence")
    assert event.get_data() == json.loads(kept.value)
    if "ce_time" in kept.headers:
        assert event.get_time() == datetime.fromisoformat(kept.headers["ce_time"])


async def test_a_command_its_answer_and_what_is_parked_are_read(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    asked = run.outside.ask(
        scene.name, scene.accepted.command, CASE, scene.accepted.by, "request-1", **scene.accepted.body
    )
    await run.take(asked)
    await run.take(spoiled(run.outside.tell(scene.lineage[0], seq=90), type=b"told.in_2031.v1"))

    (answer,) = run.notes.on(f"{scene.name}.replies")
    (aside,) = run.notes.on(f"{scene.name}.policies.parked")
    command = sdk(dict(asked.headers), asked.key or b"", asked.value)
    reply = sdk(answer.headers, answer.key.encode(), answer.value)
    parked = sdk(aside.headers, aside.key.encode(), aside.value)

    assert (asked.topic, command.get_type(), command.get_subject()) == (
        f"{scene.name}.commands", scene.accepted.command, CASE,
    )  # fmt: skip
    assert (reply.get_type(), reply.get_source()) == ("command.answered.v1", scene.name)
    assert json.loads(answer.value or b"")["outcome"] == "accepted"
    assert (parked.get_type(), parked.get_subject()) == ("told.in_2031.v1", CASE)


def test_no_topic_is_left_out() -> None:
    of_services = {f"{name}.{kind}" for name in SERVICES for kind in ("commands", "replies", "policies.parked")}

    assert set(topics()) == {*FACTS, *of_services}
    assert {scene.name for scene in SCENES} == set(SERVICES)


def test_the_sdk_refuses_what_is_no_event() -> None:
    with pytest.raises(Exception, match="source"):
        from_binary(KafkaMessage({"ce_id": b"1", "ce_type": b"t", "ce_specversion": b"1.0"}, None, b"{}"), JSONFormat())
