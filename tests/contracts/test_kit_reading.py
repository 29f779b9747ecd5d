"""The consumer kit reads all that Redress ever wrote, says what is wrong with the rest, and writes what it reads."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from redress.catalogue import asked as asked_of
from redress.catalogue import command_schema, fact_schema, opened
from redress.catalogue import told as every_fact
from redress.recording import line
from redress_contracts import (
    TYPES,
    Record,
    UnreadableError,
    Upcast,
    asked,
    commands,
    facts,
    inbound,
    read,
    read_record,
    read_recording,
    read_reply,
    told,
    topics_of,
    values,
)
from redress_contracts.messages import Command as KitCommand
from redress_contracts.messages import Fact
from redress_contracts.replaying import Recording
from redress_contracts.spoiling import spoiled
from services.appeals.domain.lodging import LodgeAppeal
from shared.adapters.command_desk import answer_of
from shared.adapters.wire import envelope_of, received_of
from shared.contracts.platform import NoticeDelivered, OrderRecorded
from shared.contracts.topology import CONTRACTS, SERVICES
from shared.eventing.outcomes import Rejected
from shared.eventing.requests import request_model
from shared.kernel.refusals import Refused
from tests.examples import evidence, intake
from tests.kit.counter import NOON
from tests.kit.golden import CASE, FOLDER, Golden
from tests.kit.wire import Outside, record

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
DEMO = Path(facts.__file__).parent / "recordings" / "demo.jsonl"
GOLDEN = sorted(FOLDER.glob("*.json"))
SEALED = f"pd1:lin:{'A' * 20_000};"


def golden_record(file: Path, topic: str = "") -> Record:
    kept = Golden.read(file)
    headers = tuple((name, text.encode()) for name, text in kept.headers.items())
    return Record(topic, kept.headers["ce_subject"].encode(), kept.value, headers)


SOUND = golden_record(FOLDER / "complaint.withdrawn.v1.json")


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_every_golden_file_is_read_in_both_modes(file: Path, mode: str) -> None:
    kept = golden_record(file)

    received = read_record(kept if mode == "binary" else kept.structured())

    assert received.fact is not None
    assert received.type == type(received.fact).TYPE == file.stem.partition("~")[0]
    assert received.subject == received.fact.stream == kept.header("ce_subject")
    ours = {c.TYPE: c for c in CONTRACTS}[received.type].model_validate_json(kept.value or b"", extra="ignore")
    assert received.fact.model_dump(mode="json") == ours.model_dump(mode="json")


@pytest.mark.parametrize("file", [file for file in GOLDEN if "~" not in file.stem], ids=lambda file: file.stem)
def test_the_kit_and_the_services_agree_on_number_and_lineage(file: Path) -> None:
    kept, types = golden_record(file), {c.TYPE: c for c in CONTRACTS}
    received = read_record(kept)
    if not types[received.type].ORDERED:
        assert received.seq is None
        return

    ours = received_of(envelope_of(record("t", kept.value, kept.key, kept.headers)), types)

    assert (received.seq, received.lineage, received.subject) == (ours.seq, ours.source, ours.stream)


def test_the_kit_knows_every_fact_and_every_command() -> None:
    assert set(TYPES) == {contract.TYPE for contract in CONTRACTS}
    for contract in CONTRACTS:
        kit = TYPES[contract.TYPE]
        assert (kit.TOPIC, kit.SOURCE, kit.ORDERED) == (contract.TOPIC, contract.SOURCE, contract.ORDERED)
    made = {(c.SERVICE, c.NAME) for c in vars(commands).values() if _is(c, KitCommand)}
    assert made == {(one.service, one.command.NAME) for service in SERVICES for one in asked_of(service)}


def test_the_kits_own_schemas_are_the_committed_ones() -> None:
    """INVARIANT: the generated classes say no more and no less than the JSON Schemas that they were written from.

    A keyword that the generator forgot, or a bound that it dropped, shows here.
    """
    for fact in every_fact():
        kit = TYPES[fact.contract.TYPE]
        assert _bare(kit.model_json_schema()) == _bare(fact_schema(fact)), fact.contract.TYPE
    for service in SERVICES:
        for one in asked_of(service):
            kit_command = getattr(commands, one.command.__name__)
            assert _bare(kit_command.model_json_schema()) == _bare(command_schema(one)), one.schema_name


def test_every_topic_of_a_source_is_named_for_who_follows_its_numbers() -> None:
    assert topics_of("appeals") == ["appeal.decided", "appeal.dismissed", "appeal.opened", "appeal.withdrawn"]
    assert not set(topics_of("intake")) & {"person.erased"}, "what takes no number needs no following"


def test_sealed_text_longer_than_anybody_may_write_is_read() -> None:
    """INVARIANT: what is told carries sealed text, which is longer than the text; schema and kit allow for it."""
    golden_ruling = golden_record(FOLDER / "ruling.issued.v1.json")
    data = json.loads(golden_ruling.value or b"")
    data["findings"][0]["reasoning"] = data["explanation"] = SEALED

    ruling = read_record(replace(golden_ruling, value=json.dumps(data).encode())).fact

    assert isinstance(ruling, facts.RulingIssued)
    assert ruling.findings[0].reasoning == SEALED


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (replace(SOUND, value=None), "tombstone"),
        (replace(SOUND, headers=()), "missing or unreadable CloudEvents attributes: specversion, id, source, type"),
        (SOUND.with_headers(id=b"\xff"), "attributes: id"),
        (SOUND.with_headers(source=None), "attributes: source"),
        (SOUND.with_headers(specversion=b"0.3"), "specversion 0.3 is not 1.0"),
        (SOUND.with_headers(sequence=b"0"), "the header ce_sequence must be a whole number from 1"),
        (SOUND.with_headers(sequence=None), "the header ce_sequence must be a whole number from 1"),
        (SOUND.with_headers(sequence=b"9" * 19), "must be a whole number"),
        (SOUND.with_headers(subject=b"another"), "the subject another is not the data's celadon-teapot"),
        (replace(SOUND.with_headers(subject=None), key=None), "neither the subject nor the record's key"),
        (replace(SOUND, value=b'{"case_id": "celadon-teapot"}'), "complaint.withdrawn.v1: at: Field required"),
        (replace(SOUND, value=b"{"), "complaint.withdrawn.v1: data: Invalid JSON"),
        (replace(SOUND.with_headers(type=b"unknown.v1"), value=b"{"), "unknown.v1: JSONDecodeError"),
        (replace(SOUND.with_headers(type=b"unknown.v1"), value=b"[]"), "unknown.v1: the data is not a JSON object"),
        (replace(SOUND, headers=(("Content-Type", b"application/cloudevents-batch+json"),)), "one event a record"),
        (replace(SOUND.structured(), value=b"{}"), "not a structured CloudEvent with JSON data"),
        (replace(SOUND.structured(), value=None), "not a structured CloudEvent with JSON data"),
    ],
)
def test_what_is_no_fact_is_refused_with_what_is_wrong(changed: Record, said: str) -> None:
    with pytest.raises(UnreadableError, match=said.replace("(", r"\(")):
        read_record(changed)


def test_the_key_stands_in_for_a_subject_and_base64_for_data() -> None:
    assert read_record(SOUND.with_headers(subject=None)).subject == CASE
    event = json.loads(SOUND.structured().value or b"")
    event["data_base64"] = b64encode(orjson.dumps(event.pop("data"))).decode()

    received = read([("content-type", b"application/cloudevents+json")], json.dumps(event).encode())

    assert isinstance(received.fact, facts.ComplaintWithdrawn)


def test_a_type_of_a_later_release_keeps_its_number_and_its_data() -> None:
    received = read_record(SOUND.with_headers(type=b"complaint.withdrawn.v9"))

    assert (received.fact, received.lineage) == (None, "intake")
    assert received.seq == read_record(SOUND).seq
    assert json.loads(received.data)["case_id"] == CASE


def test_every_spoiled_copy_is_refused() -> None:
    for one in (SOUND, golden_record(FOLDER / "order.recorded.v1.json")):
        for copy in spoiled(one):
            with pytest.raises(UnreadableError):
                read_record(copy)


class Closed(Fact):
    """A later version of a fact, as the next release may have it."""

    TYPE = "complaint.closed.v3"
    TOPIC = "complaint.closed"
    SOURCE = "intake"

    result: str


def _second(data: dict[str, Any]) -> dict[str, Any]:
    return {**{k: v for k, v in data.items() if k != "outcome"}, "ended": data["outcome"]}


def _third(data: dict[str, Any]) -> dict[str, Any]:
    return {**{k: v for k, v in data.items() if k != "ended"}, "result": data["ended"].upper()}


STEPS = {
    "complaint.closed.v1": Upcast("complaint.closed.v2", _second),
    "complaint.closed.v2": Upcast("complaint.closed.v3", _third),
}


def test_an_old_version_is_lifted_step_by_step_to_the_newest() -> None:
    old = golden_record(FOLDER / "complaint.closed.v1.json")

    received = read(old.headers, old.value, types={Closed.TYPE: Closed}, upcasts=STEPS)

    assert received.type == "complaint.closed.v1"
    assert isinstance(received.fact, Closed)
    assert received.fact.result == json.loads(old.value or b"")["outcome"].upper()
    assert (received.seq, received.lineage) == (read_record(old).seq, "intake")


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ({"complaint.closed.v1": Upcast("complaint.closed.v1", dict)}, "lead from complaint.closed.v1 back"),
        ({"complaint.closed.v1": Upcast("complaint.closed.v3", lambda data: data["gone"])}, "KeyError"),
        ({"complaint.closed.v1": Upcast("complaint.closed.v3", dict)}, "result: Field required"),
    ],
)
def test_a_step_that_fails_is_named(steps: Mapping[str, Upcast], said: str) -> None:
    old = golden_record(FOLDER / "complaint.closed.v1.json")

    with pytest.raises(UnreadableError, match=f"complaint.closed.v1: .*{said}"):
        read(old.headers, old.value, types={Closed.TYPE: Closed}, upcasts=steps)


def test_what_the_kit_tells_is_heard_by_the_services() -> None:
    order = inbound.OrderRecorded.model_validate(
        {"at": NOON, "version": 3, "order": intake.an_order().model_dump(mode="json")}
    )
    notice = inbound.NoticeDelivered(case_id=CASE, at=NOON, version=2, notice_id="n-1", result="failed", detail="busy")
    for fact, theirs in ((order, OrderRecorded), (notice, NoticeDelivered)):
        sent = told(fact, id_="shop-1", source="shop", trace=TRACE)

        heard = received_of(envelope_of(_kafka(sent)), {theirs.TYPE: theirs})

        assert heard.message.model_dump(mode="json") == fact.model_dump(mode="json")
        assert (sent.topic, heard.seq, heard.trace) == (theirs.TOPIC, fact.version, TRACE)
        assert read_record(sent).fact == fact


def test_what_the_kit_asks_is_a_command_to_the_services() -> None:
    by = values.Actor(role=values.Role.BUYER, id="lin")
    command = commands.LodgeAppeal(grounds=(values.AppealGround.WRONG_FACTS,), reason="The photo shows another teapot.")

    sent = asked(command, case_id=CASE, by=by, id_="appeal-1", source="shop")

    envelope = envelope_of(_kafka(sent))
    body = orjson.loads(envelope.data)
    assert (sent.topic, envelope.type, envelope.subject) == ("appeals.commands", LodgeAppeal.NAME, CASE)
    assert body.pop("by") == {"role": "buyer", "id": "lin"}
    assert request_model(LodgeAppeal).model_validate(body)


def test_a_mistyped_field_is_an_error_where_it_is_written() -> None:
    with pytest.raises(ValidationError, match="curency"):
        values.Money(minor=1, curency="CNY")  # type: ignore[call-arg]


def test_an_answer_to_a_command_is_read() -> None:
    refused = Refused("appeal_must_be_in_time", detail="too late", clause="appeal.window", field="at", cure="none")
    answer = answer_of("appeal-1", Rejected(4, refused))
    headers = [("ce_specversion", b"1.0"), ("ce_type", b"command.answered.v1")]

    reply = read_reply(headers, orjson.dumps({**answer, "added_in_2031": 1}))

    assert (reply.command_id, reply.outcome, reply.rule) == ("appeal-1", "refused", "appeal_must_be_in_time")
    for wrong in ([("ce_type", b"other")], [*headers, ("x", None)]):
        with pytest.raises(UnreadableError):
            read_reply(wrong, b"{}")


def test_a_recording_that_redress_writes_is_read_byte_for_byte(tmp_path: Path) -> None:
    sent = Outside().tell(evidence.a_withdrawn_complaint())
    odd = record("t", b"\xff\x00", "a\u2028b".encode(), [("x", None), ("y", b"\xfe")], partition=3, offset=9)
    lines = "\n".join([line(sent), "", line(odd)])
    (tmp_path / "some.jsonl").write_text(lines, encoding="utf-8")

    found = read_recording(tmp_path / "some.jsonl")

    assert [(r.topic, r.key, r.value, r.headers, r.partition, r.offset) for r in found] == [
        (r.topic, r.key, r.value, r.headers, r.partition, r.offset) for r in (sent, odd)
    ]
    assert [one.line() for one in found] == [line(sent), line(odd)]
    (tmp_path / "some.jsonl").write_text(f'{line(sent)}\n{{"topic": "t"}}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 2: not a recorded record: KeyError\('key'\)"):
        read_recording(tmp_path / "some.jsonl")


def test_the_kits_own_recording_holds_whole_cases_and_every_service() -> None:
    recording = Recording.of(read_recording(DEMO))

    assert {one.lineage for one in recording.told} >= {*SERVICES, "platform"}
    assert sum(len(of) for of in recording.lines().values()) > 50
    assert len({one.record.topic for one in recording.told}) > 12
    assert b"/tmp" not in DEMO.read_bytes()


def test_a_recording_without_facts_says_so() -> None:
    with pytest.raises(ValueError, match="has no fact of these topics"):
        Recording.of(read_recording(DEMO), ["no.such"])


def _is(value: object, kind: type) -> bool:
    return isinstance(value, type) and issubclass(value, kind) and value is not kind


def _kafka(sent: Record) -> Any:
    return record(sent.topic, sent.value, sent.key, sent.headers)


def _bare(schema: Mapping[str, Any]) -> Any:
    """What a schema demands: nothing that only describes, definitions without those that are not used."""
    kept = {key: value for key, value in opened(dict(schema)).items() if key not in {"$schema", "$id"}}
    return _undescribed(kept)


def _undescribed(schema: Any, *, names: bool = False) -> Any:
    if isinstance(schema, dict):
        return {
            key: _undescribed(value, names=key in {"properties", "$defs"})
            for key, value in schema.items()
            if names or key not in {"title", "description"}
        }
    return [_undescribed(one) for one in schema] if isinstance(schema, list) else schema
