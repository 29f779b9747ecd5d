"""Whether a process should get requests: whether all that has to move in it moves, and if not, what does not."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from aiokafka import AIOKafkaConsumer

if TYPE_CHECKING:
    from shared.adapters.service import Service

STORE: Final = 10.0
"""Seconds without an answer of MongoDB."""
KAFKA: Final = 20.0
"""Seconds without an answer of Kafka: three looks that failed."""
SILENT: Final = 60.0
"""Seconds without a poll after which the consumer counts as dead (aiokafka #847, #1037)."""
JOINING: Final = 75.0
"""Seconds that joining the group may take: more than the rebalance timeout, so that a slow member is waited for."""
STUCK: Final = 60.0
"""Seconds that a batch may be in hand, and that relay or view may stand still with something to read.

Being behind is no trouble by itself: to send requests elsewhere would not help, and its alert has a name of its own.
"""


def troubles_of(service: "Service") -> list[str]:
    """Why this process should not get requests now; empty when it is ready."""
    return list(_troubles(service))


def _troubles(service: "Service") -> Iterator[str]:
    now = time.monotonic()
    if service.supervisor.failed.done():
        yield f"the process is ending: {service.supervisor.failed.result()!r}"
    yield from _not_begun(service)
    if now - service.tending.store_seen > STORE:
        yield f"MongoDB has not answered for {STORE:.0f} seconds"
    consumer, health = service.consumer, service.consumer.health
    if not consumer.subscriber.running or not isinstance(consumer.consumer, AIOKafkaConsumer):
        yield "the consumer is not running"
    elif (waiting := health.joining_since) is not None and now - waiting > JOINING:
        yield f"the consumer has waited for its lanes for {now - waiting:.0f} seconds: is its group rebalancing?"
    elif (oldest := health.oldest) is not None and now - oldest > STUCK:
        yield f"the consumer has had the same records in hand for {now - oldest:.0f} seconds"
    elif oldest is None and now - health.polled_at > SILENT:
        yield f"the consumer has not polled for {now - health.polled_at:.0f} seconds"
    elif now - service.gauging.kafka_seen > KAFKA:
        yield f"Kafka has not answered for {now - service.gauging.kafka_seen:.0f} seconds"
    for reader, seconds in service.gauging.stuck():
        if seconds > STUCK:
            yield f"{reader} has stood still for {seconds:.0f} seconds with something to read"


def _not_begun(service: "Service") -> Iterator[str]:
    if service.tokens is not None and not service.tokens.keys.known:
        yield "the keys of the tokens' issuer cannot be fetched"
    if not service.keeping.caught_up:
        yield "views do not show yet what stood in the log at the start"
