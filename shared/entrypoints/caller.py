"""Who calls, and whether they may: every route stands behind `admitted`."""

from typing import Annotated, Final, TypeAlias

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from shared.entrypoints.problems import NotAdmittedError
from shared.entrypoints.rates import count, count_stranger
from shared.eventing.doors import Doors
from shared.eventing.ports import Tokens
from shared.kernel.actors import Actor, Role
from shared.kernel.ids import Id
from shared.kernel.refusals import Refused
from shared.kernel.rights import CALLER_RULE, Right

LINK: Final = ("link_role", "link_actor", "link_until", "link_signature")
"""The query of a signed link."""


class _Named(BaseModel):
    role: Role
    id: Id


def named_by_gateway(request: Request) -> Actor:
    """The caller as the gateway vouches for it in headers. Raises NotAdmittedError when it names nobody."""
    given = {"role": request.headers.get("x-redress-role"), "id": request.headers.get("x-redress-actor")}
    try:
        named = _Named.model_validate(given)
    except ValidationError as error:
        wrong = {"role": "X-Redress-Role", "id": "X-Redress-Actor"}[str(error.errors()[0]["loc"][0])]
        unknown = Refused(
            CALLER_RULE,
            detail=f"{wrong} is missing, or names nothing that there is",
            field=f"header.{wrong.lower()}",
            cure="call through the gateway, which names role and id of whoever calls",
        )
        raise NotAdmittedError(unknown, challenge='Gateway realm="redress"') from error
    return Actor(role=named.role, id=named.id)


def bearer_in(stated: str) -> str | None:
    """The token of an `Authorization` as HTTP and records state it; None where it is of no bearer."""
    scheme, _, token = stated.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def named_by_token(request: Request, tokens: Tokens) -> Actor:
    """The caller as a bearer token names it (RFC 6750). Raises NotAdmittedError, and what `actor_of` raises."""
    token = bearer_in(request.headers.get("authorization", ""))
    if token is None:
        unknown = Refused(
            CALLER_RULE,
            detail="nothing says who calls: there is no bearer token",
            field="header.authorization",
            cure="send `Authorization: Bearer` and a token of the issuer that this service trusts",
        )
        raise NotAdmittedError(unknown, challenge='Bearer realm="redress"')
    caller: Actor | Refused = await tokens.actor_of(token)
    if isinstance(caller, Refused):
        raise NotAdmittedError(caller, challenge='Bearer realm="redress", error="invalid_token"')
    return caller


def action_of(request: Request) -> str:
    """What is asked: method and path of the route, as the table of rights has them."""
    return f"{request.method} {request.scope['route'].path}"


def doors_of(request: Request) -> Doors:
    """What knows whose the cases of this service are."""
    doors: Doors = request.app.state.service.doors
    return doors


async def admitted(request: Request) -> None:
    """Name the caller and let through what the table of rights grants; raises NotAdmittedError for all else.

    Raises TooOftenError before anything is looked up for the caller.

    Who comes with a signed link is let through unnamed: the route reads the link, and asks the doors for its bearer.
    """
    action = action_of(request)
    doors = doors_of(request)
    right = doors.right(action)
    if right is not None and right.by_link and any(name in request.query_params for name in LINK):
        # Counted by itself: whom it names is not known before it is read, and one address may be everybody's.
        count(request, f"link {request.query_params.get(LINK[-1], '')[:128]}")
        return
    tokens: Tokens | None = request.app.state.service.tokens
    try:
        caller = await named_by_token(request, tokens) if tokens else named_by_gateway(request)
    except NotAdmittedError:
        count_stranger(request)
        raise
    if caller.role is not Role.PLATFORM:  # it calls for all of its people under one name
        count(request, f"{caller.role} {caller.id}")
    if refused := await doors.refusal(caller, action, _about(right, request)):
        raise NotAdmittedError(refused)
    request.state.caller = caller


def _about(right: Right | None, request: Request) -> str:
    """The stream, or the person, that the request is about: the first part of its path."""
    return str(next(iter(request.path_params.values()), "")) if right and right.about in {"case", "person"} else ""


async def _caller(request: Request) -> Actor:
    caller: Actor = request.state.caller
    return caller


Caller: TypeAlias = Annotated[Actor, Depends(_caller)]
