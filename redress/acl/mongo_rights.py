"""Who may do what on MongoDB: every collection, declared once, with what a service does to it (ADR 0026).

The log can be read and added to by nobody in more ways than that: no user has a right to change or remove what stands.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from redress.acl.kafka_rights import OPERATOR, user_of
from redress.registry import views_of
from shared.adapters.settings import KeySettings
from shared.contracts.topology import SERVICES

BUILDS: Final = 8
"""Collections of one view that a role covers: a view is built anew into the next number (`redress rebuild`)."""

COLLECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "log": ("changeStream", "find", "insert", "listIndexes"),
    "deployment": ("find",),
    "views": ("find",),
    "cursors": ("find", "insert", "update"),
    "parked": ("find", "insert", "listIndexes", "remove", "update"),
    "attempts": ("find", "insert", "update"),
    "reads": ("find", "insert", "listIndexes"),
}
"""What every service does in its own database."""

FILES: Final[dict[str, tuple[str, ...]]] = {
    "blobs.files": ("find", "insert", "remove"),
    "blobs.chunks": ("find", "insert", "listIndexes", "remove"),
    "blob_intents": ("find", "insert", "listIndexes", "remove", "update"),
    "stored_files": ("find", "insert", "listIndexes", "remove", "update"),
    "uploads": ("find", "insert", "listIndexes", "remove", "update"),
}
"""What evidence does besides; with REDRESS_FILES__URL the first two stay empty."""

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "people": ("find", "insert", "listIndexes"),
    "masters": ("find",),
}
"""What every service does in the vault. Only intake destroys a key, and only operators wrap keys anew."""

OPERATORS: Final[dict[str, tuple[str, ...]]] = {
    "log": ("changeStream", "find", "listIndexes"),
    "deployment": ("find",),
    "views": ("find", "update"),
    "cursors": ("find", "insert", "update"),
    "parked": ("find", "listIndexes", "update"),
    "reads": ("find", "listIndexes"),
}
"""What `redress` does beside the services, in the database of each: it looks, orders, and builds views anew."""

_VIEW: Final = ("find", "insert", "update")
_REBUILD: Final = ("createIndex", "dropCollection", "listIndexes")
MONGO_USERS: Final = (*(user_of(service) for service in SERVICES), OPERATOR)


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """What one role may do to one collection; an empty collection is the database itself."""

    database: str
    collection: str
    actions: tuple[str, ...]

    @property
    def privilege(self) -> dict[str, Any]:
        """As `createRole` takes it."""
        return {"resource": {"db": self.database, "collection": self.collection}, "actions": list(self.actions)}


def mongo_roles(builds: int = BUILDS) -> Mapping[str, tuple[Grant, ...]]:
    """What each user may do; the role has the user's name. `builds` is how many collections a view may have had."""
    roles = {user_of(service): _merged(_of_service(service, builds)) for service in SERVICES}
    return {**roles, OPERATOR: _merged(_of_operator(builds))}


def view_collections(service: str, builds: int = BUILDS) -> tuple[str, ...]:
    """The collections of a service's views, and those of the release before: both run while one replaces the other."""
    return tuple(name for name, _ in _views(service, builds))


def _views(service: str, builds: int) -> Iterator[tuple[str, bool]]:
    for view in views_of(service).values():
        for version in range(max(1, view.version - 1), view.version + 1):
            for build in range(1, builds + 1):
                yield f"{view.name}_v{version}_{build}", bool(view.indexed)


def _of_service(service: str, builds: int) -> Iterator[Grant]:
    database, vault = f"redress_{service}", KeySettings().database
    yield Grant(database, "", ("dbStats",))
    for name, actions in (COLLECTIONS | (FILES if service == "evidence" else {})).items():
        yield Grant(database, name, actions)
    for name, indexed in _views(service, builds):
        yield Grant(database, name, (*_VIEW, "listIndexes") if indexed else _VIEW)
    for name, actions in KEYS.items():
        yield Grant(vault, name, actions)
    if service == "intake":
        yield Grant(vault, "people", ("update",))


def _of_operator(builds: int) -> Iterator[Grant]:
    vault = KeySettings().database
    yield Grant(vault, "", ("dbStats",))
    yield Grant(vault, "people", (*KEYS["people"], "update"))
    yield Grant(vault, "masters", KEYS["masters"])
    for service in SERVICES:
        database = f"redress_{service}"
        yield Grant(database, "", ("dbStats",))
        for name, actions in OPERATORS.items():
            yield Grant(database, name, actions)
        for name in view_collections(service, builds):
            yield Grant(database, name, (*_VIEW, *_REBUILD))
    for name in FILES:
        yield Grant("redress_evidence", name, ("find",))
    # A person is erased by a command to intake, and files are screened again by one to evidence.
    for service in ("intake", "evidence"):
        yield Grant(f"redress_{service}", "log", ("insert",))


def _merged(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for grant in grants:
        found[grant.database, grant.collection] |= set(grant.actions)
    return tuple(sorted(Grant(*where, tuple(sorted(actions))) for where, actions in found.items()))
