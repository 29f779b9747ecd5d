"""Alerts and runbook know each other, and name only numbers that the catalogue declares."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from redress.dashboard import dashboard, queries
from shared.eventing.metrics import METRICS
from tests.architecture.tree import ROOT

RULES = yaml.safe_load((ROOT / "ops/prometheus/alerts.yml").read_text("utf-8"))
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
RUNBOOK = (ROOT / "docs/runbook.md").read_text("utf-8")
SECTIONS = {part.split("\n", 1)[0]: part for part in RUNBOOK.split("\n## ")[1:]}
EXPOSED = {name: metric for metric in METRICS.values() for name in metric.exposed}
PARTS = ("Meaning", "Impact", "Look", "Cure", "Rehearsed")


def series(text: str) -> set[str]:
    """The names of our own series in a query or a page."""
    return set(re.findall(r"\bredress_(?!keys\b)[a-z_]+", text))


def undeclared(queries: Iterator[str]) -> list[str]:
    return [f"{name} in {query}" for query in queries for name in series(query) if name not in EXPOSED]


def wrong_labels(query: str) -> list[str]:
    """Labels in the selectors and groupings of a query that the metric beside them does not have."""
    wrong = []
    known = {"service", "instance", "job", "le"}.union(*(EXPOSED[n].labels for n in series(query) if n in EXPOSED))
    for group in re.findall(r"by \(([^)]*)\)", query):
        wrong += [label for label in re.findall(r"\w+", group) if label not in known]
    for name, selector in re.findall(r"\b(redress_[a-z_]+)\{([^}]*)\}", query):
        mine = {"service", "instance", "job", "le", *(EXPOSED[name].labels if name in EXPOSED else ())}
        wrong += [label for label in re.findall(r"(\w+)\s*[!=]", selector) if label not in mine]
    return wrong


@pytest.mark.parametrize("query", list(queries()))
def test_a_query_of_the_dashboard_names_only_declared_numbers_and_labels(query: str) -> None:
    assert series(query)
    assert undeclared(iter([query])) == []
    assert wrong_labels(query) == []


def test_the_dashboard_is_what_grafana_imports() -> None:
    made = json.loads(dashboard())

    numbers = [panel["id"] for panel in made["panels"]]
    assert len(numbers) == len(set(numbers))
    shown = [target["expr"] for panel in made["panels"] for target in panel.get("targets", ())]
    assert shown == list(queries())
    places = {(p["gridPos"]["x"], p["gridPos"]["y"]) for p in made["panels"]}
    assert len(places) == len(numbers), "two panels lie on each other"


def test_every_alert_has_its_section_in_the_runbook_and_every_section_an_alert() -> None:
    assert [alert["alert"] for alert in ALERTS] == list(SECTIONS)


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_says_all_that_is_needed_at_night(name: str) -> None:
    assert [part for part in PARTS if f"**{part}.**" not in SECTIONS[name]] == []


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: str(alert["alert"]))
def test_an_alert_names_declared_numbers_its_severity_and_its_section(alert: dict[str, Any]) -> None:
    assert undeclared(iter([alert["expr"]])) == []
    assert wrong_labels(alert["expr"]) == []
    assert alert["labels"]["severity"] in {"page", "ticket"}
    assert alert["annotations"]["runbook"] == f"docs/runbook.md#{alert['alert'].lower()}"
    assert alert["annotations"]["summary"]


def test_what_the_runbook_names_is_there() -> None:
    metrics = {metric for name in EXPOSED for metric in (name, name.removesuffix("_bucket"))}
    assert series(RUNBOOK) <= metrics
    events = re.findall(r"_log\.\w+\(\s*\"([^\"]+)\"", "".join(p.read_text("utf-8") for p in ROOT.glob("s*/**/*.py")))
    for said in re.findall(r"[Ee]vents? `([^`]+)`(?: and `([^`]+)`)?", " ".join(RUNBOOK.split())):
        for event in filter(None, said):
            assert any(known.startswith(event) for known in events), f"nothing logs {event!r}"
    for path in re.findall(r"`((?:tests|docs|ops)/[\w/.]+\.\w+)`", RUNBOOK):
        assert (ROOT / path).is_file(), path


@pytest.mark.parametrize(
    "planted",
    ["redress_outbox_agee_seconds > 1", "rate(redress_relayed[5m])", "redress_append_seconds_total"],
)
def test_a_query_of_a_number_that_nobody_tells_is_found(planted: str) -> None:
    assert undeclared(iter([planted]))


def test_a_query_by_a_label_that_a_metric_has_not_is_found() -> None:
    assert wrong_labels("sum by (service, case) (redress_outbox_commits)") == ["case"]
    assert wrong_labels('redress_outbox_commits{view="x"} > 1') == ["view"]
