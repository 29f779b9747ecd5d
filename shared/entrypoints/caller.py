"""Who calls: the actor that the gateway vouches for (ADR 0011)."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Header

from shared.kernel.actors import Actor, Role
from shared.kernel.ids import Id


async def _caller(
    x_redress_role: Annotated[Role, Header(description="Who calls: the role the gateway vouches for.")],
    x_redress_actor: Annotated[Id, Header(description="Who calls: the id the gateway vouches for.")],
) -> Actor:
    return Actor(role=x_redress_role, id=x_redress_actor)


Caller: TypeAlias = Annotated[Actor, Depends(_caller)]
