"""The gate: what was released is not broken, and the rules by which that is judged."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from redress import releases
from redress.catalogue import ROOT
from redress.catalogue_asyncapi import version
from redress.commands import contracts
from redress.compatibility import Verdict, judged
from redress.releases import Change
from redress_contracts.reading import TYPES
from redress_contracts.upcasting import UPCASTS

RELEASES = sorted((ROOT / releases.RELEASES).glob("*.json"))
LAST = releases.frozen(releases.latest())


def changed(name: str, change: Any) -> dict[str, Any]:
    """The contracts of today with one of them changed in place."""
    new = copy.deepcopy(dict(LAST))
    change(new[name])
    return new


def broken(new: Any) -> dict[str, Change]:
    return {change.name: change for change in releases.compared(LAST, new) if change.breaks}


def test_no_contract_of_the_last_release_is_broken() -> None:
    """INVARIANT: a published type's schema is never broken without a new version, or somebody answers for it.

    `redress contracts diff` says what breaks whom; docs/contracts.md says what may change and how.
    """
    found = {change.name: change.breaks for change in releases.compared(LAST, releases.current()) if change.breaks}
    answered = releases.accepted()

    assert not {name: why for name, why in found.items() if name not in answered}
    assert not answered.keys() - found.keys(), f"these are no breaks: take them out of {releases.ACCEPTED}"


def test_releases_are_of_this_version_or_older() -> None:
    assert RELEASES
    for file in RELEASES:
        assert json.loads(file.read_text(encoding="utf-8"))["version"] == file.stem
        assert releases.version_of(file.stem) <= releases.version_of(version())


def test_the_kit_reads_every_fact_that_was_ever_released() -> None:
    """INVARIANT: a fact type of any release is known to the consumer kit, or its upcasts lead to one that is."""
    for file in RELEASES:
        for name in releases.frozen(file):
            if releases.is_fact(name):
                while name not in TYPES:
                    assert name in UPCASTS, f"{name} of {file.stem}: give the kit an upcast from it"
                    name = UPCASTS[name].to  # noqa: PLW2901


def test_what_is_told_must_be_fully_compatible_and_what_is_taken_backward() -> None:
    assert releases.needed_of("ruling.issued.v1") is Verdict.FULL
    assert releases.needed_of("order.recorded.v1") is Verdict.BACKWARD
    assert releases.needed_of("appeals.lodge_appeal") is Verdict.BACKWARD


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("complaint.closed.v1", lambda s: s["properties"]["outcome"]["enum"].append("lapsed"),
         "old readers of new data: outcome: the value 'lapsed' is not read"),
        ("complaint.closed.v1", lambda s: s["properties"]["outcome"]["enum"].remove("ruled"),
         "new readers of old data: outcome: the value 'ruled' is not read"),
        ("complaint.closed.v1", lambda s: s["required"].remove("outcome"),
         "old readers of new data: outcome: is needed, and may be left out"),
        ("complaint.closed.v1", lambda s: (s["properties"].update(why={"type": "string"}), s["required"].append("why")),
         "new readers of old data: why: is needed, and is not written"),
        ("complaint.closed.v1", lambda s: s["properties"]["at"].update(type="integer"), "integer is read"),
        ("ruling.issued.v1", lambda s: s["$defs"]["Money"]["properties"]["minor"].update(type="number"),
         "price_paid.minor: number is written, integer is read"),
        ("intake.urge", lambda s: s["properties"].update(note={"type": "string"}) or s.update(required=["note"]),
         "note: is needed, and is not written"),
        ("intake.file_complaint", lambda s: s["properties"]["description"].update(maxLength=100),
         "description: maxLength 100 is read, 4000 is written"),
        ("order.recorded.v1", lambda s: s["$defs"]["Order"]["required"].append("waybill"),
         "order.waybill: is needed, and may be left out"),
    ],
)  # fmt: skip
def test_a_break_is_found_and_names_the_field(name: str, change: Any, said: str) -> None:
    found = broken(changed(name, change))

    assert found.keys() == {name}
    assert any(said in reason for reason in found[name].breaks), found[name].breaks


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("complaint.closed.v1", lambda s: s["properties"].update(more={"type": "string", "default": ""})),
        ("complaint.closed.v1", lambda s: s.update(description="said otherwise")),
        ("intake.urge", lambda s: s["properties"].update(note={"type": "string", "default": ""})),
        ("intake.file_complaint", lambda s: s["properties"]["channel"]["enum"].append("letter")),
        ("order.recorded.v1", lambda s: s["$defs"]["Order"]["required"].remove("paid_at")),
    ],
)
def test_a_change_that_breaks_nobody_passes(name: str, change: Any) -> None:
    assert not broken(changed(name, change))


def test_a_contract_that_is_gone_breaks_unless_a_later_version_is_told() -> None:
    without = {name: schema for name, schema in LAST.items() if name not in {"complaint.closed.v1", "intake.urge"}}

    assert {name: list(change.breaks) for name, change in broken(without).items()} == {
        "complaint.closed.v1": ["it is no longer told, and no later version is: consumers wait for it in vain"],
        "intake.urge": ["it is no longer taken: callers that still send it are refused"],
    }
    assert broken({**without, "complaint.closed.v2": {}}).keys() == {"intake.urge"}


def test_a_new_numbered_fact_warns_those_who_order_its_source() -> None:
    before = {name: schema for name, schema in LAST.items() if name not in {"offer.made.v1", "duty.overdue.v1"}}

    notes = {change.name: change.note for change in releases.compared(before, LAST) if change.note}

    assert notes["offer.made.v1"].startswith("added: it takes numbers among those of mediation")
    assert notes["duty.overdue.v1"] == "added"


def test_a_keyword_that_is_not_judged_is_a_break_and_a_circle_ends() -> None:
    old = {"type": "object", "properties": {"n": {"type": "integer"}}}
    assert (
        judged(old, {"type": "object", "properties": {"n": {"type": "integer", "multipleOf": 2}}}).verdict == "forward"
    )

    tree = {"$defs": {"T": {"type": "object", "properties": {"of": {"$ref": "#/$defs/T"}}}}, "$ref": "#/$defs/T"}
    assert judged(tree, tree).verdict is Verdict.FULL


def test_a_release_is_written_once(tmp_path: Path) -> None:
    file = releases.freeze(tmp_path)
    (tmp_path / releases.ACCEPTED).write_text("x: y\n", encoding="utf-8")
    assert releases.accepted(tmp_path) == {"x": "y"}

    assert releases.freeze(tmp_path) == file == releases.latest(tmp_path)
    assert not releases.accepted(tmp_path), "what was accepted is part of the release now"
    assert releases.frozen(file) == releases.current()

    file.write_text(file.read_text(encoding="utf-8").replace("buyer", "bidder"), encoding="utf-8")
    with pytest.raises(LookupError, match="raise the version"):
        releases.freeze(tmp_path)


def test_the_command_tells_each_break_with_its_cure_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = changed("complaint.closed.v1", lambda s: s["properties"]["outcome"]["enum"].append("lapsed"))
    (tmp_path / "complaint.closed.v1.json").write_text(json.dumps(new["complaint.closed.v1"]), encoding="utf-8")

    with pytest.raises(SystemExit) as ended:
        contracts.diff(against=tmp_path / "complaint.closed.v1.json")

    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "complaint.closed.v1: forward (needed: full)" in said
    assert "new readers of old data: outcome: the value 'lapsed' is not read" in said
    assert "cure: leave this type as it was" in said


def test_the_command_answers_json_and_ends_with_0_where_nothing_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        contracts.diff(json=True)

    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0
    assert {one["contract"] for one in told} >= set(LAST)


@pytest.mark.parametrize("content", ["{", "[]", None])
def test_a_path_without_contracts_is_said_to_have_none(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "some.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    with pytest.raises(LookupError, match="holds no contracts"):
        releases.frozen(file)
    with pytest.raises(LookupError, match="no release stands"):
        releases.latest(tmp_path)
