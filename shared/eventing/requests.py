"""What callers send: a command without its envelope and without the fields that handlers gather."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any, TypeAlias

import orjson
from pydantic import BaseModel, ConfigDict, create_model

from shared.eventing.messages import Command, Given
from shared.kernel.actors import Actor
from shared.kernel.policy import PolicyBook

_ENVELOPE = frozenset({"id", "case_id", "at", "by"})


@dataclass(frozen=True, slots=True)
class Request:
    """A command as asked for: addressed and timed, its given fields still to be gathered."""

    command: type[Command]
    body: BaseModel
    id: str
    case_id: str
    at: datetime
    by: Actor

    @property
    def NAME(self) -> str:  # noqa: N802  # reads as the command's own
        """The command's name."""
        return self.command.NAME

    @property
    def digest(self) -> str:
        """SHA-256 over who asks for what: equal for a request that is only sent again."""
        asked = [self.NAME, self.case_id, self.by.role, self.by.id, self.body.model_dump_json()]
        return sha256(orjson.dumps(asked)).hexdigest()


Asked: TypeAlias = Request | Command
"""A request from a caller, or a whole command from a deadline."""

Provider: TypeAlias = Callable[[Asked, Any], Awaitable[Any]]
"""Fetches one given field, from the request and the stream's state."""


@cache
def given_fields(command: type[Command]) -> frozenset[str]:
    """The fields that the handler fills."""
    return frozenset(
        name
        for name, field in command.model_fields.items()
        if any(mark is Given or isinstance(mark, Given) for mark in field.metadata)
    )


@cache
def request_model(command: type[Command]) -> type[BaseModel]:
    """The body of a command as callers send it, closed to unknown fields."""
    hidden = _ENVELOPE | given_fields(command)
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in command.model_fields.items() if name not in hidden
    }
    return create_model(command.__name__, __config__=ConfigDict(frozen=True, extra="forbid"), **fields)


class Gatherer:
    """Fills given fields: the case's pinned policy, and whatever a service's providers fetch."""

    def __init__(self, book: PolicyBook, providers: Mapping[str, Provider]) -> None:
        self._book = book
        self._providers = providers

    async def __call__(self, asked: Asked, state: Any) -> Command:
        """The whole command. Raises LookupError when the pinned policy version is not deployed."""
        command = asked.command if isinstance(asked, Request) else type(asked)
        names = given_fields(command)
        given = dict(zip(names, await asyncio.gather(*(self._given(n, asked, state) for n in names)), strict=True))
        if isinstance(asked, Command):
            return asked.model_copy(update=given) if given else asked
        body = {name: getattr(asked.body, name) for name in type(asked.body).model_fields}
        return command(id=asked.id, case_id=asked.case_id, at=asked.at, by=asked.by, **body, **given)

    async def _given(self, name: str, asked: Asked, state: Any) -> Any:
        if name == "policy":
            pinned = getattr(state, "policy_version", None)
            return self._book.pinned(pinned) if pinned else self._book.in_force(asked.at)
        return await self._providers[name](asked, state)
