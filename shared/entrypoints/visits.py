"""Every answered query of somebody who is no party is noted before it is answered, or it is not answered (ADR 0023)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, TypeAlias

from fastapi import Depends, Request

from shared.entrypoints.caller import action_of, doors_of
from shared.eventing.doors import Doors
from shared.eventing.ports import Clock, StoreUnavailableError
from shared.eventing.reads import Read, Reads, ReadUnauditedError
from shared.kernel.actors import Actor, Role
from shared.kernel.refusals import Refused

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
    """One query: who asks, and what came of it. `named` is None for the bearer of a link, whom the route finds out."""

    named: Actor | None
    request: Request

    @property
    def by(self) -> Actor:
        """Who asks; every route but those for links has admitted somebody before it begins."""
        if self.named is None:
            raise LookupError("a link's bearer is not known before its route has read the link")
        return self.named

    @property
    def doors(self) -> Doors:
        """What knows whose the cases of this service are."""
        return doors_of(self.request)

    async def admit(self, bearer: Actor, case_id: str) -> Refused | None:
        """Why the bearer of a link may not see what is asked of a case any more, or None."""
        return await self.doors.refusal(bearer, action_of(self.request), case_id)

    async def saw(self, shown: Mapping[str, int], *, part: str | None = None, by: Actor | None = None) -> None:
        """Note what the answer shows: streams at their versions. Call it right before answering.

        `by` is who it is shown to, if that is not who the request names. A page without anything shows nothing.
        Raises ReadUnauditedError.
        """
        who = by or self.by
        if who.role in _PARTIES or not shown:
            return
        audit: Audit = self.request.app.state.service.audit
        now, name = audit.clock.now(), audit.new_id()
        read = Read(
            id=name,
            at=now,
            role=who.role,
            actor=who.id,
            request=_named(self.request) or name,
            what=action_of(self.request),
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


async def _visit(request: Request) -> Visit:
    return Visit(getattr(request.state, "caller", None), request)


Visiting: TypeAlias = Annotated[Visit, Depends(_visit)]
