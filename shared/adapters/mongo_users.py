"""Users and roles of MongoDB, set to what they should be by an administrator."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from pymongo.errors import OperationFailure
from pymongo.uri_parser import parse_uri

from shared.adapters.failures import Misconfigured
from shared.adapters.mongo_client import Database, open_database
from shared.adapters.settings import MongoSettings

_NO_SUCH_USER: Final = 11
_NO_SUCH_ROLE: Final = 31


class MongoUsers:
    """Roles and users in the database `admin`; a user and its role share their name."""

    def __init__(self, admin: Database) -> None:
        self._admin = admin

    async def set_role(self, name: str, privileges: Sequence[Mapping[str, Any]]) -> None:
        """Let the role be exactly these privileges. Raises Misconfigured where MongoDB refuses."""
        await self._set("Role", name, _NO_SUCH_ROLE, privileges=list(privileges), roles=[])

    async def set_user(self, name: str, password: str) -> None:
        """Let there be a user with its role and this password. Raises Misconfigured where MongoDB refuses."""
        await self._set("User", name, _NO_SUCH_USER, pwd=password, roles=[{"role": name, "db": "admin"}])

    async def _set(self, what: str, name: str, absent: int, **parts: Any) -> None:
        try:
            try:
                await self._admin.command(f"update{what}", name, **parts)
            except OperationFailure as error:
                if error.code != absent:
                    raise
                await self._admin.command(f"create{what}", name, **parts)
        except OperationFailure as error:
            # Not the error as it came: it may quote the command, with the password in it.
            named = (error.details or {}).get("codeName", error.code)
            raise Misconfigured(
                f"MongoDB does not set {what.lower()} {name} ({named}): is this an administrator?"
            ) from None


@asynccontextmanager
async def mongo_users(settings: MongoSettings) -> AsyncIterator[MongoUsers]:
    """MongoDB's users, for as long as the `with` block runs; raises StartFailure with one clear line."""
    admin = await open_database(settings.url.get_secret_value(), "admin")
    try:
        yield MongoUsers(admin)
    finally:
        admin.client.close()


def password_in(url: str) -> str:
    """The password of a MongoDB URL; raises Misconfigured without showing it."""
    try:
        # Not validated: options may name a file that only the user's own process has, such as tlsCAFile.
        password = parse_uri(url, validate=False)["password"]
    except Exception:  # noqa: BLE001  # whatever it is, it may quote the URL
        password = None
    if not password:
        raise Misconfigured("a file mongo__url holds no URL with a password")
    return str(password)
