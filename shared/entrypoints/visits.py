"""Every answered query of somebody who is no party is noted before it is answered, or it is not answered (ADR 0023)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, TypeAlias

from fastapi import Depends, Header, Request

from shared.eventing.ports import Clock, StoreUnavailableError
from shared.eventing.reads import Read, Reads, ReadUnauditedError
from shared.kernel.actors import Actor, Role
from shared.kernel.ids import Id

_PARTIES: Final = frozenset({Role.BUYER, Role.SELLER})
_REQUEST: Final = re.compile(r"[\x21-\x7e]{1,128}")
_TRACE: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*")


@dataclass(frozen=True, slots=True)
class Audit:
    """Where this process notes reads, and for how long they are kept."""

    reads: Reads
    clock: Clock
    new_id: Callable[[], str]
    keep: timedelta


@dataclass(frozen=True, slots=True)
class Visit:
    """One query: who asks, as the gateway vouches for it, and what came of it. Role and actor may be left out."""

    role: Role | None
    actor: str | None
    request: Request

    @property
    def by(self) -> Actor | None:
        """Who asks, if anybody was named. A role without an id is nobody's: of a party it opens nothing."""
        return Actor(role=self.role, id=self.actor or "") if self.role else None

    async def saw(self, shown: Mapping[str, int], *, part: str | None = None, by: Actor | None = None) -> None:
        """Note what the answer shows: streams at their versions. Call it right before answering.

        `by` is who it is shown to, if that is not who the headers name. A page without anything shows nothing.
        Raises ReadUnauditedError.
        """
        role, actor = (by.role, by.id) if by else (self.role, self.actor)
        if role in _PARTIES or not shown:
            return
        audit: Audit = self.request.app.state.service.audit
        now, name = audit.clock.now(), audit.new_id()
        read = Read(
            id=name,
            at=now,
            role=role,
            actor=actor,
            request=_named(self.request) or name,
            what=f"{self.request.method} {self.request.scope['route'].path}",
            part=part,
            shown=shown,
            until=now + audit.keep,
        )
        try:
            await audit.reads.note(read)
        except StoreUnavailableError as error:
            raise ReadUnauditedError(f"who reads this could not be noted: {error}") from error


def _named(request: Request) -> str | None:
    """The request by the name that the gateway gave it: its id, or its trace."""
    given = request.headers.get("x-request-id", "")
    if _REQUEST.fullmatch(given):
        return given
    trace = _TRACE.fullmatch(request.headers.get("traceparent", ""))
    return trace[1] if trace else None


async def _visit(
    request: Request,
    x_redress_role: Annotated[Role | None, Header(description="What the caller acts as.")] = None,
    x_redress_actor: Annotated[Id | None, Header(description="Who calls: the id the gateway vouches for.")] = None,
) -> Visit:
    return Visit(x_redress_role, x_redress_actor, request)


Visiting: TypeAlias = Annotated[Visit, Depends(_visit)]
