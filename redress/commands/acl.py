"""`redress acl`: who may do what on Kafka and MongoDB, generated, granted and compared (docs/security.md)."""

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import App, Parameter
from rich.console import Console

from redress.acl import kafka_forms, mongo_forms
from redress.acl.kafka_rights import USERS, kafka_rights
from redress.acl.mongo_rights import BUILDS, MONGO_USERS, Grant, mongo_roles
from redress.acl.secrets import ADMIN, kafka_passwords, make_secrets, mongo_urls
from redress.acl.servers import make_servers
from shared.adapters.clock import SystemClock
from shared.adapters.kafka_acls import Granted, Right, kafka_acls
from shared.adapters.mongo_users import mongo_users, password_in
from shared.adapters.settings import Settings

app = App(name="acl", help="Who may do what on Kafka and MongoDB.")
console = Console()

Form = Literal["commands", "json", "strimzi"]


@app.command
def kafka(*, form: Form = "commands", cluster: str = "kafka") -> None:
    """Print the rights on Kafka.

    Parameters
    ----------
    form
        A script of kafka-acls.sh, JSON, or KafkaUser resources of Strimzi.
    cluster
        For Strimzi: the name of its Kafka resource.
    """
    forms: Final[Mapping[Form, Callable[[Iterable[Right]], str]]] = {
        "commands": kafka_forms.as_commands,
        "json": kafka_forms.as_json,
        "strimzi": partial(kafka_forms.as_strimzi, cluster=cluster),
    }
    sys.stdout.write(forms[form](kafka_rights()))


@app.command
def mongo(
    *,
    form: Literal["script", "json"] = "script",
    builds: int = BUILDS,
    set_with: Annotated[Path | None, Parameter("--apply")] = None,
) -> None:
    """Print the roles on MongoDB; or set them, with their users, as an administrator. Safe to repeat.

    Parameters
    ----------
    form
        A script for mongosh, or JSON.
    builds
        How often each version of a view may have been built (`redress rebuild`).
    set_with
        A folder of `redress acl secrets`: set roles, users and passwords at once instead of printing them.
    """
    roles = mongo_roles(builds)
    if set_with is None:
        sys.stdout.write({"script": mongo_forms.as_script, "json": mongo_forms.as_json}[form](roles))
        return
    passwords = {user: password_in(url) for user, url in mongo_urls(set_with, roles).items()}
    asyncio.run(_set_mongo(roles, passwords))
    console.print(f"{len(roles)} roles and users set", highlight=False)


@app.command
def apply(*, passwords: Path | None = None, prune: bool = False) -> None:
    """Grant the rights on Kafka that are missing; run it as a super user. Safe to repeat.

    Parameters
    ----------
    passwords
        A folder of `redress acl secrets`: also sets the users' passwords (SCRAM-SHA-512) to those in it.
    prune
        Also take back what our users need not.
    """
    asyncio.run(_apply({} if passwords is None else kafka_passwords(passwords, USERS), prune=prune))


@app.command
def check() -> None:
    """Compare the rights on Kafka with those that are needed; ends with 1 when they differ."""
    granted = asyncio.run(_granted())
    _show("missing", sorted(set(kafka_rights()) - granted.rights))
    _show("needless", [*sorted(granted.rights - set(kafka_rights())), *granted.others])
    if granted.rights != set(kafka_rights()) or granted.others:
        sys.exit(1)
    console.print(f"{len(granted.rights)} rights of {len(USERS)} users: none is missing, none is needless")


@app.command
def secrets(folder: Path, *, mongo: str = "mongo:27017", options: str = "replicaSet=rs0&authSource=admin") -> None:
    """Make passwords for every user that has none, as files that settings read from /run/secrets.

    Parameters
    ----------
    folder
        Where to leave them; mount FOLDER/<user> as /run/secrets of whoever works as that user.
    mongo
        MongoDB's address as the services reach it.
    options
        What follows the question mark in MongoDB's URL; `tls=true` belongs here.
    """
    users = (*USERS, ADMIN)
    made = make_secrets(folder, users, (*MONGO_USERS, ADMIN), mongo, options)
    console.print(f"passwords made for {len(made)} users, {len(users) - len(made)} had theirs", highlight=False)


@app.command
def servers(folder: Path, *, users: Path, kafka: str = "kafka", mongo: str = "mongo") -> None:
    """For trying: make what a Kafka and a MongoDB with walls are started with, where it is not there yet.

    An authority, a certificate for each, and the first user of both, who sets up the rest. In production certificates
    come from your own authority.

    Parameters
    ----------
    folder
        Where to leave it; FOLDER/authority/ca.crt is for everybody, FOLDER/kafka and FOLDER/mongo are for the two.
    users
        A folder of `redress acl secrets`.
    kafka
        The host name by which clients reach Kafka.
    mongo
        The host name by which clients reach MongoDB.
    """
    made = make_servers(folder, users, SystemClock().now(), kafka=kafka, mongo=mongo)
    console.print(f"{folder}: {'made' if made else 'there already'}", highlight=False)


async def _set_mongo(roles: Mapping[str, Iterable[Grant]], passwords: Mapping[str, str]) -> None:
    async with mongo_users(Settings().mongo) as users:
        for name, grants in roles.items():
            await users.set_role(name, [grant.privilege for grant in grants])
            await users.set_user(name, passwords[name])


async def _apply(passwords: Mapping[str, str], *, prune: bool) -> None:
    async with kafka_acls(Settings().kafka) as acls:
        if passwords:
            await acls.set_passwords(passwords)
        granted = await acls.granted(USERS)
        missing, needless = set(kafka_rights()) - granted.rights, granted.rights - set(kafka_rights())
        await acls.grant(missing)
        if prune:
            await acls.take_back(needless)
    console.print(f"{len(passwords)} passwords set, {len(missing)} rights granted", highlight=False)
    _show("taken back" if prune else "needless, run with --prune to take back", sorted(needless))
    _show("needless and not of our making, look at them with kafka-acls.sh", granted.others)


async def _granted() -> Granted:
    async with kafka_acls(Settings().kafka) as acls:
        return await acls.granted(USERS)


def _show(what: str, entries: Iterable[object]) -> None:
    for entry in entries:
        console.print(f"{what}: {entry}", highlight=False, soft_wrap=True)
