"""A folder of secrets for each user, with files named as settings read them from /run/secrets."""

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from shared.adapters.failures import Misconfigured

ADMIN: Final = "redress-admin"
"""Who sets users and rights up: super user of Kafka, root of MongoDB. Nothing that runs all day is this user."""

_BYTES: Final = 24


def make_secrets(folder: Path, users: Iterable[str], of_mongo: Iterable[str], mongo: str, options: str) -> list[str]:
    """Make what users lack in `folder`, readable by our user alone; answers for whom something was made.

    Those in `of_mongo` get one for MongoDB too; `mongo` is its address as the services reach it, and `options` what
    follows `?` in its URL.
    """
    made, of_mongo = [], frozenset(of_mongo)
    for user in dict.fromkeys((*users, *of_mongo)):
        wanted = {"kafka__username": user, "kafka__password": secrets.token_urlsafe(_BYTES)}
        if user in of_mongo:
            wanted["mongo__url"] = f"mongodb://{user}:{secrets.token_urlsafe(_BYTES)}@{mongo}/?{options}"
        own = folder / user
        try:
            own.mkdir(parents=True, exist_ok=True, mode=0o700)
            left = [_left(own / name, content) for name, content in wanted.items()]
        except OSError as error:
            raise Misconfigured(f"no secrets can be left in {own}: {error.strerror}") from error
        made += [user] if any(left) else []
    return made


def kafka_passwords(folder: Path, users: Iterable[str]) -> Mapping[str, str]:
    """The Kafka password of each user; raises Misconfigured naming the file that is not there."""
    return {user: _read(folder / user / "kafka__password") for user in users}


def mongo_urls(folder: Path, users: Iterable[str]) -> Mapping[str, str]:
    """The MongoDB URL of each user, password and all; raises Misconfigured naming the file that is not there."""
    return {user: _read(folder / user / "mongo__url") for user in users}


def _read(file: Path) -> str:
    try:
        found = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{file} cannot be read: make it, or let `redress acl secrets` do so") from error
    if not found:
        raise Misconfigured(f"{file} is empty: a user without a password is nobody's")
    return found


def _left(file: Path, content: str) -> bool:
    """Keep a file that is there: a password that was given out is not changed by asking twice."""
    try:
        with open(file, "x", opener=_for_us_alone) as new:
            new.write(content + "\n")
    except FileExistsError:
        return False
    return True


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
