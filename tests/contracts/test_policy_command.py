"""`redress policy check`, `show` and `diff`: what they print, and with which code they end."""

import json
from pathlib import Path
from typing import Any

import pytest

from redress import cli
from redress.commands import policy as commands
from redress.policy_diff import Difference, differences
from shared.adapters.policy_files import SHIPPED, read_policies
from shared.kernel.policy import Policy

TEXT = (SHIPPED / "2026-11.yaml").read_text("utf-8")
NOW = read_policies().versions[-1]


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A draft that differs in a window, a limit, a clause, a list and a burden, and in nothing else but layout."""
    text = TEXT
    for old, new in (
        ("filing: 360", "filing: 240"),
        ("minor: 50000,", "minor: 30000,"),
        ("最终决定", "最后决定"),
        ("[refund, compensation]", "[compensation, repair]"),
        ("{element: loss, bearer: buyer", "{element: loss, bearer: seller"),
        ("  confirmation: 72", "\n  # a remark\n  confirmation:   72.0"),
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    file = tmp_path / "draft.yaml"
    file.write_text(text, "utf-8")
    return file


def policy_of(file: Path) -> Policy:
    (policy,) = read_policies(file).versions
    return policy


def test_a_policy_does_not_differ_from_itself_in_another_order() -> None:
    turned = NOW.model_copy(
        update={
            "clauses": NOW.clauses[::-1],
            "categories": dict(reversed(NOW.categories.items())),
            "formerly": ("x",),
            "version": "y",
        }
    )

    assert differences(NOW, turned) == ()


def test_each_difference_is_told_by_its_meaning(draft: Path) -> None:
    found = differences(NOW, policy_of(draft))

    burdens = [one for one in found if one.path.endswith("burden.loss.bearer")]
    goods = NOW.categories["product_quality"].burden
    assert len(burdens) == sum(one.burden == goods for one in NOW.categories.values()), "all that share it are told"
    assert [one for one in found if one not in burdens] == [
        Difference("clauses", "appeal.final.zh", "changed", "复审决定为最终决定。", "复审决定为最后决定。"),
        Difference("windows", "filing", "changed", 360.0, 240.0),
        Difference(
            "limits",
            "frontline_amount",
            "changed",
            {"minor": 50_000, "currency": "CNY"},
            {"minor": 30_000, "currency": "CNY"},
        ),
        Difference("categories", "false_advertising.remedies", "removed", "refund", None),
        Difference("categories", "false_advertising.remedies", "added", None, "repair"),
    ]


def test_what_was_added_and_removed_is_told_whole() -> None:
    fewer = NOW.model_copy(
        update={
            "clauses": NOW.clauses[1:],
            "categories": {name: one for name, one in NOW.categories.items() if name != "logistics"},
        }
    )

    removed, category = differences(NOW, fewer)
    added, _ = differences(fewer, NOW)

    assert (removed.path, removed.kind, removed.old["id"], removed.new) == (
        "process.negotiate_first",
        "removed",
        "process.negotiate_first",
        None,
    )
    assert (category.path, category.kind) == ("logistics", "removed")
    assert (added.kind, added.old, added.new) == ("added", None, removed.old)


def test_a_list_in_another_order_is_told_as_such() -> None:
    logistics = NOW.categories["logistics"]
    turned = logistics.model_copy(update={"sub_reasons": logistics.sub_reasons[::-1]})

    (difference,) = differences(NOW, NOW.model_copy(update={"categories": NOW.categories | {"logistics": turned}}))

    assert (difference.path, difference.kind) == ("logistics.sub_reasons", "reordered")


def ends(arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """The exit code and the output of `redress policy ...`, through the command line itself."""
    monkeypatch.setattr(commands.console, "_width", 240)
    try:
        cli.app(["policy", *arguments])
    except SystemExit as end:
        code = end.code
        assert isinstance(code, int | None)
        return code or 0, capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_sound_policies_are_named_and_the_code_is_0(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = ends(["check"], capsys, monkeypatch)

    assert (code, NOW.version in said) == (0, True)


def test_every_fault_is_a_line_and_the_code_is_1(
    draft: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft.write_text(draft.read_text("utf-8").replace("mediation: 168", "mediation: 0\n  meditation: 1"), "utf-8")

    code, said = ends(["check", str(draft)], capsys, monkeypatch)

    assert code == 1
    first, second = said.splitlines()
    assert "windows.mediation: window_must_be_longer_than_zero" in first
    assert first.startswith("draft.yaml:")
    assert "windows.meditation: field_must_be_known" in second


def test_faults_as_json(draft: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    draft.write_text(draft.read_text("utf-8").replace("mediation: 168", "mediation: 0"), "utf-8")

    code, said = ends(["check", str(draft), "--json"], capsys, monkeypatch)

    told: Any = json.loads(said)
    assert (code, told["versions"]) == (1, [])
    (fault,) = told["faults"]
    assert (fault["field"], fault["rule"]) == ("windows.mediation", "window_must_be_longer_than_zero")
    assert (fault["line"] > 1, fault["column"]) == (True, 14)


@pytest.mark.parametrize("command", ["diff", "simulate"])
def test_a_faulty_draft_ends_with_1_wherever_it_is_used(
    command: str, draft: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft.write_text(draft.read_text("utf-8").replace("mediation: 168", "mediation: 0"), "utf-8")
    old = ["2026-11"] if command == "diff" else []

    code, said = ends([command, *old, str(draft)], capsys, monkeypatch)

    assert (code, "window_must_be_longer_than_zero" in said) == (1, True)


def test_a_diff_is_a_table_people_can_read(
    draft: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = ends(["diff", "2026-11", str(draft)], capsys, monkeypatch)

    assert code == 0
    for part in ("360 h (15 d)", "240 h (10 d)", "500.00 CNY", "300.00 CNY", "appeal.final.zh"):
        assert part in said


def test_a_diff_as_json(draft: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = ends(["diff", NOW.version, str(draft), "--json"], capsys, monkeypatch)

    told: Any = json.loads(said)
    assert (code, told["old"], told["new"]) == (0, NOW.version, policy_of(draft).version)
    assert {"area": "windows", "path": "filing", "kind": "changed", "old": 360.0, "new": 240.0} in told["changes"]


@pytest.mark.parametrize("name", ["2026-11", NOW.version, NOW.formerly[0], str(SHIPPED / "2026-11.yaml")])
def test_a_version_is_found_by_each_of_its_names(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = ends(["show", name, "--json"], capsys, monkeypatch)

    assert (code, json.loads(said)["version"]) == (0, NOW.version)


def test_an_unknown_version_is_told_which_there_are() -> None:
    with pytest.raises(LookupError, match=f"1999-01 is neither a file nor a policy version; there are: {NOW.version}"):
        cli.app(["policy", "show", "1999-01"])


def test_versions_are_shown_with_the_time_they_are_in_force(
    draft: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    later = draft.read_text("utf-8").replace("formerly:", "#").replace('"2026-11"', '"2027-01"')
    draft.with_name("2027.yaml").write_text(later.replace("2026-01-01T", "2027-01-01T"), "utf-8")
    draft.write_text(TEXT, "utf-8")
    monkeypatch.setenv("REDRESS_POLICIES", str(draft.parent))

    _, said = ends(["show", "--json"], capsys, monkeypatch)

    first, second = json.loads(said)
    assert first["in_force_until"] == second["in_force_from"] == "2027-01-01T00:00:00+00:00"
    assert second["in_force_until"] is None


def test_a_policy_is_shown_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = ends(["show", "2026-11"], capsys, monkeypatch)

    assert code == 0
    for part in ("logistics.tracking_stalled", "windows.filing", "360 h (15 d)", "500.00 CNY", "return.no_reason"):
        assert part in said
