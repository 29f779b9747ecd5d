"""Commands by topic: `<service>.commands` in, one answer each on `<service>.replies`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import orjson
from pydantic import ValidationError

from shared.adapters.sealing import Sealing
from shared.adapters.wire import UnreadableError, WireRecord, envelope_of, first_problem
from shared.entrypoints.caller import bearer_in
from shared.eventing.doors import Doors
from shared.eventing.engine import KEY_RULE, CommandIdReusedError, ContendedError, Engine
from shared.eventing.messages import Command
from shared.eventing.outcomes import Accepted, Outcome, Rejected, Unchanged
from shared.eventing.ports import (
    ERASED_RULE,
    ISSUER_RULE,
    Clock,
    CommitTooLargeError,
    IssuerAwayError,
    PersonErasedError,
    Telemetry,
    Tokens,
)
from shared.eventing.requests import Request, request_model
from shared.eventing.traces import Kind, Tracer, spanning
from shared.kernel.actors import Actor
from shared.kernel.ids import derived_id
from shared.kernel.refusals import Refused
from shared.kernel.rights import CALLER_RULE

Reply: TypeAlias = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Sends an answer to a case's replies; returns when the broker has it."""


class CommandDesk:
    """Serves one service's command topic. Every readable record is answered, an unreadable one too."""

    def __init__(
        self, service: str, commands: Sequence[type[Command]], engine: Engine, sealing: Sealing,
        doors: Doors, tokens: Tokens | None, reply: Reply, clock: Clock, telemetry: Telemetry, tracer: Tracer,
    ) -> None:  # fmt: skip
        self.topic = f"{service}.commands"
        self._commands = {command.NAME: command for command in commands}
        self._engine = engine
        self._tracer = tracer
        self._sealing = sealing
        self._doors = doors
        self._tokens = tokens
        self._reply = reply
        self._clock = clock
        self._telemetry = telemetry

    async def serve(self, records: Sequence[WireRecord]) -> None:
        """Carry out and answer; cases at once, commands of one case one after the other."""
        cases: dict[bytes, list[WireRecord]] = {}
        for record in records:
            cases.setdefault(record.key or b"", []).append(record)
        await asyncio.gather(*(self._serve_case(case) for case in cases.values()))

    async def _serve_case(self, records: Sequence[WireRecord]) -> None:
        for record in records:
            case, answer = await self._answer(record)
            self._telemetry.count("commands_by_topic", outcome=answer["outcome"])
            await self._reply(case, answer)

    async def _answer(self, record: WireRecord) -> tuple[str, dict[str, Any]]:
        try:
            envelope = envelope_of(record)
        except UnreadableError as error:
            case = (record.key or b"").decode("utf-8", "replace")
            where = f"{record.topic}/{record.partition}/{record.offset}"
            return case, _refusal(where, _malformed(str(error), "envelope"))
        case, command_id = envelope.subject, envelope.id
        try:
            # Callers choose ce_id; taken as it is, two cases of one lane could not both use "1".
            cause = derived_id(envelope.type, case, envelope.source, command_id)
            request = await self._request(envelope.type, envelope.data, cause, case, _token_of(record))
            outcome = await self._outcome(request, envelope.trace)
        except ValidationError as error:
            return case, _refusal(command_id, _malformed(first_problem(error), "data"))
        except CommandIdReusedError as error:
            cure = "send a new id with a new request, and the same id only with the same one"
            return case, _refusal(command_id, Refused(KEY_RULE, detail=str(error), field="ce_id", cure=cure))
        except PersonErasedError as error:
            return case, _refusal(command_id, Refused(ERASED_RULE, detail=str(error), field="by"))
        except (UnreadableError, CommitTooLargeError, ContendedError) as error:
            return case, _refusal(command_id, _malformed(str(error), "data"))
        return case, answer_of(command_id, outcome)

    async def _outcome(self, request: Request | Refused, trace: str | None) -> Outcome:
        if isinstance(request, Refused):
            return Rejected(0, request)
        case = request.case_id
        with spanning(self._tracer, f"serve {request.NAME}", Kind.CONSUMER, trace, case=case) as span:
            return await self._engine.carry_out(request, source="topic", trace=span.trace)

    async def _request(self, name: str, data: bytes, command_id: str, case: str, token: str) -> Request | Refused:
        command = self._commands.get(name)
        if command is None:
            raise UnreadableError(
                f"ce_type {name} is no command of this topic; one of: {', '.join(sorted(self._commands))}"
            )
        try:
            body = orjson.loads(data)
            by = Actor.model_validate(body.pop("by"))
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
            raise UnreadableError(f"the data must be a JSON object with `by` (role and id): {error}") from error
        plain = request_model(command).model_validate(body)
        if refused := await self._not_by(by, token) or await self._doors.refusal(by, name, case):
            return refused
        sealed = await self._sealing.sealed(command, plain, by=by, case_id=case)
        return Request(command, sealed, command_id, case, self._clock.now(), by)

    async def _not_by(self, by: Actor, token: str) -> Refused | None:
        """Why `by` is not believed; whoever may write to the topic is, where no tokens are asked for."""
        if self._tokens is None:
            return None
        try:
            caller = await self._tokens.actor_of(token)
        except IssuerAwayError as error:  # answered, or facts of the same batch would wait with it
            return Refused(ISSUER_RULE, detail=str(error), cure="send it again later")
        if isinstance(caller, Refused) or caller == by:
            return caller if isinstance(caller, Refused) else None
        detail = f"the token names {caller.role} {caller.id}, and the data {by.role} {by.id}"
        return Refused(CALLER_RULE, detail=detail, field="by", cure="send the token of whoever it is by")


def _token_of(record: WireRecord) -> str:
    stated = next((value or b"" for name, value in record.headers if name.lower() == "authorization"), b"")
    return bearer_in(stated.decode("latin1")) or ""


def answer_of(command_id: str, outcome: Outcome) -> dict[str, Any]:
    """An outcome as it is told to whoever asked, by topic or by HTTP."""
    match outcome:
        case Accepted(version=version, facts=facts, repeated=repeated):
            return {
                "command_id": command_id,
                "outcome": "accepted",
                "version": version,
                "facts": [fact.TYPE for fact in facts],
                "repeated": repeated,
            }
        case Unchanged(version=version):
            return {"command_id": command_id, "outcome": "unchanged", "version": version}
        case Rejected(version=version, refused=refused):
            return {**_refusal(command_id, refused), "version": version}


def _refusal(command_id: str, refused: Refused) -> dict[str, Any]:
    return {
        "command_id": command_id,
        "outcome": "refused",
        "rule": refused.rule,
        "detail": refused.detail,
        "clause": refused.clause,
        "field": refused.field,
        "cure": refused.cure,
    }


def _malformed(detail: str, field: str) -> Refused:
    return Refused(
        "command_must_be_well_formed", detail=detail, field=field, cure="send the command as its schema describes it"
    )
