"""An issuer of tokens for tests: its keys, and what it signs."""

from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from shared.adapters.settings import AuthSettings
from tests.kit.deciding import NOON

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
SETTINGS = AuthSettings(mode="jwt", issuer="https://id.example", audience="redress")
KEYS: dict[str, Any] = {
    "keys": [
        {**RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True), "kid": "r", "use": "sig"},
        {**ECAlgorithm.to_jwk(EC.public_key(), as_dict=True), "kid": "e", "alg": "ES256"},
        {**OKPAlgorithm.to_jwk(ED.public_key(), as_dict=True), "kid": "d"},
    ]
}


def token(key: Any = RSA, algorithm: str = "RS256", kid: str | None = "r", **changes: Any) -> str:
    at = int(NOON.timestamp())
    claims: dict[str, Any] = {"iss": "https://id.example", "aud": "redress", "sub": "lin", "redress_role": "buyer"}
    claims |= {"iat": at, "exp": at + 600, **changes}
    stated = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(stated, key, algorithm, headers={"kid": kid} if kid else None)
