"""Four services carry out a whole case, each as its own user, and none of them needs more than it was granted."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaProducer
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from redress.acl.kafka_rights import PLATFORM, user_of
from redress.acl.mongo_rights import MONGO_USERS, Grant, mongo_roles
from redress.acl.secrets import ADMIN, make_secrets
from redress.demo.world import World
from redress.registry import views_of
from shared.adapters.failures import Misconfigured
from shared.adapters.kafka_security import client_options
from shared.adapters.mongo_keys import keep_new_master
from shared.adapters.mongo_users import password_in
from shared.adapters.ports import open_ports
from shared.adapters.settings import MongoSettings, Settings
from shared.contracts.topology import SERVICES
from tests.kit.guarded import Guarded, first_user, guarded_mongo
from tests.kit.replicas import until
from tests.kit.whole_case import Guard, guarded_services, play

pytestmark = [pytest.mark.connected, pytest.mark.timeout(300)]


_POISON: Final = "poison came to intake alone"
_UPLOAD: Final = "no upload broke off, and no file was over its time"
UNUSED: Final[Mapping[tuple[str, str], str]] = {
    ("reads", "find"): "nobody asked who had read the case",
    ("view", "find"): "of some views nothing was asked",
    ("parked", "insert"): _POISON,
    ("parked", "remove"): _POISON,
    ("parked", "update"): _POISON,
    ("people", "insert"): "whoever writes to evidence has written to intake before",
    ("blob_intents", "update"): _UPLOAD,
    ("blobs.chunks", "remove"): _UPLOAD,
    ("blobs.files", "remove"): _UPLOAD,
    ("stored_files", "remove"): _UPLOAD,
    ("stored_files", "update"): _UPLOAD,
    ("uploads", "insert"): _UPLOAD,
    ("uploads", "listIndexes"): _UPLOAD,
    ("uploads", "remove"): _UPLOAD,
    ("uploads", "update"): _UPLOAD,
}
"""What services were granted and did not need in this case, and why they may in another."""


@dataclass(frozen=True)
class Ran:
    """What a whole case under least privilege left behind."""

    guard: Guard
    checked: int
    recorded: Mapping[str, frozenset[tuple[str, str, str]]]
    said: Mapping[str, str]


@pytest.fixture(scope="module")
async def ran(granted: Guarded, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ran]:
    """The databases laid out by an administrator, then services, case and tools under users of their own."""
    guard = Guard(tmp_path_factory.mktemp("least"), granted)
    with guarded_mongo(guard.folder) as mongo:
        make_secrets(guard.secrets, (), (*MONGO_USERS, ADMIN), mongo, "directConnection=true")
        keep_new_master(guard.folder / "master.key", "own")
        first_user(mongo, ADMIN, password_in((guard.secrets / ADMIN / "mongo__url").read_text()))
        await guard.redress(ADMIN, "acl", "mongo", "--apply", str(guard.secrets))
        await guard.redress(ADMIN, "mongo", "prepare")
        said: dict[str, str] = {}

        async def then(world: World, case: str) -> None:
            await _park_and_drop(guard)
            said["erased"], said["rebuilt"], said["lag"] = await asyncio.gather(
                guard.operator("person", "erase", "gone", "--yes"),
                guard.operator("rebuild", "intake", "case_timeline"),
                guard.operator("lag"),
            )
            said["verified"] = await guard.operator("verify")
            copied = ("--into", str(guard.folder / "backup"), "--vault", str(guard.folder / "backup-of-keys"))
            said["backup"] = await guard.operator("backup", *copied)
            said["checked"] = await guard.operator("restore", "--check", str(guard.folder / "backup"))

        with guarded_services(guard) as processes:
            checked = await play(guard, processes, then)
        recorded = guard.recorded()
        await _lose_and_restore(guard, said)
        yield Ran(guard, checked, recorded, said)


async def _lose_and_restore(guard: Guard, said: dict[str, str]) -> None:
    """All databases are lost; the administrator restores them, and the operator looks whether all of it is there."""
    restore = ("restore", str(guard.folder / "backup"), "--vault", str(guard.folder / "backup-of-keys"), "--kafka-kept")
    with MongoClient[dict[str, Any]]((guard.secrets / ADMIN / "mongo__url").read_text().strip()) as admin:
        for name in (*(f"redress_{service}" for service in SERVICES), "redress_keys"):
            admin.drop_database(name)

    # Until the sessions of the stopped services are over Kafka counts them as members, and a restore is refused.
    said["restored"] = await until("the services are gone", lambda: guard.redress(ADMIN, *restore))
    await guard.redress(ADMIN, "mongo", "prepare")
    said["verified again"] = await guard.operator("verify")


async def _park_and_drop(guard: Guard) -> None:
    """Poison on the topic of orders, dropped by the operator."""
    producer = AIOKafkaProducer(**client_options(guard.kafka.login(PLATFORM)))
    await producer.start()
    try:
        await producer.send_and_wait("order.recorded", b"poison", key=b"poisoned")
    finally:
        await producer.stop()

    async def parked() -> str | None:
        found = re.search(r"│ intake +│ (\S+) ", await guard.operator("parked", "list", "intake"))
        return found and found[1]

    await guard.operator("parked", "drop", "intake", await until("the poison is parked", parked))


async def test_a_whole_case_is_played_by_users_who_may_do_no_more_than_they_need(ran: Ran) -> None:
    """Also: the operator's tools work as the operator, and what they prove is that nothing was lost on the way."""
    assert ran.checked > 90, ran.checked
    assert "was destroyed at" in ran.said["erased"]
    assert "live: case_timeline" in ran.said["rebuilt"]
    assert "0" in ran.said["verified"], ran.said["verified"]
    assert "is complete" in ran.said["backup"]
    assert "is sound" in ran.said["checked"]
    assert "commits and" in ran.said["restored"], ran.said["restored"]
    assert "0" in ran.said["verified again"], ran.said["verified again"]
    assert all(f"{service}.policies" in ran.said["lag"] for service in SERVICES), ran.said["lag"]


async def test_every_command_to_mongodb_is_within_its_users_role(ran: Ran) -> None:
    """INVARIANT: the stand-in for MongoDB looks at rights by database only, so each collection is held against the
    role here: whoever sends a command that MongoDB would refuse, in all of a case, fails this.
    """
    roles = {user: _cells(grants) for user, grants in mongo_roles().items()}
    of_ours = {user: seen for user, seen in ran.recorded.items() if user != ADMIN}

    assert set(of_ours) == set(MONGO_USERS)
    outside = {user: sorted(seen - roles[user]) for user, seen in of_ours.items()}
    assert not any(outside.values()), outside


async def test_no_role_holds_what_a_whole_case_did_not_need(ran: Ran) -> None:
    """What is granted and was not used is declared, and what is declared and was used is not declared for long."""
    unused = set()
    for service in SERVICES:
        live = {f"{view.name}_v{view.version}_1" for view in views_of(service).values()}
        of_service = _cells(mongo_roles()[user_of(service)]) - ran.recorded[user_of(service)]
        unused |= {(_kind(name), action) for _, name, action in of_service if name in live or _kind(name) == name}

    assert unused == set(UNUSED), (sorted(unused - set(UNUSED)), sorted(set(UNUSED) - unused))


async def test_no_secret_stands_in_what_the_services_said(ran: Ran) -> None:
    """Every password, URL and master key of this run, looked for in all that was logged and in all that was printed."""
    folder = ran.guard.secrets
    secrets = {file.read_text().strip() for file in folder.rglob("*__password")}
    secrets |= {password_in(file.read_text().strip()) for file in folder.rglob("mongo__url")}
    secrets.add((ran.guard.folder / "master.key").read_text().strip().partition(":")[2])
    words = ran.guard.words() + "".join(ran.said.values())

    assert len(words) > 1000
    assert len(secrets) > 12
    assert not [secret for secret in secrets if secret in words]


async def test_what_the_server_can_tell_apart_it_refuses(ran: Ran) -> None:
    """The stand-in knows databases and actions: another service's database, users, indexes, and the log's removal."""
    url = (ran.guard.secrets / user_of("intake") / "mongo__url").read_text().strip()
    tried: dict[str, Callable[[MongoClient[dict[str, Any]]], object]] = {
        "read another's log": lambda c: c["redress_mediation"]["log"].find_one(),
        "write into another's log": lambda c: c["redress_mediation"]["log"].insert_one({}),
        "make an index": lambda c: c["redress_intake"]["log"].create_index("x"),
        "drop the log": lambda c: c["redress_intake"].command("drop", "log"),
        "make a user": lambda c: c["admin"].command("createUser", "x", pwd=url, roles=["root"]),
    }
    with MongoClient[dict[str, Any]](url) as client:
        for what, attempt in tried.items():
            with pytest.raises(OperationFailure, match="not authorized"):
                raise AssertionError(f"{what}: {attempt(client)}")


async def test_a_service_that_finds_an_index_missing_says_who_can_make_it(ran: Ran) -> None:
    """INVARIANT: services start without the right to lay anything out, and say so instead of starting broken."""
    secrets = ran.guard.secrets
    own = SecretStr((secrets / user_of("intake") / "mongo__url").read_text().strip())
    settings = Settings(mongo=MongoSettings(url=own, database="redress_intake"))
    with MongoClient[dict[str, Any]]((secrets / ADMIN / "mongo__url").read_text().strip()) as admin:
        admin["redress_intake"]["log"].drop_index("cause")
        try:
            with pytest.raises(Misconfigured, match=r"index cause of redress_intake\.log: .*redress mongo prepare"):
                await open_ports(settings, "intake")
        finally:
            admin["redress_intake"]["log"].create_index([("lane", 1), ("cause.id", 1)], unique=True, name="cause")
    ports = await open_ports(settings, "intake")
    await ports.close()


def _cells(grants: Iterable[Grant]) -> set[tuple[str, str, str]]:
    return {(grant.database, grant.collection or "-", action) for grant in grants for action in grant.actions}


def _kind(collection: str) -> str:
    """The collection, or `view` for one of many."""
    return "view" if re.search(r"_v\d+_\d+$", collection) else collection
