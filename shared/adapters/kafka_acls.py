"""What Kafka allows whom: read, granted, taken back, and the passwords by which it knows its users.

aiokafka has the requests for rights but no client for them, and none for passwords; both are Kafka's own protocol.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum
from hashlib import pbkdf2_hmac
from typing import Any, Final

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest

from shared.adapters.failures import Misconfigured, Unreachable
from shared.adapters.kafka_passwords import SCRAM_SHA_512, AlterPasswords
from shared.adapters.kafka_security import client_options
from shared.adapters.settings import KafkaSettings

ITERATIONS: Final = 8192
"""Rounds of PBKDF2 for a password; Kafka asks for 4096 to 16384."""

_KNOWN_WITHIN_S: Final = 30
_ANY: Final = 1
_ALLOW: Final = 3
_LITERAL: Final = 3
_EVERY_HOST: Final = "*"


class Resource(IntEnum):
    """What a right is about, as Kafka numbers it."""

    TOPIC = 2
    GROUP = 3


class Operation(IntEnum):
    """What a right allows, as Kafka numbers it. READ and WRITE allow to describe as well."""

    READ = 3
    WRITE = 4
    CREATE = 5
    DESCRIBE = 8


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One user may do one thing to one resource of exactly this name, from any host."""

    user: str
    resource: Resource
    name: str
    operation: Operation

    def __str__(self) -> str:
        return f"{self.user} may {self.operation.name} {self.resource.name} {self.name}"

    @property
    def entry(self) -> tuple[int, str, int, str, str, int, int]:
        """As Kafka's requests put it."""
        principal = f"User:{self.user}"
        return (self.resource, self.name, _LITERAL, principal, _EVERY_HOST, self.operation, _ALLOW)


@dataclass(frozen=True, slots=True)
class Granted:
    """What Kafka allows some users now."""

    rights: frozenset[Right]
    others: tuple[str, ...]
    """Entries that no right of ours says: prefixes, wildcards, hosts, denials and operations that nobody needs."""


class KafkaAcls:
    """Rights and passwords on a running Kafka; needs a user who may alter the cluster."""

    def __init__(self, client: AIOKafkaClient, where: str) -> None:
        self._client = client
        self._where = where

    async def granted(self, users: Iterable[str]) -> Granted:
        """What these users may do. Raises Misconfigured where Kafka does not say."""
        answer = await self._send(DescribeAclsRequest(_ANY, None, _ANY, None, None, _ANY, _ANY))
        self._require(answer.error_code, "its access rights cannot be read")
        ours: frozenset[str] = frozenset({f"User:{user}" for user in users} | {"User:*"})
        rights, others = set(), []
        for kind, name, pattern, entries in answer.resources:
            for principal, host, operation, permission in entries:
                if principal not in ours:
                    continue
                right = _right(kind, name, principal, operation)
                if right is not None and right.entry == (kind, name, pattern, principal, host, operation, permission):
                    rights.add(right)
                else:
                    words = (kind, pattern, name, principal, host, operation, permission)
                    others.append("kind {} pattern {} name {} {} host {} operation {} permission {}".format(*words))
        return Granted(frozenset(rights), tuple(sorted(others)))

    async def grant(self, rights: Iterable[Right]) -> None:
        """Allow, and return when it holds; repeating it changes nothing. Raises Misconfigured where Kafka refuses."""
        rights = set(rights)
        for code, _ in (await self._send(_Grant(rights))).creation_responses:
            self._require(code, "rights cannot be granted")
        await self._settled(rights, lambda granted: rights <= granted)

    async def take_back(self, rights: Iterable[Right]) -> None:
        """Allow no longer, and return when it holds. Raises Misconfigured where Kafka refuses."""
        rights = set(rights)
        for code, *_ in (await self._send(_TakeBack(rights))).filter_responses:
            self._require(code, "rights cannot be taken back")
        await self._settled(rights, rights.isdisjoint)

    async def set_passwords(self, passwords: Mapping[str, str]) -> None:
        """Let Kafka know users by SCRAM-SHA-512 under these passwords, in place of any they had."""
        changes: list[tuple[str, int, int, bytes, bytes, dict[int, bytes]]] = []
        for user, password in passwords.items():
            salt = os.urandom(32)
            salted = await asyncio.to_thread(pbkdf2_hmac, "sha512", password.encode(), salt, ITERATIONS)
            changes.append((user, SCRAM_SHA_512, ITERATIONS, salt, salted, {}))
        answer = await self._send(AlterPasswords(changes))
        for user, code, *_ in answer.results:
            self._require(code, f"the password of {user} cannot be set")

    async def _settled(self, rights: set[Right], hold: Callable[[frozenset[Right]], bool]) -> None:
        """A controller answers before brokers know; one that was asked too soon goes by what was before."""
        try:
            async with asyncio.timeout(_KNOWN_WITHIN_S):
                while not hold((await self.granted({right.user for right in rights})).rights):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise Unreachable(
                f"Kafka at {self._where} took rights and does not know of them: look again later"
            ) from None

    async def _send(self, request: Any) -> Any:
        try:
            return await self._client.send(self._client.get_random_node(), request)
        except KafkaError as error:
            raise Unreachable(f"Kafka at {self._where} did not answer: {error!r}") from error

    def _require(self, code: int, otherwise: str) -> None:
        if code:
            raise Misconfigured(
                f"Kafka at {self._where}: {otherwise} ({for_code(code).__name__}): does it have an authorizer, and is "
                "the user of REDRESS_KAFKA__USERNAME one of its super.users?"
            )


class _Several:
    """Requests of aiokafka hold one right each, and a controller takes 40 ms for a request."""

    def __init__(self, rights: Iterable[Right]) -> None:
        self._entries = [right.entry for right in rights]

    def build(self, request_struct_class: Any) -> Any:
        return request_struct_class(self._entries)


class _Grant(_Several, CreateAclsRequest):  # type: ignore[misc]
    pass


class _TakeBack(_Several, DeleteAclsRequest):  # type: ignore[misc]
    pass


@asynccontextmanager
async def kafka_acls(kafka: KafkaSettings) -> AsyncIterator[KafkaAcls]:
    """Kafka's rights, for as long as the `with` block runs; raises Unreachable with one clear line."""
    client = AIOKafkaClient(**client_options(kafka))
    try:
        try:
            await client.bootstrap()
        except (KafkaError, OSError) as error:
            raise Unreachable(f"Kafka cannot be reached at {kafka.bootstrap}: {error}") from error
        yield KafkaAcls(client, kafka.bootstrap)
    finally:
        await client.close()


def _right(kind: int, name: str, principal: str, operation: int) -> Right | None:
    try:
        return Right(principal.removeprefix("User:"), Resource(kind), name, Operation(operation))
    except ValueError:
        return None
