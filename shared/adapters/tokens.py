"""Who a bearer token says is calling: OpenID Connect ID or access tokens, signed JWTs (RFC 7519, RFC 8725)."""

from typing import Any, Final, Protocol

import jwt
from jwt import PyJWK
from jwt.exceptions import (
    ExpiredSignatureError,
    ImmatureSignatureError,
    InvalidAlgorithmError,
    InvalidAudienceError,
    InvalidIssuerError,
    InvalidTokenError,
    MissingRequiredClaimError,
    PyJWTError,
)
from pydantic import BaseModel, ValidationError

from shared.adapters.failures import Misconfigured
from shared.adapters.settings import AuthSettings
from shared.adapters.token_keys import FetchedKeys, FileKeys, Key
from shared.eventing.ports import Clock
from shared.kernel.actors import Actor, Role
from shared.kernel.ids import Id
from shared.kernel.refusals import Refused

TOKEN_RULE: Final = "token_must_be_valid"  # noqa: S105  # a rule's name
_MOST_CHARACTERS: Final = 8192
_NEW_ONE: Final = "sign in again and send the new token"


class TokenKeys(Protocol):
    """Where the issuer's public keys come from."""

    async def key(self, kid: str | None) -> Key | None:
        """The key of that id, or None; raises IssuerAwayError while nothing can be known."""
        ...

    @property
    def known(self) -> bool: ...

    async def run(self) -> None: ...


class _Named(BaseModel):
    role: Role
    id: Id


class BearerTokens:
    """Checks tokens of one issuer, for one audience.

    Only algorithms of the allow-list count, and a key only with its own: what a token's header says of itself chooses
    a key and decides nothing.
    """

    def __init__(self, settings: AuthSettings, keys: TokenKeys, clock: Clock) -> None:
        self.keys = keys
        self._settings = settings
        self._clock = clock

    async def actor_of(self, token: str) -> Actor | Refused:
        """The caller, or why the token does not count. Raises IssuerAwayError while no key can be had."""
        if len(token) > _MOST_CHARACTERS:
            return _refused("it is longer than any token", _NEW_ONE)
        try:
            header = jwt.get_unverified_header(token)
            key = await self.keys.key(header.get("kid"))
            if key is None:
                return _refused("its key is none of the issuer's", _NEW_ONE)
            claims = self._claims(token, key, str(header.get("alg")))
        except PyJWTError as error:
            return _refused(*_why(error))
        return self._named(claims)

    def _claims(self, token: str, key: Key, algorithm: str) -> dict[str, Any]:
        if algorithm not in self._settings.algorithms or key.get("alg", algorithm) != algorithm:
            raise InvalidAlgorithmError(algorithm)
        claims: dict[str, Any] = jwt.decode(
            token,
            PyJWK(dict(key), algorithm),
            algorithms=[algorithm],
            issuer=self._settings.issuer,
            audience=self._settings.audience,
            options={"require": ["exp", "iat", "iss", "aud", self._settings.actor_claim], "verify_exp": False,
                     "verify_nbf": False, "verify_iat": False},
        )  # fmt: skip
        self._in_time(claims)
        return claims

    def _in_time(self, claims: dict[str, Any]) -> None:
        """The library's own check reads the system's clock; ours is a port."""
        now, leeway = self._clock.now().timestamp(), self._settings.leeway_seconds
        try:
            expires, *starts = (float(claims[name]) for name in ("exp", "iat", "nbf") if name in claims)
        except (TypeError, ValueError) as error:
            raise InvalidTokenError("its instants are no numbers") from error
        if expires + leeway <= now:
            raise ExpiredSignatureError
        if max(starts) - leeway > now:
            raise ImmatureSignatureError

    def _named(self, claims: dict[str, Any]) -> Actor | Refused:
        settings = self._settings
        role, actor = claims.get(settings.role_claim), claims.get(settings.actor_claim)
        try:
            named = _Named.model_validate({"role": role, "id": actor})
        except ValidationError as error:
            wrong = settings.role_claim if error.errors()[0]["loc"][0] == "role" else settings.actor_claim
            cure = "let the issuer put in one role of Redress, and the id that orders and rosters know"
            return _refused(f"its claim {wrong} names nothing that there is", cure)
        return Actor(role=named.role, id=named.id)


def open_tokens(settings: AuthSettings, clock: Clock) -> BearerTokens | None:
    """What checks tokens, or None where a gateway names the callers; raises Misconfigured with one clear line."""
    if settings.mode != "jwt":
        return None
    for name in ("issuer", "audience"):
        if not getattr(settings, name):
            raise Misconfigured(f"REDRESS_AUTH__{name.upper()} is missing: tokens of any {name} would count")
    if (settings.jwks_file is None) == (settings.jwks_url is None):
        raise Misconfigured("set one of REDRESS_AUTH__JWKS_URL and REDRESS_AUTH__JWKS_FILE")
    if settings.jwks_file is not None:
        return BearerTokens(settings, FileKeys(settings.jwks_file), clock)
    return BearerTokens(settings, FetchedKeys(str(settings.jwks_url), clock), clock)


def require_mode(settings: AuthSettings) -> None:
    """Raise Misconfigured unless it is said how callers are known."""
    if settings.mode is None:
        raise Misconfigured(
            "nothing says how callers are known: set REDRESS_AUTH__MODE=jwt, or =gateway where only your gateway "
            "reaches this process and names the caller in X-Redress-Role and X-Redress-Actor"
        )


def _why(error: PyJWTError) -> tuple[str, str]:
    match error:
        case ExpiredSignatureError():
            return "it has expired", _NEW_ONE
        case ImmatureSignatureError():
            return "it is not valid yet", "set the clocks of issuer and service"
        case InvalidIssuerError() | InvalidAudienceError():
            return "it was issued by or for another", "ask the issuer that this service trusts for a token for it"
        case MissingRequiredClaimError():
            return f"it lacks the claim {error.claim}", "let the issuer put it in"
        case InvalidAlgorithmError():
            return "it is not signed as this service wants it", "let the issuer sign with an allowed algorithm"
        case _:
            return "it is no token signed by the issuer", _NEW_ONE


def _refused(why: str, cure: str) -> Refused:
    # Never with the token or any part of it: answers are logged.
    return Refused(
        TOKEN_RULE, detail=f"the bearer token does not count: {why}", field="header.authorization", cure=cure
    )
