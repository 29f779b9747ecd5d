"""Counts, gauges and histograms for Prometheus: what the catalogue declares, and nothing else."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from shared.eventing.metrics import METRICS, PREFIX, Kind, Metric

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

# When each series began is one more series for each, and Prometheus makes no use of it by default.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it without types

_Family: TypeAlias = Counter | Gauge | Histogram


class UndeclaredMetricError(LookupError):
    """Something was counted that the catalogue does not declare so."""


class Metrics:
    """The `Telemetry` port over one Prometheus registry.

    Every family stands on the page from the start, and one without labels at 0: what is missing is a broken process,
    not one in which nothing has happened. A metric, kind or label that is not declared raises UndeclaredMetricError.
    """

    def __init__(self, service: str, catalogue: Mapping[str, Metric] = METRICS) -> None:
        self.registry = CollectorRegistry()
        self._service = service
        self._catalogue = catalogue
        self._families = {name: _family(metric, self.registry) for name, metric in catalogue.items()}
        # Finding a child by its labels costs more than adding to it.
        self._children: dict[tuple[Any, ...], Any] = {}
        for name, metric in catalogue.items():
            if not metric.labels:
                self._child(name, type(self._families[name]), {})
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        self._child(name, Counter, labels).inc(amount)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        self._child(name, Gauge, labels).set(value)

    def observe(self, name: str, value: float, **labels: str) -> None:
        self._child(name, Histogram, labels).observe(value)

    def table(self, name: str, rows: Iterable[tuple[Mapping[str, str], float]]) -> None:
        """Set a gauge to exactly these rows: lanes that went to another process leave no number behind."""
        family = self._families.get(name)
        if isinstance(family, Gauge):
            family.clear()
            self._children = {key: child for key, child in self._children.items() if key[1] != name}
        for labels, value in rows:
            self.gauge(name, value, **labels)

    def page(self) -> bytes:
        """The metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def _child(self, name: str, kind: type[_Family], labels: Mapping[str, str]) -> Any:
        key = (kind, name, *labels.items())
        child = self._children.get(key)
        if child is None:
            family, metric = self._families.get(name), self._catalogue.get(name)
            if metric is None or not isinstance(family, kind) or set(labels) != set(metric.labels):
                raise UndeclaredMetricError(
                    f"{kind.__name__.lower()} {name} with labels {sorted(labels)} is not declared: "
                    f"declare it in shared/eventing/metrics.py, or mend the call"
                )
            child = self._children[key] = family.labels(service=self._service, **labels)
        return child


def _family(metric: Metric, registry: CollectorRegistry) -> _Family:
    name, meaning, labels = PREFIX + metric.name, metric.meaning, ("service", *metric.labels)
    match metric.kind:
        case Kind.COUNTER:
            return Counter(name, meaning, labels, registry=registry)
        case Kind.GAUGE:
            return Gauge(name, meaning, labels, registry=registry)
        case Kind.HISTOGRAM:
            return Histogram(name, meaning, labels, registry=registry, buckets=metric.buckets)
