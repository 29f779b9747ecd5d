"""docs/metrics.md: the catalogue of metrics as a page."""

from collections.abc import Iterator
from itertools import groupby

from shared.eventing.metrics import METRICS, Kind, Metric

_HEAD = """\
# Metrics

Generated from `shared/eventing/metrics.py` by `make docs`. Each service answers `/metrics` in Prometheus' text format;
every series carries the label `service` beside those named here. No label holds an id of a case, a person or a message.
What is not declared there cannot be counted. Process and garbage collector tell of themselves under the usual names
(`process_resident_memory_bytes`, `process_cpu_seconds_total`, `python_gc_collections_total` and so on).

Numbers with a `lane` are told by the process that owns the lane, and are gone from it when the lane goes to another.
They are at most five seconds old. Alerts on them are in `ops/prometheus/alerts.yml`, what to do in
[runbook.md](runbook.md).
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    for area, metrics in groupby(METRICS.values(), key=lambda metric: metric.area):
        yield f"## {area}\n\n| metric | type | unit | labels | meaning |\n|---|---|---|---|---|"
        yield from (_row(metric) for metric in metrics)
        yield ""


def _row(metric: Metric) -> str:
    name = metric.exposed[0] if metric.kind is not Kind.HISTOGRAM else metric.exposed[0].removesuffix("_bucket")
    labels = ", ".join(f"`{label}`" for label in metric.labels) or "none"
    bounds = f" Bounds: {', '.join(f'{bound:g}' for bound in metric.buckets)}." if metric.buckets else ""
    return f"| `{name}` | {metric.kind} | {metric.unit} | {labels} | {metric.meaning}{bounds} |"
