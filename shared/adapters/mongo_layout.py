"""Indexes, made where they are missing. A user who may not make them is told who can (ADR 0026)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from pymongo import IndexModel
from pymongo.errors import OperationFailure

from shared.adapters.failures import Misconfigured

UNAUTHORIZED: Final = 13
CURE: Final = "have it laid out with `redress mongo prepare`, by a user who may"


async def lay_out(collection: Any, indexes: Sequence[IndexModel]) -> None:
    """Make the indexes that are missing; asks for no right to make any when all are there.

    Raises Misconfigured where one is missing and this user may not make it.
    """
    standing = {one["name"]: _shape(one) async for one in collection.list_indexes()}
    missing = [index for index in indexes if standing.get(index.document["name"]) != _shape(index.document)]
    if not missing:
        return
    names = ", ".join(index.document["name"] for index in missing)
    with laid_out_before(f"index {names} of {collection.full_name}"):
        await collection.create_indexes(missing)


@contextmanager
def laid_out_before(what: str) -> Iterator[None]:
    """What is written once for a deployment: raises Misconfigured where it is not there and this user may not."""
    try:
        yield
    except OperationFailure as error:
        if error.code != UNAUTHORIZED:
            raise
        raise Misconfigured(f"MongoDB lacks {what}: {CURE}") from error


def _shape(index: Any) -> tuple[list[tuple[str, int]], bool]:
    return [(field, int(way)) for field, way in index["key"].items()], bool(index.get("unique"))
