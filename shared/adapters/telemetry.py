"""Counts and gauges for Prometheus, and logs as JSON lines."""

import logging
import sys

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    """The `Telemetry` port over one Prometheus registry; a metric exists from its first use."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self._service = service
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        metric = self._counters.get(name)
        if metric is None:
            metric = self._counters[name] = Counter(
                f"redress_{name}", name.replace("_", " "), ["service", *sorted(labels)], registry=self.registry
            )
        metric.labels(**{"service": self._service, **labels}).inc(amount)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        metric = self._gauges.get(name)
        if metric is None:
            metric = self._gauges[name] = Gauge(
                f"redress_{name}", name.replace("_", " "), ["service", *sorted(labels)], registry=self.registry
            )
        metric.labels(**{"service": self._service, **labels}).set(value)

    def page(self) -> bytes:
        """The metrics in Prometheus' text format."""
        return generate_latest(self.registry)


def configure_logs(service: str, level: str) -> None:
    """Log JSON lines to standard error, our own and those of libraries alike."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # aiokafka and pymongo tell every reconnect and rebalance at warning level.
    for noisy in ("aiokafka", "pymongo", "faststream"):
        logging.getLogger(noisy).setLevel(max(logging.ERROR, root.level))
    structlog.contextvars.bind_contextvars(service=service)
