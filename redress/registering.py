"""Contracts put into a schema registry with Confluent's REST interface, once per release.

Subjects are the contracts' own names: a fact's type, or service and command. Repeating it changes nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import httpx
import stamina
from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from redress.releases import Contracts
from shared.adapters.failures import Misconfigured, Unreachable

Level = Literal["NONE", "BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE", "FORWARD_TRANSITIVE", "FULL_TRANSITIVE"]

_MEDIA: Final = "application/vnd.schemaregistry.v1+json"
_TRIES: Final = 5
_UNKNOWN_SUBJECT: Final = 40401
_UNKNOWN_SCHEMA: Final = 40403


class RegistrySettings(BaseSettings):
    """Who registers: a user with a password, or a bearer token; neither where the registry asks for none."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_REGISTRY_", frozen=True)

    username: str | None = None
    password: SecretStr | None = None
    token: SecretStr | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "RegistrySettings":
        if (self.username is None) != (self.password is None) or (self.token and self.username):
            raise Misconfigured(
                "REDRESS_REGISTRY_USERNAME goes with REDRESS_REGISTRY_PASSWORD, and REDRESS_REGISTRY_TOKEN alone"
            )
        return self


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of one contract; `messages` are the registry's own words where it refuses it."""

    name: str
    outcome: Literal["registered", "unchanged", "incompatible"]
    id: int | None = None
    messages: tuple[str, ...] = ()


class _TransientError(Exception):
    """Worth another try: the registry was not reached, was busy, or failed."""


def client_of(url: str, settings: RegistrySettings, timeout: float = 10.0) -> httpx.Client:
    """A client of the registry whose interface begins at `url`, for Apicurio `…/apis/ccompat/v7`."""
    headers = {"Accept": _MEDIA, "Content-Type": _MEDIA}
    auth: httpx.Auth | None = None
    if settings.token is not None:
        headers["Authorization"] = f"Bearer {settings.token.get_secret_value()}"
    if settings.username is not None and settings.password is not None:
        auth = httpx.BasicAuth(settings.username, settings.password.get_secret_value())
    return httpx.Client(base_url=url, headers=headers, auth=auth, timeout=timeout)


def register(contracts: Contracts, client: httpx.Client, level: Level | None = None) -> Iterator[Registered]:
    """Register every contract that the registry does not have yet, after all of them were found compatible.

    Where one is not, it is told with the registry's reasons and none is registered. `level` is set for each subject
    that is registered. Raises Unreachable and Misconfigured.
    """
    new: list[str] = []
    refused: list[Registered] = []
    for name, schema in contracts.items():
        known = _known(client, name, schema)
        if isinstance(known, Registered):
            yield known
        elif known and level != "NONE" and (why := _incompatible(client, name, schema)):
            refused.append(Registered(name, "incompatible", messages=why))
        else:
            new.append(name)
    yield from refused
    for name in () if refused else new:
        if level is not None:
            _ask(client, "PUT", f"/config/{name}", {"compatibility": level})
        answer = _ask(client, "POST", f"/subjects/{name}/versions", _body(contracts[name]))
        if answer.status_code == httpx.codes.CONFLICT:
            yield Registered(name, "incompatible", messages=(_said(answer),))
        else:
            yield Registered(name, "registered", answer.json()["id"])


def _known(client: httpx.Client, name: str, schema: Mapping[str, Any]) -> Registered | bool:
    """The registration of exactly this schema, or whether the subject has others."""
    answer = _ask(client, "POST", f"/subjects/{name}", _body(schema), missing=True)
    if answer.status_code == httpx.codes.NOT_FOUND:
        return bool(answer.json().get("error_code") == _UNKNOWN_SCHEMA)
    return Registered(name, "unchanged", answer.json()["id"])


def _incompatible(client: httpx.Client, name: str, schema: Mapping[str, Any]) -> tuple[str, ...]:
    path = f"/compatibility/subjects/{name}/versions/latest?verbose=true"
    answer = _ask(client, "POST", path, _body(schema)).json()
    return () if answer["is_compatible"] else tuple(answer.get("messages") or ["the registry gives no reason"])


def _ask(
    client: httpx.Client, method: str, path: str, body: Mapping[str, Any], *, missing: bool = False
) -> httpx.Response:
    try:
        for attempt in stamina.retry_context(on=_TransientError, attempts=_TRIES, wait_initial=0.2, wait_max=5.0):
            with attempt:
                answer = _once(client, method, path, body)
    except _TransientError as error:
        raise Unreachable(f"the registry at {client.base_url} failed {_TRIES} times: {error}") from error
    if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise Misconfigured(
            f"the registry refuses the caller ({answer.status_code}): "
            "set REDRESS_REGISTRY_USERNAME and REDRESS_REGISTRY_PASSWORD, or REDRESS_REGISTRY_TOKEN"
        )
    fine = answer.is_success or answer.status_code == httpx.codes.CONFLICT
    if not fine and not (missing and _code(answer) in {_UNKNOWN_SUBJECT, _UNKNOWN_SCHEMA}):
        raise Misconfigured(f"the registry answers {method} {path} with {answer.status_code}: {_said(answer)}")
    return answer


def _once(client: httpx.Client, method: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
    try:
        answer = client.request(method, path, content=json.dumps(body))
    except httpx.TransportError as error:
        raise _TransientError(repr(error)) from error
    if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise _TransientError(f"{answer.status_code} {_said(answer)}")
    return answer


def _body(schema: Mapping[str, Any]) -> dict[str, str]:
    return {"schemaType": "JSON", "schema": json.dumps(in_draft_7(schema), ensure_ascii=False, sort_keys=True)}


def in_draft_7(schema: Any) -> Any:
    """The schema in the draft that every registry can compare: Apicurio 2 answers 500 to a later one.

    Of what our schemas use, only the place of definitions differs.
    """
    if isinstance(schema, list):
        return [in_draft_7(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    changed = {"definitions" if key == "$defs" else key: in_draft_7(value) for key, value in schema.items()}
    if "$schema" in changed:
        changed["$schema"] = "http://json-schema.org/draft-07/schema#"
    if "$ref" in changed:
        changed["$ref"] = changed["$ref"].replace("#/$defs/", "#/definitions/")
    return changed


def _code(answer: httpx.Response) -> int:
    try:
        return int(answer.json()["error_code"])
    except (ValueError, KeyError, TypeError):
        return answer.status_code


def _said(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:300]
