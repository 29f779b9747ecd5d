"""Whatever is counted is declared, with its labels, and whatever is declared is counted somewhere."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from shared.adapters.telemetry import Metrics, UndeclaredMetricError
from shared.eventing.metrics import METRICS, Kind
from tests.architecture.tree import ROOT, modules

METHODS = {"count": Kind.COUNTER, "gauge": Kind.GAUGE, "table": Kind.GAUGE, "observe": Kind.HISTOGRAM}
RECEIVERS = {"telemetry", "_telemetry", "metrics", "_metrics"}
IN_TABLES = {"log_position", "outbox_commits", "outbox_age_seconds", "view_position", "view_lag_commits",
             "view_lag_seconds"}  # fmt: skip
"""Names that gauging goes through one after the other; `test_gauges.py` sees each of them with its labels."""
LABELS_BOUNDED_BY = {
    "command": "the commands there are", "outcome": "what can come of one", "rule": "the rules there are",
    "method": "nine", "route": "the routes there are", "status": "HTTP's", "lane": "the lanes of the deployment",
    "group": "one for each service", "source": "the services and the platform", "verdict": "three", "why": "five",
    "view": "the views there are", "kind": "the kinds of deadline there are", "limit": "four",
    "what": "three", "operation": "three", "work": "the tasks of a process",
    "version": "one", "python": "one", "policy": "one",
}  # fmt: skip


@dataclass(frozen=True)
class Use:
    where: str
    method: str
    name: str
    labels: frozenset[str] | None


def uses(source: str, where: str = "planted") -> Iterator[Use]:
    """Every place that counts something by a name written there."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=method), args=[ast.Constant(value=str(name)), *_]):
                receiver = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                if method in METHODS and receiver in RECEIVERS:
                    given = {keyword.arg or "**" for keyword in node.keywords} - {"amount"}
                    labels = None if method == "table" or "**" in given else frozenset(given)
                    yield Use(f"{where}:{node.lineno}", method, name, labels)
                elif method == "_count" and name in METRICS:  # the worker pool's, which may have no telemetry
                    yield Use(f"{where}:{node.lineno}", "count", name, frozenset(k.arg or "**" for k in node.keywords))
            case _:
                continue


def offences(found: Iterator[Use]) -> list[str]:
    wrong = []
    for use in found:
        metric = METRICS.get(use.name)
        if metric is None or metric.kind is not METHODS[use.method]:
            wrong.append(f"{use.where}: {use.method} {use.name} is not declared")
        elif use.labels is not None and use.labels != set(metric.labels):
            wrong.append(f"{use.where}: {use.name} has labels {sorted(use.labels)}, declared {sorted(metric.labels)}")
    return wrong


def everywhere() -> Iterator[Use]:
    for path in modules("shared", "services", "redress"):
        yield from uses(path.read_text("utf-8"), str(path.relative_to(ROOT)))


def test_whatever_is_counted_is_declared_with_its_labels() -> None:
    assert not offences(everywhere())


def test_whatever_is_declared_is_counted_somewhere() -> None:
    assert set(METRICS) - {use.name for use in everywhere()} == IN_TABLES


@pytest.mark.parametrize(
    "planted",
    [
        "telemetry.count('never_declared')",
        "self._telemetry.gauge('relayed', 1)",
        "self.metrics.count('decisions', command='x')",
        "telemetry.observe('append_seconds', 1, case='case-1')",
    ],
)
def test_a_planted_offence_is_found(planted: str) -> None:
    assert len(offences(uses(planted))) == 1


def test_every_label_has_few_values() -> None:
    """INVARIANT: no label holds an id: the number of series is bounded by the code and the deployment.

    One label with the ids of cases would give Prometheus a series for each case, for ever.
    """
    assert {label for metric in METRICS.values() for label in metric.labels} == set(LABELS_BOUNDED_BY)


def test_names_follow_the_conventions_of_prometheus() -> None:
    for metric in METRICS.values():
        assert not metric.name.endswith("_total"), f"{metric.name}: a counter's ending is added"
        assert metric.unit != "seconds" or metric.name.endswith("_seconds"), metric.name
        assert bool(metric.buckets) == (metric.kind is Kind.HISTOGRAM), metric.name
        assert list(metric.buckets) == sorted(set(metric.buckets)), metric.name
        assert metric.meaning.endswith("."), metric.name


def test_what_is_not_declared_is_not_counted() -> None:
    metrics = Metrics("intake")

    with pytest.raises(UndeclaredMetricError, match="counter nonsense with labels"):
        metrics.count("nonsense")
    with pytest.raises(UndeclaredMetricError, match="gauge relayed"):
        metrics.gauge("relayed", 1)
    with pytest.raises(UndeclaredMetricError, match="labels \\['case'\\]"):
        metrics.count("relayed", case="case-1")


def test_a_table_keeps_nothing_of_what_it_held_before() -> None:
    metrics = Metrics("intake")
    metrics.table("outbox_commits", [({"lane": "1"}, 5.0), ({"lane": "2"}, 6.0)])
    metrics.table("outbox_commits", [({"lane": "2"}, 7.0)])

    page = metrics.page().decode()
    assert [line for line in page.splitlines() if line.startswith("redress_outbox_commits{")] == [
        'redress_outbox_commits{lane="2",service="intake"} 7.0'
    ]


def test_every_metric_stands_on_the_page_before_anything_happened() -> None:
    page = Metrics("intake").page().decode()

    assert not [metric.name for metric in METRICS.values() if f"# TYPE redress_{metric.name}" not in page]
    assert 'redress_relayed_total{service="intake"} 0.0' in page
