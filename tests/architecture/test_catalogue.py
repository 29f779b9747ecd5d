"""The catalogue cannot lie: what is committed is what the contracts say, and so are the README's examples."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from redress.catalogue import asked, fact_schema, files, stale, timed, told, topic_command_schema, write
from redress.registry import DEFINITIONS
from redress_contracts import TYPES, read
from services.intake.domain.negotiating import OpenNegotiation
from shared.contracts.platform import OrderRecorded
from shared.contracts.topology import SERVICES, topics
from shared.eventing.requests import request_model
from shared.kernel.lanes import LANES
from tests.architecture.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def asyncapi() -> Any:
    return json.loads(files()["docs/asyncapi.json"])


def test_the_committed_files_are_what_the_code_writes() -> None:
    assert not stale(), "run `make docs` and commit what it writes"


def test_a_file_that_was_edited_or_belongs_to_nothing_is_found(tmp_path: Any) -> None:
    write(tmp_path)
    assert not stale(tmp_path)

    (tmp_path / "docs/events.md").write_text("edited", encoding="utf-8")
    (tmp_path / "docs/schemas/gone.v1.json").write_text("{}", encoding="utf-8")
    (tmp_path / "docs/openapi/gone.json").write_text("{}", encoding="utf-8")

    assert list(stale(tmp_path)) == ["docs/events.md", "docs/schemas/gone.v1.json", "docs/openapi/gone.json"]
    assert write(tmp_path)
    assert not stale(tmp_path)


def test_every_topic_is_a_channel_and_stands_on_the_page(asyncapi: Any) -> None:
    assert {channel["address"] for channel in asyncapi["channels"].values()} == set(topics())

    page = files()["docs/events.md"]
    assert not [topic for topic in topics() if f"`{topic}`" not in page]


def test_every_published_fact_is_told_by_its_source() -> None:
    for fact in told():
        if not fact.inbound:
            source = fact.contract.SOURCE
            tellers = [service for service in SERVICES if fact.contract in DEFINITIONS[service].model.tells]
            assert tellers if source == "any" else tellers == [source], fact.contract.TYPE


@pytest.mark.parametrize("service", SERVICES)
def test_every_deadline_fires_a_command_of_its_service(service: str) -> None:
    assert timed(service)
    assert {deadline.command for deadline in timed(service)} <= set(DEFINITIONS[service].model.commands)


@pytest.mark.parametrize("path", [path for path in files() if path.startswith("docs/schemas/")])
def test_a_schema_is_a_json_schema(path: str) -> None:
    schema = json.loads(files()[path])

    Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(path.removeprefix("docs"))


def test_what_redress_tells_may_gain_fields_and_what_it_is_asked_may_not() -> None:
    for fact in told():
        if not fact.inbound:
            assert '"additionalProperties": false' not in json.dumps(fact_schema(fact))
    for service in SERVICES:
        assert all(topic_command_schema(command)["additionalProperties"] is False for command in asked(service))


# The AsyncAPI project's own schema is not at hand offline; these are its rules that a generator can break.


def test_the_asyncapi_document_has_the_shape_of_version_3(asyncapi: Any) -> None:
    assert asyncapi["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(asyncapi["info"])
    assert set(asyncapi) <= {
        "asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components",
    }  # fmt: skip
    for operation in asyncapi["operations"].values():
        assert operation["action"] in {"send", "receive"}
        assert operation["channel"]["$ref"].startswith("#/channels/")
    for channel in asyncapi["channels"].values():
        assert channel["messages"]
        assert channel["bindings"]["kafka"]["partitions"] == LANES
    for message in asyncapi["components"]["messages"].values():
        assert {"name", "headers", "payload", "contentType"} <= set(message)
        assert message["bindings"]["kafka"]["key"]["type"] == "string"


def test_names_in_the_asyncapi_document_are_legal(asyncapi: Any) -> None:
    for names in (asyncapi["channels"], asyncapi["operations"], *asyncapi["components"].values()):
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in names)


def test_every_reference_of_the_asyncapi_document_leads_somewhere(asyncapi: Any) -> None:
    references = list(_references(asyncapi))

    assert references
    assert not [reference for reference in references if _found(asyncapi, reference) is None]


def test_every_payload_of_the_asyncapi_document_is_a_json_schema(asyncapi: Any) -> None:
    for schema in asyncapi["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_message_has_an_example_that_keeps_its_schemas(asyncapi: Any) -> None:
    messages = asyncapi["components"]["messages"]

    assert len(messages) > 70
    for name, message in messages.items():
        (example,) = message["examples"]
        for part in ("headers", "payload"):
            if message[part]:
                Draft202012Validator({**message[part], "components": asyncapi["components"]}).validate(example[part])
        if name in TYPES:
            headers = [(key, str(value).encode()) for key, value in example["headers"].items()]
            key = b"order-1" if name == OrderRecorded.TYPE else b"case-1"
            assert read(headers, json.dumps(example["payload"]).encode(), key).type == name


def test_the_order_of_the_readme_is_an_order() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)

    order = OrderRecorded.model_validate_json(example)

    assert order.stream == "order-7"
    Draft202012Validator(fact_schema(told()[0])).validate(json.loads(example))


def test_the_command_of_the_readme_is_a_command() -> None:
    (body,) = re.findall(r"open-negotiation.*?-d '(.*?)'", README, re.DOTALL)

    request_model(OpenNegotiation).model_validate_json(body)


def test_every_file_that_the_readme_names_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


def _references(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for key, value in document.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(document, list):
        for value in document:
            yield from _references(value)


def _found(document: Any, reference: str) -> Any:
    for step in reference.removeprefix("#/").split("/"):
        document = document.get(step) if isinstance(document, dict) else None
    return document
