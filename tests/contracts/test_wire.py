"""Records as others may send them, and golden files: what was once published is read for ever."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest
from aiokafka import ConsumerRecord

from services.appeals.model import MODEL as APPEALS
from services.evidence.model import MODEL as EVIDENCE
from services.intake.model import MODEL as INTAKE
from services.mediation.model import MODEL as MEDIATION
from shared.adapters.wire import Envelope, UnreadableError, envelope_of, received_of
from shared.contracts.appeals import AppealOpened
from shared.contracts.intake import ComplaintWithdrawn
from shared.contracts.platform import OrderRecorded
from shared.contracts.topology import CONTRACTS
from tests.examples import evidence, intake
from tests.kit.counter import NOON
from tests.kit.golden import FOLDER, Golden, golden
from tests.kit.wire import Outside, record, spoiled

TYPES = {contract.TYPE: contract for contract in CONTRACTS}
WITHDRAWN = evidence.a_withdrawn_complaint()
SOUND = Outside().tell(WITHDRAWN)
FILES = sorted(FOLDER.glob("*.json"))


def structured(**changes: Any) -> ConsumerRecord:
    event = {
        "specversion": "1.0",
        "id": "withdrawn-1",
        "source": "intake",
        "type": WITHDRAWN.TYPE,
        "subject": WITHDRAWN.case_id,
        "sequence": "4",
        "time": "2026-11-02T12:00:00Z",
        "data": WITHDRAWN.model_dump(mode="json"),
        **changes,
    }
    told = {name: value for name, value in event.items() if value is not None}
    content_type = b"application/cloudevents+json; charset=utf-8"
    return record(WITHDRAWN.TOPIC, orjson.dumps(told), b"celadon-teapot", [("Content-Type", content_type)])


def without(header: str) -> ConsumerRecord:
    return replace(SOUND, headers=tuple(h for h in SOUND.headers if h[0] != header))


def read(one: ConsumerRecord) -> Any:
    return received_of(envelope_of(one), TYPES)


def test_a_record_in_binary_mode_is_read() -> None:
    received = read(SOUND)

    assert received.message == WITHDRAWN
    assert (received.stream, received.source, received.seq) == (WITHDRAWN.case_id, "intake", 1)
    assert received.record.data.encode() == SOUND.value, "heard facts are stored byte for byte"


@pytest.mark.parametrize("sequence", ["4", 4])
def test_a_record_in_structured_mode_is_read(sequence: object) -> None:
    received = read(
        structured(sequence=sequence, traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    )

    assert (received.message, received.seq, received.trace) == (
        WITHDRAWN,
        4,
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )


def test_header_names_are_read_in_any_case() -> None:
    loud = replace(SOUND, headers=tuple((name.upper(), value) for name, value in SOUND.headers))

    assert read(loud).message == WITHDRAWN


@pytest.mark.parametrize("spoilt", [None, b"\xff\xfe", b"\x80abc"], ids=["null", "not UTF-8", "half a letter"])
def test_a_header_nobody_needs_spoils_only_itself(spoilt: bytes | None) -> None:
    """INVARIANT: a header that some producer adds for its own purposes cannot stop a fact (traps.md A3)."""
    odd = replace(SOUND, headers=(*SOUND.headers, ("x-of-theirs", spoilt), ("traceparent", spoilt)))

    assert (read(odd).message, read(odd).trace) == (WITHDRAWN, None)


@pytest.mark.parametrize("spoilt", [None, b"\xff\xfe", b""], ids=["null", "not UTF-8", "empty"])
@pytest.mark.parametrize("name", ["id", "type", "specversion"])
def test_a_required_attribute_that_cannot_be_read_is_named(name: str, spoilt: bytes | None) -> None:
    with pytest.raises(UnreadableError, match=f"missing or unreadable CloudEvents attributes: {name}"):
        envelope_of(spoiled(SOUND, **{name: spoilt}))


def test_every_missing_attribute_is_named_at_once() -> None:
    with pytest.raises(UnreadableError, match="specversion, id, type"):
        envelope_of(record("t", b"{}", b"case-1", []))


@pytest.mark.parametrize("version", ["0.3", "1", "2.0", "one"])
def test_another_specversion_is_refused(version: str) -> None:
    with pytest.raises(UnreadableError, match=f"specversion {version} is not 1.0"):
        envelope_of(spoiled(SOUND, specversion=version.encode()))


def test_a_tombstone_is_not_a_fact() -> None:
    with pytest.raises(UnreadableError, match="tombstone"):
        envelope_of(replace(SOUND, value=None))


def test_the_key_names_the_case_where_the_subject_does_not() -> None:
    assert read(without("ce_subject")).stream == WITHDRAWN.case_id
    with pytest.raises(UnreadableError, match="neither ce_subject nor the key"):
        envelope_of(replace(without("ce_subject"), key=b"\xff"))


def test_a_subject_that_is_not_the_datas_case_is_refused() -> None:
    with pytest.raises(UnreadableError, match="ce_subject another-case is not the data's celadon-teapot"):
        read(spoiled(SOUND, subject=b"another-case"))


@pytest.mark.parametrize(
    "sequence",
    [None, b"", b"0", b"-1", b"1.0", b" 1", b"\xd9\xa3", b"one", b"9223372036854775808", b"9" * 5000],
    ids=["null", "empty", "zero", "negative", "decimal", "spaced", "arabic", "word", "past 64 bits", "5000 digits"],
)
def test_a_sequence_is_a_whole_number_from_one_that_a_store_can_keep(sequence: bytes | None) -> None:
    """INVARIANT: no sequence a producer can write gets as far as a store that cannot keep it.

    An overflow there is no failure of a moment and no fault of the record: it would end the process, again and again.
    """
    with pytest.raises(UnreadableError, match="ce_sequence must be a whole number from 1"):
        read(spoiled(SOUND, sequence=sequence))


def test_the_largest_sequence_is_read() -> None:
    assert read(spoiled(SOUND, sequence=b"9223372036854775807")).seq == 2**63 - 1


def test_a_fact_from_outside_goes_by_its_own_version() -> None:
    fact = OrderRecorded(at=NOON, version=7, order=intake.an_order())

    received = read(Outside().tell(fact, seq=3))

    assert (received.seq, received.source, received.stream) == (7, "platform", intake.ORDER)


@pytest.mark.parametrize("version", [0, -3, 2**63])
def test_a_version_that_no_store_can_keep_is_refused(version: int) -> None:
    fact = OrderRecorded(at=NOON, version=1, order=intake.an_order()).model_dump(mode="json")

    with pytest.raises(UnreadableError, match="version"):
        read(
            replace(
                Outside().tell(OrderRecorded.model_validate(fact)), value=orjson.dumps({**fact, "version": version})
            )
        )


def test_an_unknown_type_is_named_with_its_cure() -> None:
    with pytest.raises(UnreadableError, match=r"type complaint\.withdrawn\.v9 is not known here.*upgrade"):
        read(spoiled(SOUND, type=b"complaint.withdrawn.v9"))


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"at":"now"}', b'{"case_id":"\\ud800"}'])
def test_data_that_is_not_the_fact_is_refused_with_the_field(value: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"complaint\.withdrawn\.v1: \w+"):
        read(spoiled(SOUND, value))


def test_a_field_this_build_does_not_know_is_ignored() -> None:
    newer = {**WITHDRAWN.model_dump(mode="json"), "added_in_2031": [1]}

    assert read(replace(SOUND, value=orjson.dumps(newer))).message == WITHDRAWN


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"7", b'{"specversion":"1.0"}', b'{"data":1}', b"\xff", None])
def test_a_structured_record_that_is_none_is_refused(value: bytes | None) -> None:
    with pytest.raises(UnreadableError):
        envelope_of(replace(structured(), value=value))


def test_a_structured_record_needs_its_attributes_too() -> None:
    with pytest.raises(UnreadableError, match="id"):
        envelope_of(structured(id=None))
    with pytest.raises(UnreadableError, match="ce_sequence"):
        read(structured(sequence=None))


@pytest.mark.parametrize(("told", "at"), [("2026-11-02T12:00:00", NOON), ("yesterday", None), (None, None)])
def test_a_time_is_read_as_utc_or_not_at_all(told: str | None, at: object) -> None:
    assert envelope_of(structured(time=told)).time == at


@pytest.mark.parametrize("model", [INTAKE, EVIDENCE, MEDIATION, APPEALS], ids=lambda model: str(model.service))
def test_a_service_reads_whatever_another_tells_on_the_topics_it_hears(model: Any) -> None:
    """INVARIANT: a source's sequence is dense over its topics, so a service hears all types of a source, or none.

    What the platform tells carries versions instead, and what nobody here needs takes no sequence (ADR 0013).
    """
    heard = {contract.TYPE for contract in model.hears}
    for contract in CONTRACTS:
        if contract.ORDERED and contract.SOURCE in {h.SOURCE for h in model.hears if h.SOURCE != "platform"}:
            assert contract.TYPE in heard, f"{model.service} hears {contract.SOURCE}, but not {contract.TYPE}"


# Golden files.


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_this_build_writes_what_the_golden_file_holds(kind: str) -> None:
    """INVARIANT: nothing about a published fact changes by accident; `python -m tests.kit.golden` writes it anew."""
    kept = Golden.read(FOLDER / f"{kind}.json")

    assert orjson.loads(golden()[kind].value) == orjson.loads(kept.value)
    assert golden()[kind] == kept


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_golden_file_is_read_by_everyone_who_hears_its_type(file: Any) -> None:
    kept = Golden.read(file)
    headers = [(name, text.encode()) for name, text in kept.headers.items()]
    readers = 0
    for model in (INTAKE, EVIDENCE, MEDIATION, APPEALS):
        types: Mapping[str, Any] = {heard.TYPE: heard for heard in model.hears}
        if (kind := kept.headers["ce_type"]) in types:
            readers += 1
            received = received_of(envelope_of(record(types[kind].TOPIC, kept.value, b"", headers)), types)
            assert received.stream == kept.headers["ce_subject"]
    (contract,) = (one for one in CONTRACTS if kept.headers["ce_type"] == one.TYPE)
    assert readers or not contract.ORDERED, f"nobody hears {file.stem}: its golden file proves nothing"
    assert contract.model_validate_json(kept.value).stream == kept.headers["ce_subject"]


def test_contracts_of_one_type_have_one_golden_file_each() -> None:
    current = {file.stem for file in FILES if "~" not in file.stem}

    assert {AppealOpened.TYPE, ComplaintWithdrawn.TYPE} < current
    assert current >= set(TYPES), sorted(set(TYPES) - current)


def test_a_newer_producers_fields_are_ignored_at_any_depth() -> None:
    """INVARIANT: a new optional field, nested or not, keeps the type and parks nothing at an older reader."""
    by = {"role": "buyer", "id": "lin", "new": 1}
    data = orjson.dumps({"case_id": "c", "at": "2026-11-01T00:00:00Z", "reason": "r", "by": by, "new": 2})
    envelope = Envelope("id", "intake", ComplaintWithdrawn.TYPE, "c", 1, None, None, data)

    received = received_of(envelope, {ComplaintWithdrawn.TYPE: ComplaintWithdrawn})

    assert received.message == ComplaintWithdrawn.model_validate_json(data, extra="ignore")
