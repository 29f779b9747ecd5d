"""Bearer tokens: only what the issuer signed, for this service, in time, with an allowed algorithm, counts."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from pydantic import HttpUrl, ValidationError

from shared.adapters.clock import VirtualClock
from shared.adapters.failures import Misconfigured
from shared.adapters.settings import AuthSettings
from shared.adapters.token_keys import FIRST_PAUSE, FRESH, KEPT, PAUSE, FetchedKeys, FileKeys, keys_in
from shared.adapters.tokens import TOKEN_RULE, BearerTokens, open_tokens, require_mode
from shared.eventing.ports import IssuerAwayError
from shared.kernel.actors import Actor, Role
from shared.kernel.refusals import Refused
from tests.kit.deciding import NOON
from tests.kit.tokens import EC, ED, KEYS, RSA, SETTINGS, token

OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
LIN = Actor(role=Role.BUYER, id="lin")
PEM = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest.fixture
def tokens(clock: VirtualClock, tmp_path: Path) -> BearerTokens:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(KEYS))
    return BearerTokens(SETTINGS, FileKeys(file), clock)


async def why(tokens: BearerTokens, sent: str) -> str:
    refused = await tokens.actor_of(sent)
    assert isinstance(refused, Refused), refused
    assert (refused.rule, refused.field) == (TOKEN_RULE, "header.authorization")
    assert refused.cure
    assert not sent or sent not in refused.detail
    return refused.detail


@pytest.mark.parametrize(("key", "algorithm", "kid"), [(RSA, "RS256", "r"), (EC, "ES256", "e"), (ED, "EdDSA", "d")])
async def test_a_token_of_the_issuer_names_the_caller(tokens: BearerTokens, key: Any, algorithm: str, kid: str) -> None:
    assert await tokens.actor_of(token(key, algorithm, kid)) == LIN
    assert await tokens.actor_of(token(key, algorithm, kid, aud=["shop", "redress"])) == LIN


NOW = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"exp": NOW - 31}, "expired"),
        ({"iat": NOW + 31}, "not valid yet"),
        ({"nbf": NOW + 31}, "not valid yet"),
        ({"exp": "soon"}, "no token|no numbers"),
        ({"iss": "https://evil.example"}, "issued by or for another"),
        ({"aud": "shop"}, "issued by or for another"),
        ({"aud": None}, "lacks the claim aud"),
        ({"exp": None}, "lacks the claim exp"),
        ({"iat": None}, "lacks the claim iat"),
        ({"iss": None}, "lacks the claim iss"),
        ({"sub": None}, "lacks the claim sub"),
        ({"sub": ""}, "claim sub names nothing"),
        ({"redress_role": None}, "claim redress_role names nothing"),
        ({"redress_role": "root"}, "claim redress_role names nothing"),
        ({"redress_role": ["buyer", "platform"]}, "claim redress_role names nothing"),
    ],
)
async def test_a_claim_that_does_not_fit_is_refused_by_name(
    tokens: BearerTokens, changes: Mapping[str, Any], said: str
) -> None:
    detail = await why(tokens, token(**changes))
    assert any(part in detail for part in said.split("|")), detail


@pytest.mark.parametrize("changes", [{"exp": NOW - 29}, {"iat": NOW + 29}, {"nbf": NOW + 29}])
async def test_clocks_may_differ_by_the_leeway(tokens: BearerTokens, changes: Mapping[str, Any]) -> None:
    assert await tokens.actor_of(token(**changes)) == LIN


def unsigned(header: Mapping[str, Any]) -> str:
    def part(value: Any) -> str:
        return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = jwt.decode(token(), options={"verify_signature": False})
    return f"{part(header)}.{part(claims)}."


def by_public_key() -> str:
    """The classic confusion: the public key, which everybody has, used as a shared secret."""
    import hmac  # noqa: PLC0415  # jwt refuses to make this token

    head = unsigned({"alg": "HS256", "kid": "r"}).rstrip(".")
    mac = urlsafe_b64encode(hmac.digest(PEM, head.encode(), "sha256")).rstrip(b"=").decode()
    return f"{head}.{mac}"


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (lambda: unsigned({"alg": "none", "kid": "r"}), "not signed as"),
        (lambda: unsigned({"alg": "RS256", "kid": "r"}), "no token signed by the issuer"),
        (by_public_key, "not signed as"),
        (lambda: token(RSA, "RS512"), "not signed as"),
        (lambda: token(RSA, "PS256"), "not signed as"),
        (lambda: token(RSA, "RS256", "e"), "not signed as"),
        (lambda: token(OTHER), "no token signed by the issuer"),
        (lambda: token(kid="unknown"), "none of the issuer's"),
        (lambda: token(kid=None), "none of the issuer's"),
        (lambda: token()[:-4] + "AAAA", "no token signed by the issuer"),
        (lambda: "a.b.c", "no token signed by the issuer"),
        (lambda: "", "no token signed by the issuer"),
        (lambda: token(more="x" * 9000), "longer than any token"),
    ],
)
async def test_what_the_issuer_did_not_sign_is_refused(
    tokens: BearerTokens, forge: Callable[[], str], said: str
) -> None:
    assert said in await why(tokens, forge())


@given(
    sent=st.text() | st.binary().map(lambda raw: raw.decode("latin1")), at=st.integers(0, 700), by=st.integers(1, 127)
)
async def test_no_text_names_a_caller_but_a_token(sent: str, at: int, by: int) -> None:
    class Known:
        known = True

        async def key(self, kid: str | None) -> Any:
            return KEYS["keys"][0]

        async def run(self) -> None:
            """Nothing."""

    tokens = BearerTokens(SETTINGS, Known(), VirtualClock(NOON))
    good = token()
    changed = good[: at % len(good)] + chr(by) + good[at % len(good) + 1 :]

    assert isinstance(await tokens.actor_of(sent), Refused)
    if changed != good:
        found = await tokens.actor_of(changed)
        # The last character of base64url has bits that say nothing.
        assert isinstance(found, Refused) or at % len(good) == len(good) - 1


class Issuer:
    """An issuer's key address that can change its keys, fail, and count who asks."""

    def __init__(self) -> None:
        self.kids = ["r"]
        self.status = 200
        self.asked = 0

    def __call__(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        keys = [{**KEYS["keys"][0], "kid": kid} for kid in self.kids]
        return httpx.Response(self.status, json={"keys": keys})


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def fetched(issuer: Issuer, clock: VirtualClock) -> FetchedKeys:
    return FetchedKeys("https://id.example/keys", clock, httpx.AsyncClient(transport=httpx.MockTransport(issuer)))


async def test_a_new_key_is_found_and_an_old_one_dropped(
    issuer: Issuer, fetched: FetchedKeys, clock: VirtualClock
) -> None:
    assert await fetched.key("r")
    issuer.kids = ["new"]
    clock.advance(PAUSE)

    assert await fetched.key("new")
    assert await fetched.key("r") is None
    assert issuer.asked == 2


async def test_unknown_keys_make_the_service_ask_at_most_once_a_minute(
    issuer: Issuer, fetched: FetchedKeys, clock: VirtualClock
) -> None:
    await fetched.key("r")
    for number in range(100):
        assert await fetched.key(f"invented-{number}") is None
    assert issuer.asked == 1

    clock.advance(PAUSE)
    assert await fetched.key("invented") is None
    assert issuer.asked == 2


async def test_a_withdrawn_key_counts_no_longer_than_keys_are_fresh(
    issuer: Issuer, fetched: FetchedKeys, clock: VirtualClock
) -> None:
    await fetched.key("r")
    issuer.kids = ["new"]

    clock.advance(FRESH)
    assert await fetched.key("r")
    clock.advance(timedelta(milliseconds=1))
    assert await fetched.key("r") is None


async def test_known_keys_count_for_a_day_while_the_issuer_is_away(
    issuer: Issuer, fetched: FetchedKeys, clock: VirtualClock
) -> None:
    await fetched.key("r")
    issuer.status = 500

    clock.advance(KEPT)
    assert await fetched.key("r")
    clock.advance(timedelta(seconds=1))
    with pytest.raises(IssuerAwayError):
        await fetched.key("r")
    issuer.status = 200
    clock.advance(PAUSE)
    assert await fetched.key("r")


async def test_an_issuer_that_was_never_seen_is_asked_again_soon(
    issuer: Issuer, fetched: FetchedKeys, clock: VirtualClock
) -> None:
    issuer.status = 503
    for _ in range(3):
        with pytest.raises(IssuerAwayError):
            await fetched.key("r")
    assert issuer.asked == 1
    issuer.status = 200
    clock.advance(FIRST_PAUSE)
    assert await fetched.key("r")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"keys": []}',
        b'{"keys": [1]}',
        b'{"keys": [{"kty": "oct", "kid": "s", "k": "c2VjcmV0"}]}',
        b'{"keys": [{"kty": "RSA", "kid": "enc", "use": "enc", "n": "AQAB", "e": "AQAB"}]}',
        b'{"keys": [{"kty": "quantum", "kid": "q"}]}',
    ],
)
def test_a_document_without_public_signing_keys_is_none(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"no JSON Web Key Set|no public key"):
        keys_in(content)


def test_keys_of_unknown_kinds_do_not_hinder_the_others() -> None:
    document = {"keys": [{"kty": "quantum", "kid": "q"}, *KEYS["keys"]]}
    assert set(keys_in(json.dumps(document).encode())) == {"r", "e", "d"}


async def test_the_only_key_may_be_meant_without_a_name(clock: VirtualClock, tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    bare = {name: value for name, value in KEYS["keys"][0].items() if name != "kid"}
    file.write_text(json.dumps({"keys": [bare]}))

    assert await BearerTokens(SETTINGS, FileKeys(file), clock).actor_of(token(kid=None)) == LIN


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"issuer": None}, "REDRESS_AUTH__ISSUER is missing"),
        ({"audience": ""}, "REDRESS_AUTH__AUDIENCE is missing"),
        ({}, "set one of REDRESS_AUTH__JWKS_URL and"),
        ({"jwks_file": Path("a"), "jwks_url": HttpUrl("https://id.example")}, "set one of"),
        ({"jwks_file": Path("/nowhere/keys.json")}, r"REDRESS_AUTH__JWKS_FILE: keys\.json: .*No such file"),
    ],
)
def test_settings_that_would_let_anyone_in_are_refused(
    clock: VirtualClock, changes: Mapping[str, Any], said: str
) -> None:
    with pytest.raises(Misconfigured, match=said):
        open_tokens(SETTINGS.model_copy(update=dict(changes)), clock)


def test_a_service_is_told_how_callers_are_known() -> None:
    with pytest.raises(Misconfigured, match="REDRESS_AUTH__MODE=jwt"):
        require_mode(AuthSettings())
    for mode in ("jwt", "gateway"):
        require_mode(AuthSettings(mode=mode))
    assert open_tokens(AuthSettings(mode="gateway"), VirtualClock(NOON)) is None


@pytest.mark.parametrize("algorithm", ["HS256", "none", "rs256"])
def test_symmetric_algorithms_cannot_be_allowed(algorithm: str) -> None:
    with pytest.raises(ValidationError):
        AuthSettings.model_validate({"algorithms": [algorithm]})
