"""The signature over `bundle.json`: Ed25519, with the public key beside it."""

import json
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from shared.bundle.chains import canonical
from shared.bundle.container import MismatchError
from shared.bundle.manifest import SIGNATURE

_ALGORITHM: Final = "Ed25519"


class KeyUnfitError(ValueError):
    """A key that is no Ed25519 key in PEM."""


def signing_key(pem: bytes) -> Ed25519PrivateKey:
    """The private key; raises KeyUnfitError saying how to make one."""
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise KeyUnfitError("the signing key is not an unencrypted PEM private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnfitError("the signing key is no Ed25519 key; make one with: openssl genpkey -algorithm ed25519")
    return key


def public_key(pem: bytes) -> bytes:
    """The 32 bytes of a public key; raises KeyUnfitError."""
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise KeyUnfitError("the public key is not in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnfitError("the public key is no Ed25519 key")
    return key.public_bytes_raw()


def signed(manifest: bytes, key: Ed25519PrivateKey) -> bytes:
    """The content of `bundle.sig`. Ed25519 is deterministic: the same key and manifest give the same bytes."""
    return _written(key.public_key().public_bytes_raw(), key.sign(manifest))


def check_signature(content: bytes, manifest: bytes, expected: bytes | None) -> str:
    """The public key, in hex, under which the signature holds; raises MismatchError where it does not."""
    try:
        read = json.loads(content.decode())
        key, signature = bytes.fromhex(read["public_key"]), bytes.fromhex(read["signature"])
    except (ValueError, LookupError, TypeError) as error:
        raise MismatchError(SIGNATURE, f"cannot be read ({type(error).__name__})") from error
    if content != _written(key, signature):
        raise MismatchError(SIGNATURE, "is not in the canonical spelling")
    if expected is not None and key != expected:
        raise MismatchError(SIGNATURE, f"is by key {key.hex()}, not by the one that was given")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, manifest)
    except (InvalidSignature, ValueError) as error:
        raise MismatchError(SIGNATURE, "does not hold for bundle.json") from error
    return key.hex()


def _written(key: bytes, signature: bytes) -> bytes:
    return canonical({"algorithm": _ALGORITHM, "public_key": key.hex(), "signature": signature.hex()})
