"""What the caller may do with a case now, each command that is refused with its reason."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response

from shared.entrypoints.answers import CaseActions
from shared.entrypoints.caller import Caller
from shared.entrypoints.openapi import problems
from shared.entrypoints.visits import Visiting
from shared.eventing.doors import Doors
from shared.eventing.engine import Engine
from shared.eventing.messages import Command
from shared.eventing.ports import Clock
from shared.kernel.ids import Id


def path_of(command: type[Command], case_id: str = "{case_id}") -> str:
    """Where a command is sent to."""
    return f"/cases/{case_id}/{command.NAME.replace('_', '-')}"


def action_routes(engine: Engine, doors: Doors, commands: Sequence[type[Command]], clock: Clock) -> APIRouter:
    """`GET /cases/{case_id}/actions`, decided on the stream as the log has it."""
    router = APIRouter(tags=["queries"])
    allowed = engine.bench.model.allowed

    @router.get(
        "/cases/{case_id}/actions",
        name="allowed_actions",
        summary="allowed actions",
        responses={200: {"model": CaseActions}, **problems(422, 503)},
    )
    async def get_actions(case_id: Annotated[Id, Path()], caller: Caller, visit: Visiting) -> Response:
        """What the caller may do with the case now, as far as can be known without a command's body.

        A case that nobody has opened yet is at version 0.
        """
        stream = await engine.load(case_id)
        refusals = await doors.refusals(caller, [command.NAME for command in commands], case_id)
        answers = {**allowed(caller, clock.now(), stream.state), **refusals}
        actions = [
            {
                "name": command.NAME,
                "path": path_of(command, case_id),
                "allowed": (refused := answers[command.NAME]) is None,
                "refused": asdict(refused) if refused else None,
            }
            for command in commands
        ]
        body = {"case_id": case_id, "version": stream.version, "actions": actions}
        await visit.saw({case_id: stream.version} if stream.version else {})
        # What is allowed changes with the hour, and with the caller; the version alone does not name an answer.
        return JSONResponse(body)

    return router
