"""Policy documents: every fault is told by line, rule and cure; a version is its content; cases keep their version."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.adapters.failures import Misconfigured
from shared.adapters.policy_document import Fault
from shared.adapters.policy_files import SHIPPED, PolicyFaults, content_hash, read_policies
from shared.kernel.policy import Policy
from tests.architecture.tree import ROOT

DEFAULT = SHIPPED / "2026-11.yaml"
TEXT = DEFAULT.read_text("utf-8")
LATER = ('name: "2026-11"', 'name: "2027-01"'), ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")


def edited(*changes: tuple[str, str], text: str = TEXT) -> str:
    """The default policy with each text replaced where it first stands; a change that hits nothing is a mistake."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def without_formerly(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("formerly:"))


def faults_of(folder: Path, **files: str) -> tuple[Fault, ...]:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    with pytest.raises(PolicyFaults) as caught:
        read_policies(folder)
    return caught.value.faults


def only_policy(folder: Path, text: str) -> Policy:
    (folder / "one.yaml").write_text(text, "utf-8")
    (policy,) = read_policies(folder).versions
    return policy


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@dataclass(frozen=True)
class Planted:
    """A fault put into the default policy. `at` is what stands on the line that must be named."""

    rule: str
    field: str
    changes: tuple[tuple[str, str], ...]
    at: str
    column: int

    def __str__(self) -> str:
        return f"{self.rule} {self.field}"


def planted(rule: str, field: str, old: str, new: str, column: int, at: str | None = None) -> Planted:
    return Planted(rule, field, ((old, new),), at or new, column)


FILING = "  filing: 360\n"
BROKEN = "clauses: {broken: quality.broken, "
PLANTED = [
    planted("field_must_be_known", "windows.fillin", FILING, f"{FILING}  fillin: 3\n", 3, "  fillin"),
    planted("field_must_be_known", "colour", "windows: ", "colour: red\nwindows: ", 1),
    planted("field_must_be_known", "version", "windows: ", "version: x\nwindows: ", 1),
    planted("key_must_be_unique", "windows.filing", FILING, f"{FILING}  filing: 361\n", 3, "  filing: 361"),
    planted("key_must_be_text", "windows.on", FILING, f"{FILING}  on: 3\n", 3, "  on: 3"),
    planted("value_must_be_of_its_type", "windows.appeal", "  appeal: 168", '  appeal: "168"', 11),
    planted("value_must_be_of_its_type", "limits.declined_offers", "offers: 3\n", "offers: many\n", 20),
    planted("value_must_be_of_its_type", "clauses", "clauses:\n", "clauses: none\nkeep:\n", 10),
    planted("value_must_be_of_its_type", "in_force_from", "01T00:00:00Z", "01", 16, "in_force_from:"),
    planted("value_must_be_of_its_type", "in_force_from", "T00:00:00Z", "T00:00:00", 16),
    planted("value_must_be_readable", "in_force_from", "2026-01-01T00", "2026-13-01T00", 16),
    planted("value_must_be_within_its_bounds", "limits.declined_offers", "offers: 3\n", "offers: 0\n", 20),
    planted(
        "value_must_be_one_of_those_listed",
        "categories.seller_violation.tier",
        "tier: specialist",
        "tier: oracle",
        11,
    ),
    planted("number_must_be_finite", "windows.filing", FILING, "  filing: .inf\n", 11),
    planted("window_must_be_longer_than_zero", "windows.filing", FILING, "  filing: 0\n", 11),
    planted("window_must_be_longer_than_zero", "windows.rebuttal", "rebuttal: 24", "rebuttal: -1.5", 13),
    planted("window_must_be_at_most_ten_years", "windows.filing", FILING, "  filing: 1000000000000\n", 11),
    planted("field_must_be_present", "windows.filing", FILING, "", 1, "windows: "),
    planted("field_must_be_present", "name", 'name: "2026-11"\n', "", 1, "formerly:"),
    planted("name_must_be_text", "name", 'name: "2026-11"', "name: 2026", 7),
    planted(
        "clause_id_must_be_unique",
        "clauses.1.id",
        "id: process.real_order",
        "id: process.negotiate_first\n    # x",
        9,
        "id: process.negotiate_first\n    # x",
    ),
    planted("clause_must_have_text_in_zh_and_en", "clauses.0.en", "en: The parties", 'en: ""\n    # The parties', 9),
    planted("cited_clause_must_exist", "categories.logistics.clause", "clause: logistics.1", "clause: logistics.9", 13),
    planted("cited_clause_must_exist", "categories.product_quality.clauses.broken", BROKEN, BROKEN[:-2] + "x, ", 23),
    planted(
        "cited_clause_must_exist", "screening.order_must_be_known", "known: process.real_order", "known: nowhere", 24
    ),
    planted(
        "category_must_have_sub_reasons", "categories.false_advertising.sub_reasons", "[listing, promotion]", "[]", 5
    ),
    planted(
        "sub_reason_must_have_a_clause",
        "categories.product_quality.sub_reasons.0",
        BROKEN,
        "clauses: {",
        19,
        "    sub_reasons: [broken",
    ),
    planted(
        "clause_must_be_of_a_sub_reason",
        "categories.logistics.clauses.lost",
        "[lost, damaged",
        "[damaged",
        13,
        "      lost:",
    ),
    planted(
        "sub_reason_must_be_listed_once",
        "categories.false_advertising.sub_reasons.2",
        "[listing, promotion]",
        "[listing, promotion, listing]",
        39,
    ),
    planted(
        "condition_must_be_of_a_sub_reason",
        "categories.logistics.conditions.dammaged",
        "      damaged: {needs",
        "      dammaged: {needs",
        7,
    ),
    planted("category_must_allow_a_remedy", "categories.false_advertising.remedies", "[refund, compensation]", "[]", 5),
    planted(
        "element_must_have_a_burden",
        "categories.product_quality.burden",
        "      - {element: loss, bearer: buyer, items: [payment_record, order_screenshot]}\n",
        "",
        5,
        "    burden: &goods",
    ),
    planted(
        "element_must_have_one_burden",
        "categories.product_quality.burden.3",
        "{element: loss",
        "{element: purchase",
        9,
        "{element: purchase, bearer: buyer, items: [payment",
    ),
    planted(
        "burden_must_name_items",
        "categories.product_quality.burden.3.items",
        "[payment_record, order_screenshot]}",
        "[]}",
        40,
    ),
    planted(
        "frontline_must_not_exceed_specialist", "limits.frontline_amount.minor", "minor: 50000,", "minor: 2000001,", 29
    ),
    planted(
        "authority_must_be_in_one_currency",
        "limits.frontline_amount",
        "50000, currency: CNY",
        "50000, currency: EUR",
        3,
    ),
    planted("percents_must_rise", "reminders.percents.1", "[50, 90]", "[90, 50]", 18),
    planted("document_must_be_finite", "limits.file_bytes.0", "10485760", "&loop [*loop]", 15),
    planted("merge_must_name_a_mapping", "windows", FILING, f"{FILING}  <<: 3\n", 7, "  <<: 3"),
]


@pytest.mark.parametrize("plant", PLANTED, ids=str)
def test_a_planted_fault_is_told_with_its_place_rule_and_cure(plant: Planted, tmp_path: Path) -> None:
    text = edited(*plant.changes)

    faults = faults_of(tmp_path, one=text)

    found = [fault for fault in faults if (fault.rule, fault.field) == (plant.rule, plant.field)]
    assert len(found) == 1, faults
    assert (found[0].line, found[0].column) == (line_of(text, plant.at), plant.column), found[0]
    assert found[0].cure
    assert f"one.yaml:{found[0].line}:{found[0].column} {plant.field}: {plant.rule}" in str(PolicyFaults(faults))


def test_all_faults_of_all_documents_are_told_at_once(tmp_path: Path) -> None:
    first = edited((FILING, "  filing: 0\n"), ("minor: 50000,", "minor: 9000000,"), ("offers: 3", "offers: x"))
    second = edited(*LATER, ("listing: advertising.listing", "listing: nowhere"), text=without_formerly(TEXT))

    faults = faults_of(tmp_path, a=first, b=second)

    assert [(fault.file, fault.rule) for fault in faults] == [
        ("a.yaml", "window_must_be_longer_than_zero"),
        ("a.yaml", "value_must_be_of_its_type"),
        ("a.yaml", "frontline_must_not_exceed_specialist"),
        ("b.yaml", "cited_clause_must_exist"),
    ]


def test_what_a_rule_has_told_is_not_told_again_by_the_types(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path, one=edited(("      damaged: {needs", "      dammaged: {needs"), (FILING, "  filing: 0\n"))
    )

    assert [fault.rule for fault in faults] == ["window_must_be_longer_than_zero", "condition_must_be_of_a_sub_reason"]


def test_a_policy_without_categories_is_told(tmp_path: Path) -> None:
    text = TEXT[: TEXT.index("categories:")] + "categories: {}\n" + TEXT[TEXT.index("uncooperative:") :]

    (fault,) = faults_of(tmp_path, one=text)

    assert (fault.rule, fault.line) == ("policy_must_have_a_category", line_of(text, "categories: {}"))


def test_what_only_the_policy_itself_refuses_is_told_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.adapters.policy_files.broken_rules", lambda _: ())

    (fault,) = faults_of(tmp_path, one=edited(("clause: logistics.1", "clause: logistics.9")))

    assert (fault.rule, "logistics.9" in fault.detail) == ("document_must_be_a_policy", True)


def test_a_part_that_categories_share_by_an_alias_is_told_once(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, one=edited(("bearer: seller", "bearer: bank")))

    assert [fault.rule for fault in faults] == ["value_must_be_one_of_those_listed"]


def test_an_unknown_field_is_told_what_was_meant(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, one=edited((FILING, f"{FILING}  rebutal: 3\n")))

    assert fault.cure == "write rebuttal"


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("", "document_must_hold_fields", 1),
        ("- a\n", "document_must_hold_fields", 1),
        ("name: x\nclauses: [\n", "document_must_be_yaml", 3),
        ("name: x\n---\nname: y\n", "document_must_be_yaml", 2),
        ("name: x\nclauses: !!python/name:os\n", "value_must_be_readable", 2),
        ("name: \x07\n", "document_must_be_yaml", 1),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(text: str, rule: str, line: int, tmp_path: Path) -> None:
    faults = faults_of(tmp_path, one=text)

    assert (rule, line) in [(fault.rule, fault.line) for fault in faults]


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ((LATER[0],), "versions_must_not_start_at_the_same_instant", "in_force_from"),
        ((LATER[1],), "name_must_be_unique", "name"),
        (
            (LATER[0], ("2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z")),
            "versions_must_come_into_force_in_the_order_of_their_names",
            "in_force_from",
        ),
        ((*LATER, ("appeal: 168", "appeal: 200")), "former_version_must_be_claimed_once", "formerly"),
    ],
)
def test_versions_that_are_at_odds_are_told(changes: Any, rule: str, field: str, tmp_path: Path) -> None:
    text = edited(*changes) if "former" in rule else without_formerly(edited(*changes))

    faults = faults_of(tmp_path, a=TEXT, b=text)

    assert (rule, field) in [(fault.rule, fault.field) for fault in faults]


def test_an_instant_in_another_zone_is_the_same_instant(tmp_path: Path) -> None:
    elsewhere = edited(LATER[0], ("2026-01-01T00:00:00Z", "2026-01-01T08:00:00+08:00"), text=without_formerly(TEXT))

    (fault,) = faults_of(tmp_path, a=TEXT, b=elsewhere)

    assert (fault.file, fault.rule) == ("b.yaml", "versions_must_not_start_at_the_same_instant")


def test_a_folder_without_policies_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="REDRESS_POLICIES"):
        read_policies(tmp_path)


@pytest.mark.parametrize(
    "same",
    [
        TEXT + "\n# a remark\n",
        TEXT.replace("    en: ", "    en:   "),
        TEXT.replace("filing: 360\n", "filing: 360.0\n"),
        TEXT.replace("2026-01-01T00:00:00Z", "2026-01-01T08:00:00+08:00"),
        TEXT.replace("[50, 90]", "\n    - 50\n    - 90"),
    ],
    ids=["comment", "layout", "number", "zone", "list style"],
)
def test_a_version_is_its_content_and_not_its_bytes(same: str, tmp_path: Path) -> None:
    assert same != TEXT

    assert only_policy(tmp_path, same).version == read_policies().versions[0].version


def test_the_order_of_keys_and_clauses_makes_no_new_version() -> None:
    document = yaml.safe_load(TEXT)
    turned = {key: document[key] for key in reversed(document)}
    turned["clauses"] = [*reversed(document["clauses"])]
    turned["categories"] = {key: document["categories"][key] for key in reversed(document["categories"])}

    assert content_hash(_plain(turned)) == content_hash(_plain(document))


@pytest.mark.parametrize(
    "change", [("appeal: 168", "appeal: 169"), ("[50, 90]", "[50, 91]"), ("最终决定", "最后决定"), LATER[1]]
)
def test_another_content_is_another_version(change: tuple[str, str], tmp_path: Path) -> None:
    assert only_policy(tmp_path, edited(change)).version != read_policies().versions[0].version


def test_a_case_pinned_to_the_bytes_of_a_deployed_file_still_finds_it(tmp_path: Path) -> None:
    """INVARIANT: an upgrade that names versions after their content leaves no case without its policy."""
    text = TEXT + "# as it was deployed\n"
    by_bytes = f"2026-11-{sha256(text.encode()).hexdigest()[:12]}"
    (tmp_path / "one.yaml").write_text(text, "utf-8")

    assert read_policies(tmp_path).pinned(by_bytes).version == read_policies().versions[0].version


def test_the_shipped_policy_stands_for_the_versions_that_were_shipped_before_it() -> None:
    book = read_policies()

    assert book.pinned("2026-11-63e78c51c8f0") is book.versions[-1]


def test_a_version_that_no_document_stands_for_is_an_error() -> None:
    with pytest.raises(LookupError, match="2026-11-000000000000"):
        read_policies().pinned("2026-11-000000000000")


def test_a_version_is_in_force_from_its_instant_until_the_next_one_starts(tmp_path: Path) -> None:
    """INVARIANT: activation is by instant alone, whatever the files are called."""
    (tmp_path / "z.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "a.yaml").write_text(edited(*LATER, text=without_formerly(TEXT)), "utf-8")
    book = read_policies(tmp_path)
    starts = datetime(2027, 1, 1, tzinfo=UTC)

    assert [policy.name for policy in book.versions] == ["2026-11", "2027-01"]
    assert book.in_force(datetime(2020, 1, 1, tzinfo=UTC)).name == "2026-11"
    assert book.in_force(starts.replace(year=2026, month=12, day=31)).name == "2026-11"
    assert book.in_force(starts).name == "2027-01"


# The default policy.

LISTED = {
    "product_quality": {"broken", "not_working", "not_as_described"},
    "after_sales": {"warranty_repair_refused", "return_obstructed", "rude_service"},
    "promised_service": {"seven_day_return", "quality_guarantee", "after_sales_service"},
    "false_advertising": {"listing", "promotion"},
    "logistics": {"lost", "damaged", "delayed", "tracking_stalled"},
    "seller_violation": {"counterfeit", "forced_purchase", "malicious_review"},
}


def test_the_default_policy_covers_every_category_and_sub_reason_with_a_clause_of_its_own() -> None:
    policy = read_policies().versions[-1]

    assert {name: set(category.sub_reasons) for name, category in policy.categories.items()} == LISTED
    cited = [category.clause_of(reason) for category in policy.categories.values() for reason in category.sub_reasons]
    assert len(set(cited)) == len(cited)
    assert all(policy.knows(clause) for clause in cited)


@pytest.mark.parametrize(
    "subject", ["return.no_reason", "quality.guarantee", "after_sales.warranty", "outside_help.lawsuit"]
)
def test_the_default_policy_has_the_clauses_that_buyers_ask_for(subject: str) -> None:
    assert read_policies().versions[-1].knows(subject)


def test_every_clause_of_the_default_policy_is_said_in_both_languages() -> None:
    for clause in read_policies().versions[-1].clauses:
        assert any("一" <= letter <= "鿿" for letter in clause.zh), clause.id
        assert clause.zh.endswith("。"), clause.id
        assert clause.en.isascii(), clause.id
        assert clause.en.endswith("."), clause.id


def test_every_rule_of_a_document_stands_on_the_page_and_in_these_tests() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "shared/adapters").glob("policy_*.py"))
    rules = set(re.findall(r'"([a-z_]+_must_[a-z_]+)"', code))
    page, tests = (ROOT / "docs/policy.md").read_text("utf-8"), Path(__file__).read_text("utf-8")

    assert len(rules) > 30
    assert not [rule for rule in sorted(rules) if f"`{rule}`" not in page]
    assert not [rule for rule in sorted(rules) if rule not in tests]


def _plain(document: Any) -> Any:
    return document | {"in_force_from": document["in_force_from"].isoformat()}
