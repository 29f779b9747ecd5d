"""The catalogue of metrics: every number that a process tells of itself, with its unit, labels and meaning.

What is not declared here cannot be counted. docs/metrics.md is made from it, and dashboard and alerts are held
against it. Every metric carries the label `service` beside its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PREFIX: Final = "redress_"


class Kind(StrEnum):
    """How Prometheus keeps a metric."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One declared number. `name` is without prefix, and without the `_total` that counters get."""

    area: str
    name: str
    kind: Kind
    unit: str
    meaning: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def exposed(self) -> tuple[str, ...]:
        """The names of its series as Prometheus knows them."""
        name = PREFIX + self.name
        match self.kind:
            case Kind.COUNTER:
                return (f"{name}_total",)
            case Kind.HISTOGRAM:
                return f"{name}_bucket", f"{name}_sum", f"{name}_count"
            case Kind.GAUGE:
                return (name,)


_REQUEST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""From a view that answers at once to what a caller gives up on; 0.25 and 1 s are the bounds that alerts look at."""
_WRITE = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0)
"""From one insert on a near disk to the patience of a lane writer."""
_MANY = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
"""To the most that one insert, page or poll holds."""
_LATENESS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 21_600.0, 86_400.0)
"""From one look of the clock to a day; a healthy process stays within the first two."""
_DELAY = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
"""To what heartbeats and health checks begin to notice."""


def _counter(area: str, name: str, unit: str, meaning: str, *labels: str) -> Metric:
    return Metric(area, name, Kind.COUNTER, unit, meaning, labels)


def _gauge(area: str, name: str, unit: str, meaning: str, *labels: str) -> Metric:
    return Metric(area, name, Kind.GAUGE, unit, meaning, labels)


def _histogram(area: str, name: str, unit: str, buckets: tuple[float, ...], meaning: str, *labels: str) -> Metric:
    return Metric(area, name, Kind.HISTOGRAM, unit, meaning, labels, buckets)


_DECLARED: Final = (
    _counter(
        "Decisions",
        "decisions",
        "decisions",
        "Commands decided, by what came of them: `happened`, `unchanged` (it held already), `repeated` (the same "
        "request again), `refused` (`rule` says by which) or `raced` (another was faster, so it is decided again). "
        "`hear` stands for a fact whose stream was lost to another process.",
        "command",
        "outcome",
        "rule",
    ),
    _counter(
        "Decisions",
        "commands_by_topic",
        "commands",
        "Commands that came by topic and were answered, by outcome: `accepted`, `unchanged` or `refused`.",
        "outcome",
    ),
    _histogram(
        "HTTP",
        "http_request_seconds",
        "seconds",
        _REQUEST,
        "Time from a request's headers to the end of its answer. `route` is the template, never the path; `unmatched` "
        "where there is none.",
        "method",
        "route",
        "status",
    ),
    _counter("HTTP", "requests_limited", "requests", "Requests answered 429: their caller asked too often.", "kind"),
    _histogram(
        "Log",
        "append_seconds",
        "seconds",
        _WRITE,
        "Time until one group of commits is durable on a majority, renumbering and waiting for MongoDB included.",
    ),
    _histogram("Log", "append_commits", "commits", _MANY, "Commits in one group: what one insert carries."),
    _gauge("Log", "log_position", "commits", "Commits that a lane of the log holds.", "lane"),
    _counter("Relay", "relayed", "facts", "Published facts that Kafka has acknowledged."),
    _histogram("Relay", "relay_seconds", "seconds", _WRITE, "Time until Kafka has acknowledged one page of the log."),
    _gauge("Relay", "outbox_commits", "commits", "Commits of a lane that the relay has not passed yet.", "lane"),
    _gauge(
        "Relay",
        "outbox_age_seconds",
        "seconds",
        "Age of the oldest commit of a lane that the relay has not passed yet; 0 when it has passed all.",
        "lane",
    ),
    _gauge(
        "Consumer",
        "consumer_lag_facts",
        "records",
        "Records on Kafka that are not durable here yet: waiting on the broker, or in hand.",
        "group",
        "lane",
    ),
    _gauge(
        "Consumer",
        "consumer_lag_seconds",
        "seconds",
        "For how long the oldest of them has waited; 0 when there is none.",
        "group",
        "lane",
    ),
    _histogram("Consumer", "consumer_batch_facts", "records", _MANY, "Records that one poll brought."),
    _gauge(
        "Consumer",
        "lanes_paused",
        "lanes",
        "Lanes whose records are tried again and again because a server is away; their order is kept.",
    ),
    _gauge("Consumer", "lanes_owned", "lanes", "Lanes that this process owns."),
    _gauge("Consumer", "lanes", "lanes", "Lanes of the deployment. Those owned must add up to it."),
    _counter("Consumer", "rebalances", "rebalances", "Assignments that this member of the group was given."),
    _counter(
        "Consumer",
        "offsets_not_committed",
        "commits",
        "Offset commits that Kafka turned down; what they covered is delivered again, and dropped.",
    ),
    _counter(
        "Consumer",
        "facts_heard",
        "facts",
        "Facts of other services taken in: `applied`, `held` for a gap, or `dropped` as known.",
        "source",
        "verdict",
    ),
    _gauge("Consumer", "cases_held", "cases and sources", "Cases of which facts of a source wait for a gap to fill."),
    _gauge(
        "Consumer",
        "facts_held_too_long",
        "cases and sources",
        "Those of them that have waited longer than a minute: something is lost, or a relay stands still.",
    ),
    _counter("Consumer", "facts_parked", "records", "Records put into the park, by why.", "source", "why"),
    _gauge(
        "Consumer",
        "parked",
        "records",
        "Records that lie in the park now, by why: `unreadable`, `failed`, `held` (held, and failing at its turn), "
        "`killer` (the process died of it), `behind` (waits for one of these). Every replica tells the same number.",
        "why",
    ),
    _gauge("Views", "view_position", "commits", "Commits of a lane that a view reflects.", "view", "lane"),
    _gauge(
        "Views", "view_lag_commits", "commits", "Commits of a lane that a view does not reflect yet.", "view", "lane"
    ),
    _gauge(
        "Views",
        "view_lag_seconds",
        "seconds",
        "For how long the oldest of them has waited; 0 when there is none.",
        "view",
        "lane",
    ),
    _counter("Deadlines", "deadlines_fired", "deadlines", "Deadlines that became commands.", "kind"),
    _histogram(
        "Deadlines",
        "deadline_lateness_seconds",
        "seconds",
        _LATENESS,
        "How long after its instant a deadline fired.",
        "kind",
    ),
    _gauge(
        "Deadlines",
        "deadlines_overdue",
        "streams",
        "Streams with a deadline that should have taken effect ten seconds ago or longer and has not: not fired, or "
        "refused every time. At most 200 are counted.",
    ),
    _gauge(
        "Deadlines", "deadlines_overdue_seconds", "seconds", "How late the latest of them is; 0 when there is none."
    ),
    _gauge("Workers", "worker_jobs_waiting", "jobs", "Files that wait for a worker."),
    _gauge("Workers", "worker_jobs_running", "jobs", "Files that a worker has in hand."),
    _counter("Workers", "workers_started", "processes", "Worker processes started."),
    _counter(
        "Workers",
        "worker_limits_met",
        "jobs",
        "Jobs whose worker was ended for a limit it met: `time`, `cpu`, `memory` or `crash`.",
        "limit",
    ),
    _counter("Workers", "worker_jobs_turned_away", "jobs", "Jobs refused because too many waited already."),
    _counter(
        "Evidence",
        "files_screened",
        "files",
        "Submitted files looked at: `measured`, or `trouble` where they could not be.",
        "outcome",
    ),
    _counter("Evidence", "swept", "files", "Uploads, files and blobs removed because nobody needed them.", "what"),
    _counter("Privacy", "texts_sealed", "texts", "Personal texts sealed under their person's key when they came in."),
    _counter(
        "Privacy",
        "texts_opened",
        "texts",
        "Sealed texts opened for an answer: `opened`, `erased` (the key is gone for good) or `unreadable`.",
        "outcome",
    ),
    _counter(
        "Privacy",
        "key_vault_errors",
        "calls",
        "Calls of the key vault that failed, by operation. An erased person is no error.",
        "operation",
    ),
    _counter(
        "Process",
        "spans",
        "spans",
        "Spans handed to the collector: `sent`, or `lost` because it was away. None where no collector is set.",
        "outcome",
    ),
    _gauge("Process", "ready", "boolean", "1 when /readyz answers 200, 0 when it tells of a trouble."),
    _counter(
        "Process",
        "restarts",
        "restarts",
        "Times that a task began again from what is durable, after a server was away.",
        "work",
    ),
    _histogram(
        "Process",
        "event_loop_delay_seconds",
        "seconds",
        _DELAY,
        "How much later than asked the event loop wakes a task.",
    ),
    _gauge("Process", "build_info", "1", "1 for what runs, and by which policy.", "version", "python", "policy"),
)

METRICS: Final[Mapping[str, Metric]] = {metric.name: metric for metric in _DECLARED}
