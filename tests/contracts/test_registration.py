"""`redress contracts register`, against a registry over HTTP with the documented answers and errors."""

import json
from collections.abc import Iterator

import pytest
import stamina
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from redress import releases
from redress.commands import contracts
from redress.registering import Level, RegistrySettings, client_of, in_draft_7, register
from shared.adapters.failures import Misconfigured, Unreachable
from tests.kit.ports import free_port
from tests.kit.registry import Registry, registry

CONTRACTS = releases.current()
TWO: releases.Contracts = {
    "complaint.closed.v1": {"type": "object"},
    "intake.urge": {"type": "object", "additionalProperties": False},
}
CHANGED: releases.Contracts = {**TWO, "intake.urge": {"type": "array"}}


@pytest.fixture
def there() -> Iterator[Registry]:
    with registry() as one, stamina.set_testing(True, attempts=5, cap=True):
        yield one


def outcomes(there: Registry, schemas: releases.Contracts, level: Level | None = None) -> dict[str, str]:
    with client_of(there.url, RegistrySettings()) as client:
        return {one.name: one.outcome for one in register(schemas, client, level)}


def test_what_is_new_is_registered_and_repeated_nothing_happens(there: Registry) -> None:
    assert set(outcomes(there, TWO).values()) == {"registered"}
    before = len(there.asked)

    assert set(outcomes(there, TWO).values()) == {"unchanged"}
    assert {name: len(schemas) for name, schemas in there.subjects.items()} == dict.fromkeys(TWO, 1)
    assert len(there.asked) == before + 2, "one question for each"


def test_a_compatible_change_is_a_version_more(there: Registry) -> None:
    outcomes(there, TWO)

    assert outcomes(there, CHANGED) == {"complaint.closed.v1": "unchanged", "intake.urge": "registered"}
    assert len(there.subjects["intake.urge"]) == 2


def test_where_one_is_incompatible_none_is_registered_and_the_registrys_reason_is_told(there: Registry) -> None:
    outcomes(there, {"intake.urge": TWO["intake.urge"]})
    there.incompatible["intake.urge"] = ["TYPE_CHANGED at #/"]

    with client_of(there.url, RegistrySettings()) as client:
        (refused,) = register(CHANGED, client)

    assert (refused.name, refused.outcome, refused.messages) == ("intake.urge", "incompatible", ("TYPE_CHANGED at #/",))
    assert "complaint.closed.v1" not in there.subjects


def test_a_change_that_loses_a_race_is_told_too(there: Registry) -> None:
    there.races.add("intake.urge")

    assert outcomes(there, TWO) == {"complaint.closed.v1": "registered", "intake.urge": "incompatible"}


def test_the_level_is_set_before_and_none_leaves_the_verdict_to_the_gate(there: Registry) -> None:
    outcomes(there, TWO, "FULL")
    assert there.levels == dict.fromkeys(TWO, "FULL")
    there.incompatible["intake.urge"] = ["PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"]

    assert outcomes(there, CHANGED, "NONE")["intake.urge"] == "registered"
    assert there.levels["intake.urge"] == "NONE"


@pytest.mark.parametrize("failures", [[503], [500, 502, 429, 504]])
def test_a_failure_of_a_moment_is_tried_again(there: Registry, failures: list[int]) -> None:
    there.failures = failures

    assert set(outcomes(there, TWO).values()) == {"registered"}


def test_a_registry_that_goes_on_failing_is_named(there: Registry) -> None:
    there.failures = [503] * 5

    with pytest.raises(Unreachable, match=r"failed 5 times: 503 Error in the backend datastore"):
        outcomes(there, TWO)


def test_a_registry_that_is_not_there_is_named() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with (
        stamina.set_testing(True, attempts=5, cap=True),
        client_of(url, RegistrySettings()) as client,
        pytest.raises(Unreachable, match=r"failed 5 times: ConnectError"),
    ):
        list(register(TWO, client))


def test_callers_are_let_in_by_name_or_token(there: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    there.user = ("redress", "word")
    with pytest.raises(Misconfigured, match=r"refuses the caller \(401\): set REDRESS_REGISTRY_USERNAME"):
        outcomes(there, TWO)

    monkeypatch.setenv("REDRESS_REGISTRY_USERNAME", "redress")
    with pytest.raises(Misconfigured, match="goes with REDRESS_REGISTRY_PASSWORD"):
        outcomes(there, TWO)
    monkeypatch.setenv("REDRESS_REGISTRY_PASSWORD", "word")
    assert set(outcomes(there, TWO).values()) == {"registered"}

    there.user, there.token = None, "a.b.c"
    monkeypatch.delenv("REDRESS_REGISTRY_USERNAME")
    monkeypatch.delenv("REDRESS_REGISTRY_PASSWORD")
    monkeypatch.setenv("REDRESS_REGISTRY_TOKEN", "a.b.c")
    assert set(outcomes(there, TWO).values()) == {"unchanged"}


def test_any_other_answer_is_told_with_what_was_asked(there: Registry) -> None:
    there.url += "/elsewhere"

    with pytest.raises(Misconfigured, match=r"answers POST /subjects/complaint.closed.v1 with 404: HTTP 404 Not Found"):
        outcomes(there, TWO)


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_a_schema_in_draft_7_judges_as_the_committed_one(name: str) -> None:
    schema = CONTRACTS[name]
    lowered = in_draft_7(schema)

    Draft7Validator.check_schema(lowered)
    assert "$defs" not in json.dumps(lowered)
    assert set(lowered.get("definitions", {})) == set(schema.get("$defs", {}))


def test_the_command_registers_every_contract(there: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        contracts.register(registry=there.url)
    assert (ended.value.code, there.subjects.keys()) == (0, CONTRACTS.keys())

    there.subjects["intake.urge"] = ["{}"]
    there.incompatible["intake.urge"] = ["TYPE_CHANGED"]
    with pytest.raises(SystemExit) as ended:
        contracts.register(registry=there.url)

    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert f"{len(CONTRACTS)} registered" in said
    assert "intake.urge: incompatible\n  TYPE_CHANGED\n  cure: a new version of the type" in said
