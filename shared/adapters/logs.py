"""Logs as JSON lines on standard error, our own and those of libraries alike."""

import logging
import sys
from typing import TextIO

import structlog


def configure_logs(service: str, level: str, stream: TextIO | None = None) -> None:
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
    handler = logging.StreamHandler(stream or sys.stderr)
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
    # aiokafka and pymongo tell every reconnect and rebalance at warning level; httpx tells every address, whole.
    for noisy in ("aiokafka", "pymongo", "faststream", "httpx"):
        logging.getLogger(noisy).setLevel(max(logging.ERROR, root.level))
    # A collector that is away is told by the metric `spans`, and not by a traceback for each batch.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    structlog.contextvars.bind_contextvars(service=service)
