"""New identifiers, made at the edge only: inside, ids arrive in commands."""

from uuid_utils.compat import uuid7


def new_id() -> str:
    """A UUIDv7: unique, and ordered by the time it was made."""
    return str(uuid7())
