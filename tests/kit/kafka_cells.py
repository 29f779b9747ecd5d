"""Asks Kafka, as one user, for everything that rights are about, and tells what was refused. Nothing is changed.

Requests go out as they are, for all topics at once: Kafka answers for each of them alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import (
    AlterConfigsRequest,
    CreateAclsRequest,
    CreatePartitionsRequest,
    CreateTopicsRequest,
    DeleteGroupsRequest,
    DeleteTopicsRequest,
    DescribeAclsRequest,
    DescribeConfigsRequest,
)
from aiokafka.protocol.commit import OffsetFetchRequest
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.group import HeartbeatRequest
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.transaction import InitProducerIdRequest

from shared.adapters.kafka_acls import Operation, Resource, Right
from shared.adapters.kafka_passwords import SCRAM_SHA_512, AlterPasswords
from shared.adapters.kafka_security import client_options
from shared.adapters.settings import KafkaSettings

REFUSED: Final = {29: "topic", 30: "group", 31: "cluster", 53: "transactional id"}
"""Kafka's codes for what is not authorized."""

TOPIC_WAYS: Final = ("READ", "WRITE", "DESCRIBE", "CREATE", "DELETE", "ALTER", "DESCRIBE_CONFIGS", "ALTER_CONFIGS")
GROUP_WAYS: Final = ("READ", "DESCRIBE", "DELETE")
_TOPIC, _BROKER = 2, 4
_BIG: Final = 1 << 20


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One user, one resource, one way of using it."""

    user: str
    kind: str
    name: str
    way: str


def allowed(cell: Cell, rights: Iterable[Right]) -> bool:
    """Whether the rights allow a cell: READ and WRITE imply DESCRIBE, and nothing else follows from anything."""
    own = {
        r.operation.name
        for r in rights
        if (r.user, r.resource.name.lower(), r.name) == (cell.user, cell.kind, cell.name)
    }
    return cell.way in own or (cell.way == "DESCRIBE" and bool(own & {Operation.READ.name, Operation.WRITE.name}))


async def cells(kafka: KafkaSettings, topics: Iterable[str], groups: Iterable[str]) -> Mapping[Cell, str]:
    """What Kafka answers to each cell of this user: `refused`, or the name of another answer."""
    client = AIOKafkaClient(**client_options(kafka))
    await client.bootstrap()
    try:
        asked = _Asked(client, str(kafka.username), sorted(topics))
        return {**await asked.about_topics(), **await asked.about_groups(groups), **await asked.about_the_cluster()}
    finally:
        await client.close()


@dataclass
class _Asked:
    client: AIOKafkaClient
    user: str
    topics: list[str]

    async def about_topics(self) -> Mapping[Cell, str]:
        names = self.topics
        codes = {
            "READ": _by_partition((await self._send(FetchRequest(0, 0, _BIG, 0, _per(names, (0, 0, 100))))).topics),
            # Without any record in it Kafka takes the request for a mistake, after it looked whether it may be made.
            "WRITE": _by_partition((await self._send(ProduceRequest(None, -1, 5000, _per(names, (0, b""))))).topics),
            "DESCRIBE": {t[1]: t[0] for t in (await self._send(MetadataRequest(names, False))).topics},
            "CREATE": _first_two(
                (await self._send(CreateTopicsRequest([(n, 1, 1, [], []) for n in names], 5000, True))).topic_errors
            ),
            "DELETE": _first_two((await self._send(DeleteTopicsRequest(names, 5000))).topic_error_codes),
            "ALTER": _first_two(
                (await self._send(CreatePartitionsRequest([(n, (24, None)) for n in names], 5000, True))).topic_errors
            ),
            "DESCRIBE_CONFIGS": _by_resource(
                (await self._send(DescribeConfigsRequest([(_TOPIC, n, None) for n in names]))).resources
            ),
            "ALTER_CONFIGS": _by_resource(
                (await self._send(AlterConfigsRequest([(_TOPIC, n, []) for n in names], True))).resources
            ),
        }
        return {
            Cell(self.user, "topic", name, way): _said(code) for way in TOPIC_WAYS for name, code in codes[way].items()
        }

    async def about_groups(self, groups: Iterable[str]) -> Mapping[Cell, str]:
        found: dict[Cell, str] = {}
        for group in groups:
            codes = {
                "READ": (await self._send(HeartbeatRequest(group, 1, "nobody"))).error_code,
                "DESCRIBE": (await self._send(OffsetFetchRequest(group, None))).error_code,
                "DELETE": (await self._send(DeleteGroupsRequest([group]))).results[0][1],
            }
            found |= {Cell(self.user, "group", group, way): _said(codes[way]) for way in GROUP_WAYS}
        return found

    async def about_the_cluster(self) -> Mapping[Cell, str]:
        own = Right(self.user, Resource.TOPIC, "anything", Operation.READ).entry
        password: list[Any] = [("redress-admin", SCRAM_SHA_512, 4096, b"salt" * 8, b"known" * 13, {})]
        broker = [(_BROKER, "1", [("log.retention.ms", "1")])]
        codes = {
            "CREATE": (await self._send(CreateTopicsRequest([("not.ours", 1, 1, [], [])], 5000, True))).topic_errors[0][
                1
            ],
            "ALTER": (await self._send(CreateAclsRequest(*own))).creation_responses[0][0],
            "DESCRIBE": (await self._send(DescribeAclsRequest(1, None, 1, None, None, 1, 1))).error_code,
            "ALTER_CONFIGS": (await self._send(AlterConfigsRequest(broker, True))).resources[0][0],
            "DESCRIBE_CONFIGS": (await self._send(DescribeConfigsRequest([(_BROKER, "1", None)]))).resources[0][0],
            "PASSWORDS": (await self._send(AlterPasswords(password))).results[0][1],
            "IDEMPOTENT": (await self._send(InitProducerIdRequest(None, 1000))).error_code,
            "TRANSACTIONAL": (await self._send(InitProducerIdRequest("not-ours", 1000))).error_code,
        }
        return {Cell(self.user, "cluster", "cluster", way): _said(code) for way, code in codes.items()}

    async def _send(self, request: Any) -> Any:
        return await self.client.send(self.client.get_random_node(), request)


def _per(names: Iterable[str], partition: tuple[Any, ...]) -> list[Any]:
    return [(name, [partition]) for name in names]


def _by_partition(topics: Iterable[Any]) -> Mapping[str, int]:
    return {topic: partitions[0][1] for topic, partitions in topics}


def _first_two(topics: Iterable[Any]) -> Mapping[str, int]:
    return {topic[0]: topic[1] for topic in topics}


def _by_resource(resources: Iterable[Any]) -> Mapping[str, int]:
    return {resource[3]: resource[0] for resource in resources}


def _said(code: int) -> str:
    return "refused" if code in REFUSED else for_code(code).__name__
