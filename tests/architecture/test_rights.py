"""What `redress acl` grants follows from the topology and the adapters, and is the same in every form."""

import json
import re
import shlex
from collections.abc import Iterable
from itertools import pairwise

import yaml

from redress.acl import kafka_forms, mongo_forms
from redress.acl.kafka_rights import OPERATOR, PLATFORM, TOPICS, USERS, inbound, kafka_rights, user_of
from redress.acl.mongo_rights import COLLECTIONS, FILES, KEYS, mongo_roles, view_collections
from redress.registry import views_of
from shared.adapters.kafka_acls import Operation, Resource
from shared.contracts.topology import CONTRACTS, SERVICES, topics
from tests.architecture.tree import modules

_NAMED = re.compile(
    r"""database\["([a-z_]+)"\]|get_collection\("([a-z_]+)"|MongoRegister\(database, "([a-z_]+)"|\{bucket\}(\.[a-z]+)"""
)


def collections_named(source: str) -> set[str]:
    """Every collection that an adapter opens by name."""
    return {"".join(names) for names in _NAMED.findall(source)}


def users_who(operation: Operation, name: str) -> set[str]:
    return {right.user for right in kafka_rights() if (right.operation, right.name) == (operation, name)}


def test_every_topic_has_writers_and_readers_and_is_made_by_the_job_alone() -> None:
    for topic in topics():
        assert users_who(Operation.WRITE, topic), topic
        assert users_who(Operation.READ, topic) >= {OPERATOR}, topic
        assert users_who(Operation.CREATE, topic) == {TOPICS}, topic


def test_a_fact_is_written_by_the_services_that_tell_it_and_by_nobody_else() -> None:
    """INVARIANT: nobody puts words into a service's mouth; what comes from outside is the platform's to write."""
    for contract in CONTRACTS:
        writers = users_who(Operation.WRITE, contract.TOPIC)
        assert writers == {PLATFORM} if contract.TOPIC in inbound() else PLATFORM not in writers, contract.TOPIC
        if contract.SOURCE in SERVICES:
            assert writers == {user_of(contract.SOURCE)}, contract.TOPIC


def test_every_consumer_group_belongs_to_one_user() -> None:
    owners = [
        right.name for right in kafka_rights() if right.resource is Resource.GROUP and right.operation is Operation.READ
    ]

    assert len(owners) == len(set(owners)) == len(SERVICES) + 1


def test_the_forms_for_kafka_say_the_same() -> None:
    wanted = {(f"User:{r.user}", r.resource.name.lower(), r.name, r.operation.name.lower()) for r in kafka_rights()}

    as_json = {
        (one["principal"], one["resource"], one["name"], one["operation"])
        for one in json.loads(kafka_forms.as_json(kafka_rights()))
    }
    as_strimzi = {
        (f"User:{user['metadata']['name']}", acl["resource"]["type"], acl["resource"]["name"], operation.lower())
        for user in yaml.safe_load_all(kafka_forms.as_strimzi(kafka_rights(), "main"))
        for acl in user["spec"]["authorization"]["acls"]
        for operation in acl["operations"]
    }
    commands = [line for line in kafka_forms.as_commands(kafka_rights()).splitlines() if line.startswith("kafka-acls")]

    assert as_json == as_strimzi == {right for line in commands for right in _in_command(line)} == wanted
    assert len({user for user, *_ in wanted}) == len(USERS)


def _in_command(line: str) -> Iterable[tuple[str, str, str, str]]:
    words = shlex.split(line)
    said = list(pairwise(words))
    user, operation = dict(said)["--allow-principal"], dict(said)["--operation"].lower()
    for word, name in said:
        if word in {"--topic", "--group"}:
            yield user, word[2:], name, operation


def test_every_collection_that_an_adapter_opens_is_declared_and_no_other() -> None:
    named = {name for path in modules("shared/adapters") for name in collections_named(path.read_text("utf-8"))}
    declared = {*COLLECTIONS, *FILES, *KEYS}

    assert {name if not name.startswith(".") else f"blobs{name}" for name in named} == declared


def test_a_planted_collection_is_found() -> None:
    assert collections_named('self._x = database["ledger"]\nMongoRegister(database, "notes", Note)') == {
        "ledger",
        "notes",
    }


def test_nobody_may_change_or_remove_what_stands_in_the_log() -> None:
    """INVARIANT: the log and the reads can be added to and looked at, by every role that there is."""
    for collection in ("log", "reads"):
        grants = [grant for grants in mongo_roles().values() for grant in grants if grant.collection == collection]
        assert len(grants) == len(SERVICES) * 2, collection
        for grant in grants:
            assert set(grant.actions) <= {"changeStream", "find", "insert", "listIndexes"}, grant
    assert not any(
        set(grant.actions) & {"createIndex", "dropCollection", "dropIndex"}
        for user, grants in mongo_roles().items()
        for grant in grants
        if user != OPERATOR or grant.collection in {*COLLECTIONS, *FILES, *KEYS}
    )


def test_a_service_has_no_right_in_the_database_of_another() -> None:
    for service in SERVICES:
        databases = {grant.database for grant in mongo_roles()[user_of(service)]}
        assert databases == {f"redress_{service}", "redress_keys"}


def test_a_role_covers_the_views_of_this_release_and_of_the_one_before() -> None:
    for service in SERVICES:
        for view in views_of(service).values():
            covered = set(view_collections(service, 2))
            assert {f"{view.name}_v{view.version}_1", f"{view.name}_v{view.version}_2"} <= covered
            assert view.version == 1 or f"{view.name}_v{view.version - 1}_1" in covered


def test_the_forms_for_mongodb_hold_the_roles_and_no_password() -> None:
    script, documents = mongo_forms.as_script(mongo_roles()), json.loads(mongo_forms.as_json(mongo_roles()))
    privileges = {user: [grant.privilege for grant in grants] for user, grants in mongo_roles().items()}

    assert {role["createRole"]: role["privileges"] for role in documents["roles"]} == privileges
    assert {user["createUser"]: user["roles"] for user in documents["users"]} == {
        user: [{"role": user, "db": "admin"}] for user in privileges
    }
    assert json.loads(script.partition("const roles = ")[2].partition(";\n")[0]) == privileges
    assert not any("pwd" in user for user in documents["users"])
