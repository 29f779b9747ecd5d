"""ops/grafana/redress.json: a Grafana dashboard over the metrics of docs/metrics.md, row by row as work flows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_SERVICE: Final = 'service=~"$service"'


@dataclass(frozen=True, slots=True)
class Panel:
    """One graph: its queries in PromQL, each with how its series are called."""

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    why: str


def _quantile(metric: str, by: str, q: float = 0.99) -> str:
    rate = f"rate(redress_{metric}_bucket{{{_SERVICE}}}[$__rate_interval])"
    return f"histogram_quantile({q:g}, sum by ({by}, le) ({rate}))"


def _rate(metric: str, by: str, where: str = "") -> str:
    selector = f"{_SERVICE}, {where}" if where else _SERVICE
    return f"sum by ({by}) (rate(redress_{metric}{{{selector}}}[$__rate_interval]))"


def _most(metric: str, by: str) -> str:
    return f"max by ({by}) (redress_{metric}{{{_SERVICE}}})"


ROWS: Final[dict[str, tuple[Panel, ...]]] = {
    "Is it well?": (
        Panel("Ready replicas", "none", ((f"sum by (service) (redress_ready{{{_SERVICE}}})", "{{service}}"),),
              "1 for each replica whose /readyz answers 200."),
        Panel("Lanes without an owner", "none",
              ((f"{_most('lanes', 'service')} - sum by (service) (redress_lanes_owned{{{_SERVICE}}})",
                "{{service}}"),), "0, but for moments of a rebalance."),
        Panel("Parked records", "none", ((_most("parked", "service, why"), "{{service}} {{why}}"),),
              "Each but `behind` waits for somebody: redress parked list."),
        Panel("Latest deadline", "s", ((_most("deadlines_overdue_seconds", "service"), "{{service}}"),),
              "How late the latest deadline is that has not taken effect."),
    ),
    "Requests": (
        Panel("Requests by status", "reqps", ((_rate("http_request_seconds_count", "service, status"),
              "{{service}} {{status}}"),), "5xx are failures; 409 and 422 are rules."),
        Panel("99 in 100 answered within", "s", ((_quantile("http_request_seconds", "service"), "{{service}}"),),
              "Bundles and large files are slow by nature."),
        Panel("Decisions", "ops", ((_rate("decisions_total", "command, outcome", 'outcome!="refused"'),
              "{{command}} {{outcome}}"),), "What commands came to."),
        Panel("Refusals by rule", "ops", ((_rate("decisions_total", "rule", 'outcome="refused"'), "{{rule}}"),),
              "Which rules say no, and how often."),
    ),
    "Log and relay": (
        Panel("Append, 99 in 100 within", "s", ((_quantile("append_seconds", "service"), "{{service}}"),),
              "What MongoDB takes to make a group of commits durable."),
        Panel("Commits in a group", "none", ((_quantile("append_commits", "service", 0.5), "{{service}}"),),
              "Half of the groups hold at most so many."),
        Panel("Facts told", "ops", ((_rate("relayed_total", "service"), "{{service}}"),), "Acknowledged by Kafka."),
        Panel("Age of the outbox", "s", ((_most("outbox_age_seconds", "service"), "{{service}}"),),
              "What was decided and not told yet."),
    ),
    "Consumers and views": (
        Panel("Consumers behind, seconds", "s", ((_most("consumer_lag_seconds", "group"), "{{group}}"),),
              "For how long the oldest record has waited."),
        Panel("Consumers behind, records", "none",
              ((f"sum by (group) (redress_consumer_lag_facts{{{_SERVICE}}})", "{{group}}"),),
              "On Kafka and not durable here."),
        Panel("Facts heard", "ops", ((_rate("facts_heard_total", "service, verdict"), "{{service}} {{verdict}}"),),
              "Dropped ones came twice."),
        Panel("Views behind", "s", ((_most("view_lag_seconds", "service, view"), "{{service}} {{view}}"),),
              "What queries do not show yet."),
    ),
    "Processes": (
        Panel("Deadlines late, 99 in 100 within", "s", ((_quantile("deadline_lateness_seconds", "service"),
              "{{service}}"),), "A healthy process adds half a second."),
        Panel("Event loop late", "s", ((_quantile("event_loop_delay_seconds", "instance"), "{{instance}}"),),
              "Something computes without a pause."),
        Panel("Workers", "none", ((_most("worker_jobs_waiting", "service"), "waiting"),
              (_most("worker_jobs_running", "service"), "running")), "Files being decoded."),
        Panel("Tasks that began again", "ops", ((_rate("restarts_total", "service, work"), "{{service}} {{work}}"),),
              "A server was away."),
    ),
}  # fmt: skip


def queries() -> Iterator[str]:
    """Every query of the dashboard."""
    for panels in ROWS.values():
        for panel in panels:
            yield from (query for query, _ in panel.queries)


def dashboard() -> str:
    """The whole dashboard as Grafana imports it."""
    source = {"type": "prometheus", "uid": "${source}"}
    panels: list[dict[str, Any]] = []
    for y, (title, row) in enumerate(ROWS.items()):
        place = {"h": 1, "w": 24, "x": 0, "y": 9 * y}
        panels.append({"id": len(panels) + 1, "type": "row", "title": title, "gridPos": place, "panels": []})
        for x, panel in enumerate(row):
            panels.append(_drawn(panel, len(panels) + 1, {"h": 8, "w": 6, "x": 6 * x, "y": 9 * y + 1}, source))
    made = {
        "title": "Redress",
        "uid": "redress",
        "tags": ["redress"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {
            "list": [
                {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"},
                {
                    "name": "service", "type": "query", "datasource": source, "includeAll": True, "multi": True,
                    "query": "label_values(redress_build_info, service)", "refresh": 2, "allValue": ".*",
                    "current": {"text": "All", "value": "$__all"},
                },
            ]
        },
        "panels": panels,
    }  # fmt: skip
    return json.dumps(made, indent=1) + "\n"


def _drawn(panel: Panel, number: int, place: dict[str, int], source: dict[str, str]) -> dict[str, Any]:
    return {
        "id": number,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.why,
        "datasource": source,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {"refId": chr(ord("A") + n), "datasource": source, "expr": query, "legendFormat": legend}
            for n, (query, legend) in enumerate(panel.queries)
        ],
    }
