"""Answers that say no, as application/problem+json (RFC 9457), naming rule, clause, field and cure."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from shared.eventing.engine import KEY_RULE, CommandIdReusedError, ContendedError
from shared.eventing.ports import CommitTooLargeError, StoreUnavailableError
from shared.kernel.refusals import Refused

_UNSERVED = {404: "route_must_exist", 405: "method_must_fit_the_route"}


def problem(status: int, rule: str, detail: str, **more: Any) -> JSONResponse:
    body = {
        "type": f"https://redress.invalid/rules/{rule}",
        "title": rule.replace("_", " "),
        "status": status,
        "detail": detail,
        "rule": rule,
        **{name: value for name, value in more.items() if value is not None},
    }
    headers = {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def refusal(refused: Refused, version: int) -> JSONResponse:
    """A business rule said no: 409, because the case as it stands does not allow it."""
    return problem(
        HTTPStatus.CONFLICT,
        refused.rule,
        refused.detail,
        clause=refused.clause,
        field=refused.field,
        cure=refused.cure,
        version=version,
    )


def handle_problems(app: FastAPI) -> None:
    """Answer every known failure with a problem document."""

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return _first(list(error.errors()))

    @app.exception_handler(ValidationError)
    async def _unfit(_: Request, error: ValidationError) -> JSONResponse:
        return _first(list(error.errors(include_url=False, include_input=False)))

    @app.exception_handler(HTTPException)
    async def _unserved(request: Request, error: HTTPException) -> JSONResponse:
        rule = _UNSERVED.get(error.status_code, "request_must_be_well_formed")
        detail = f"{request.method} {request.url.path}: {error.detail}"
        answer = problem(error.status_code, rule, detail, cure="see /openapi.json")
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(CommitTooLargeError)
    async def _large(_: Request, error: CommitTooLargeError) -> JSONResponse:
        return problem(413, "request_must_not_be_too_large", str(error), cure="send less text or fewer items")

    @app.exception_handler(CommandIdReusedError)
    async def _reused(_: Request, error: CommandIdReusedError) -> JSONResponse:
        return problem(
            422,
            KEY_RULE,
            str(error),
            field="header.idempotency-key",
            cure="send a new key with a new request, and the same key only with the same one",
        )

    @app.exception_handler(StoreUnavailableError)
    async def _away(_: Request, error: StoreUnavailableError) -> JSONResponse:
        return problem(
            503, "store_must_be_reachable", str(error), cure="send the same request again, with the same key"
        )

    @app.exception_handler(ContendedError)
    async def _contended(_: Request, error: ContendedError) -> JSONResponse:
        return problem(503, "case_is_contended", str(error), cure="send the same request again, with the same key")


def _first(errors: list[Any]) -> JSONResponse:
    field = ".".join(str(part) for part in errors[0]["loc"]) or "body"
    all_fields = [{"field": ".".join(map(str, e["loc"])), "detail": e["msg"]} for e in errors]
    return problem(
        422, "request_must_be_well_formed", errors[0]["msg"], field=field, cure="see /openapi.json", problems=all_fields
    )
