"""Who may do what on Kafka: exactly what follows from what each service tells and hears (ADR 0026)."""

from collections.abc import Iterable, Iterator
from typing import Final

from redress.registry import DEFINITIONS
from shared.adapters.kafka_acls import Operation, Resource, Right
from shared.contracts.topology import CONTRACTS, SERVICES, group_of, topics

PLATFORM: Final = "redress-platform"
"""The marketplace around Redress: brings orders and commands, reads facts and replies, in a group of its own name."""
OPERATOR: Final = "redress-operator"
"""Whoever runs `redress` beside the services: reads every topic, and how far each group is."""
TOPICS: Final = "redress-topics"
"""The job `redress topics create`."""


def user_of(service: str) -> str:
    """The user that a service's processes log in as, on Kafka and on MongoDB."""
    return f"redress-{service}"


USERS: Final = (*(user_of(service) for service in SERVICES), PLATFORM, OPERATOR, TOPICS)


def heard_by(service: str) -> frozenset[str]:
    """The topics that a service reads."""
    return frozenset({heard.TOPIC for heard in DEFINITIONS[service].model.hears} | {f"{service}.commands"})


def told_by(service: str) -> frozenset[str]:
    """The topics that a service writes."""
    told = {told.TOPIC for told in DEFINITIONS[service].model.tells}
    return frozenset(told | {f"{service}.replies", f"{group_of(service)}.parked"})


def inbound() -> frozenset[str]:
    """The topics whose facts come from the platform: somebody hears them and no service tells them."""
    return frozenset({contract.TOPIC for contract in CONTRACTS}).difference(*map(told_by, SERVICES))


def kafka_rights() -> tuple[Right, ...]:
    """Every right that is needed, and none besides. Idempotent producers need none of their own since Kafka 2.8."""
    return tuple(sorted(_rights()))


def _rights() -> Iterator[Right]:
    for service in SERVICES:
        user = user_of(service)
        yield from _on_topics(user, Operation.READ, heard_by(service))
        yield from _on_topics(user, Operation.WRITE, told_by(service))
        yield Right(user, Resource.GROUP, group_of(service), Operation.READ)
    facts = {contract.TOPIC for contract in CONTRACTS} - inbound()
    yield from _on_topics(PLATFORM, Operation.READ, facts | {f"{service}.replies" for service in SERVICES})
    yield from _on_topics(PLATFORM, Operation.WRITE, inbound() | {f"{service}.commands" for service in SERVICES})
    yield Right(PLATFORM, Resource.GROUP, PLATFORM, Operation.READ)
    yield from _on_topics(OPERATOR, Operation.READ, topics())
    for service in SERVICES:
        yield Right(OPERATOR, Resource.GROUP, group_of(service), Operation.DESCRIBE)
    yield from _on_topics(TOPICS, Operation.CREATE, topics())


def _on_topics(user: str, operation: Operation, names: Iterable[str]) -> Iterator[Right]:
    return (Right(user, Resource.TOPIC, name, operation) for name in names)
