"""Answers that say no, as application/problem+json (RFC 9457), naming rule, clause, field and cure."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException

from shared.entrypoints.rates import TooOftenError
from shared.eventing.engine import KEY_RULE, VERSION_RULE, CommandIdReusedError, ContendedError
from shared.eventing.ports import (
    ERASED_RULE,
    ISSUER_RULE,
    CommitTooLargeError,
    IssuerAwayError,
    KeysMissingError,
    PersonErasedError,
    StoreUnavailableError,
)
from shared.eventing.reads import ReadUnauditedError
from shared.kernel.refusals import Refused

_log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
_READ_THE_DOCUMENT: Final = "see /openapi.json"
_SEND_AGAIN: Final = "send the same request again, with the same key"
_UNSERVED: Final[Mapping[int, tuple[str, str]]] = {
    404: ("route_must_exist", _READ_THE_DOCUMENT),
    405: ("method_must_fit_the_route", "use a method that the Allow header names"),
    415: ("content_must_be_of_a_served_type", "send what the Accept header names"),
}


class FieldProblem(BaseModel):
    """One part of a request that is not as the document describes it."""

    field: str
    detail: str


class Problem(BaseModel):
    """Why a request was not carried out, and what would make it acceptable."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "type": "https://redress.invalid/rules/order_must_be_the_buyers",
                    "title": "order must be the buyers",
                    "status": 409,
                    "detail": "order order-7 was placed by someone else",
                    "rule": "order_must_be_the_buyers",
                    "clause": "process.real_order",
                    "field": "order_id",
                    "cure": "name an order of your own",
                    "version": 3,
                }
            ]
        },
    )

    type: str
    """A URI that stands for the rule."""
    title: str
    status: int
    detail: str
    """The facts of this case."""
    rule: str
    """A sentence that is a stable code: what programs look at."""
    clause: str = ""
    """The policy clause the rule stands on."""
    field: str = ""
    """The part of the request at fault: `body.x`, `header.x`, `query.x`, `path.x`, or a field of the command."""
    cure: str = ""
    """What would make it acceptable."""
    version: int = 0
    """The version of the case that was decided on."""
    problems: Sequence[FieldProblem] = ()
    """Every part of the request at fault, when there may be several."""


def problem(status: int, rule: str, detail: str, **more: Any) -> JSONResponse:
    """A problem document; what is None is left out."""
    body = {
        "type": f"https://redress.invalid/rules/{rule}",
        "title": rule.replace("_", " "),
        "status": status,
        "detail": detail,
        "rule": rule,
        **{name: value for name, value in more.items() if value is not None},
    }
    headers = {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse(body, status, headers, media_type=MEDIA_TYPE)


def refusal(refused: Refused, version: int) -> JSONResponse:
    """A business rule said no: 409, because the case as it stands does not allow it; 412 if the caller said so."""
    return problem(
        HTTPStatus.PRECONDITION_FAILED if refused.rule == VERSION_RULE else HTTPStatus.CONFLICT,
        refused.rule,
        refused.detail,
        clause=refused.clause,
        field=refused.field,
        cure=refused.cure,
        version=version,
    )


class NotAdmittedError(Exception):
    """The caller is not known (then `challenge` says how to become so), or may not do this."""

    def __init__(self, refused: Refused, *, challenge: str | None = None) -> None:
        super().__init__(refused.rule)
        self.refused = refused
        self.challenge = challenge


def _not_admitted(error: NotAdmittedError) -> JSONResponse:
    refused = error.refused
    status = HTTPStatus.UNAUTHORIZED if error.challenge else HTTPStatus.FORBIDDEN
    answer = problem(status, refused.rule, refused.detail, field=refused.field, cure=refused.cure)
    if error.challenge:
        answer.headers["WWW-Authenticate"] = error.challenge
    return answer


def handle_problems(app: FastAPI) -> None:
    """Answer every failure with a problem document."""
    _handle_absences(app)

    @app.exception_handler(NotAdmittedError)
    async def _turned_away(_: Request, error: NotAdmittedError) -> JSONResponse:
        return _not_admitted(error)

    @app.exception_handler(TooOftenError)
    async def _too_often(_: Request, error: TooOftenError) -> JSONResponse:
        answer = problem(429, error.refused.rule, error.refused.detail, cure=error.refused.cure)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return _first(list(error.errors()))

    @app.exception_handler(ValidationError)
    async def _unfit(_: Request, error: ValidationError) -> JSONResponse:
        return _first(list(error.errors(include_url=False, include_input=False)))

    @app.exception_handler(HTTPException)
    async def _unserved(request: Request, error: HTTPException) -> JSONResponse:
        rule, cure = _UNSERVED.get(error.status_code, ("request_must_be_well_formed", _READ_THE_DOCUMENT))
        detail = f"{request.method} {request.url.path}: {error.detail}"
        answer = problem(error.status_code, rule, detail, cure=cure)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(CommitTooLargeError)
    async def _large(_: Request, error: CommitTooLargeError) -> JSONResponse:
        return problem(413, "request_must_not_be_too_large", str(error), cure="send less text or fewer items")

    @app.exception_handler(CommandIdReusedError)
    async def _reused(_: Request, error: CommandIdReusedError) -> JSONResponse:
        cure = "send a new key with a new request, and the same key only with the same one"
        return problem(422, KEY_RULE, str(error), field="header.idempotency-key", cure=cure)

    @app.exception_handler(PersonErasedError)
    async def _erased(_: Request, error: PersonErasedError) -> JSONResponse:
        return problem(410, ERASED_RULE, str(error), cure="nothing: it is gone for good")

    @app.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> JSONResponse:
        # Starlette raises it on after this answer, and the server logs it with its traceback.
        _log.error("request failed", method=request.method, path=request.url.path, error=type(error).__name__)
        detail = f"{request.method} {request.url.path} met a fault of this service; it is in its log"
        return problem(500, "service_must_not_fail", detail, cure=_SEND_AGAIN)


def _handle_absences(app: FastAPI) -> None:
    """What is for the moment only."""

    @app.exception_handler(StoreUnavailableError)
    async def _away(_: Request, error: StoreUnavailableError) -> JSONResponse:
        return problem(503, "store_must_be_reachable", str(error), cure=_SEND_AGAIN)

    @app.exception_handler(KeysMissingError)
    async def _keyless(_: Request, error: KeysMissingError) -> JSONResponse:
        cure = "set REDRESS_KEYS__MASTER_FILE as when it was sealed"
        return problem(503, "keys_must_be_configured", str(error), cure=cure)

    @app.exception_handler(IssuerAwayError)
    async def _nameless(_: Request, error: IssuerAwayError) -> JSONResponse:
        return problem(503, ISSUER_RULE, str(error), cure=_SEND_AGAIN)

    @app.exception_handler(ReadUnauditedError)
    async def _unaudited(_: Request, error: ReadUnauditedError) -> JSONResponse:
        return problem(503, "read_must_be_audited", str(error), cure="ask again; nothing was changed")

    @app.exception_handler(ContendedError)
    async def _contended(_: Request, error: ContendedError) -> JSONResponse:
        return problem(503, "case_is_contended", str(error), cure=_SEND_AGAIN)


def _first(errors: list[Any]) -> JSONResponse:
    field = ".".join(str(part) for part in errors[0]["loc"]) or "body"
    every = [{"field": ".".join(map(str, e["loc"])), "detail": e["msg"]} for e in errors]
    return problem(
        422, "request_must_be_well_formed", errors[0]["msg"], field=field, cure=_READ_THE_DOCUMENT, problems=every
    )
