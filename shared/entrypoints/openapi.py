"""The OpenAPI 3.1 document: what FastAPI reads off the routes, and the problems that each may answer."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from fastapi import FastAPI

from shared.entrypoints.problems import MEDIA_TYPE, Problem

Responses: TypeAlias = dict[int | str, dict[str, Any]]

_SCHEMES: Final = {
    "role": {"type": "apiKey", "in": "header", "name": "X-Redress-Role", "description": "The role of whoever calls."},
    "actor": {"type": "apiKey", "in": "header", "name": "X-Redress-Actor", "description": "The id of whoever calls."},
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "Who calls, signed."},
}
_WAYS: Final[Sequence[dict[str, list[str]]]] = ({"role": [], "actor": []}, {"token": []})
"""What the gateway vouches for, or a token: which, the operator says."""
_REF: Final = "#/components/schemas/{model}"
_WHY: Final[Mapping[int, tuple[str, str]]] = {
    400: ("The body cannot be read at all.", "request_must_be_well_formed"),
    401: ("Nothing says who calls.", "caller_must_be_known"),
    403: ("It is not for this caller.", "only_people_of_the_case"),
    404: ("There is no such thing.", "case_must_exist"),
    408: ("The request came too slowly.", "request_must_come_in_time"),
    409: ("A rule said no: the case as it stands does not allow it.", "case_must_not_be_suspended"),
    410: ("It was there, and what it lay under was destroyed for good.", "person_must_not_be_erased"),
    412: ("The case is at another version than the request is for.", "version_must_match"),
    413: ("The request is too large.", "request_must_not_be_too_large"),
    415: ("The content is of a type that is not served.", "content_must_be_of_a_served_type"),
    416: ("The range is not within the file.", "range_must_be_within_the_file"),
    422: ("The request is not as this document describes it.", "request_must_be_well_formed"),
    429: ("The caller asked more often than is taken from one; try again later.", "rate_must_be_kept"),
    460: ("What came in is not what its checksum says.", "checksum_must_match"),
    500: ("A fault of this service.", "service_must_not_fail"),
    503: ("The store is away, the case is contended, or the view lags; try again.", "store_must_be_reachable"),
}
ETAG: Final = {"ETag": {"description": "The version, as an entity tag.", "schema": {"type": "string"}}}
APPLIED: Final = {
    "Preference-Applied": {
        "description": "Present when the answer is shown by the view already, as `Prefer: wait` asked for.",
        "schema": {"type": "string"},
    }
}
_CHALLENGE: Final = {
    "WWW-Authenticate": {"description": "How to name the caller (RFC 9110).", "schema": {"type": "string"}}
}
LINK: Final = {"Link": {"description": 'The next page, with `rel="next"`.', "schema": {"type": "string"}}}


def problems(*statuses: int) -> Responses:
    """The problem documents that a route may answer; a fault of the service is always one of them."""
    return {status: _documented(status) for status in (*statuses, 500)}


def describe(app: FastAPI) -> None:
    """Let the application's document hold the schema of problems, once."""
    drawn = app.openapi

    def whole() -> dict[str, Any]:
        document = drawn()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas:
            own = Problem.model_json_schema(ref_template=_REF, mode="serialization")
            own["required"] = ["type", "title", "status", "detail", "rule"]  # what does not apply is left out
            schemas |= {**own.pop("$defs", {}), "Problem": own}
            document["components"]["schemas"] = dict(sorted(schemas.items()))
            _guarded(document)
        return document

    app.openapi = whole  # type: ignore[method-assign]


def _guarded(document: dict[str, Any]) -> None:
    """Say of every operation how callers name themselves, and how they are turned away."""
    document["components"]["securitySchemes"] = _SCHEMES
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["security"] = [dict(way) for way in _WAYS]
            told = {str(status): _documented(status) for status in (401, 403, 408, 429, 503)}
            operation["responses"] = dict(sorted((told | operation["responses"]).items()))


def _documented(status: int) -> dict[str, Any]:
    why, rule = _WHY[status]
    example = {
        "type": f"https://redress.invalid/rules/{rule}",
        "title": rule.replace("_", " "),
        "status": status,
        "detail": why,
        "rule": rule,
    }
    retry = {"Retry-After": {"description": "Seconds until it is worth trying again.", "schema": {"type": "string"}}}
    return {
        "description": why,
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}, "example": example}},
        **({"headers": retry} if status in {429, 503} else {}),
        **({"headers": _CHALLENGE} if status == 401 else {}),
    }
