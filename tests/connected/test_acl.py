"""Kafka's own authorizer against the rights that `redress acl` generates, with every user asking for everything."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from redress.acl.kafka_forms import as_commands
from redress.acl.kafka_rights import OPERATOR, PLATFORM, USERS, kafka_rights, user_of
from shared.adapters.kafka_acls import Operation, Resource, Right, kafka_acls
from shared.contracts.topology import SERVICES, group_of, topics
from tests.kit.granted import FOREIGN, STRANGER, as_admin
from tests.kit.guarded import Guarded
from tests.kit.kafka_cells import GROUP_WAYS, TOPIC_WAYS, Cell, allowed, cells

pytestmark = [pytest.mark.connected, pytest.mark.timeout(300)]


GROUPS: Final = (*(group_of(service) for service in SERVICES), PLATFORM, "wages")


@pytest.fixture(scope="module")
async def answers(granted: Guarded) -> Mapping[Cell, str]:
    """Every user, every topic and group, every way: what Kafka said."""
    found: dict[Cell, str] = {}
    for user in (*USERS, STRANGER):
        found |= await cells(granted.login(user), [*topics(), FOREIGN], GROUPS)
    return found


async def test_every_cell_of_user_topic_and_way_is_as_the_topology_says(answers: Mapping[Cell, str]) -> None:
    """INVARIANT: whatever the rights do not name is refused, and whatever they name is not. No cell is left out."""
    asked = {cell: answer for cell, answer in answers.items() if cell.kind in {"topic", "group"}}
    everyone, rights = (*USERS, STRANGER), kafka_rights()

    wrong = {cell: answer for cell, answer in asked.items() if (answer != "refused") != allowed(cell, rights)}

    assert not wrong, f"{len(wrong)} of {len(asked)} cells, such as {list(wrong.items())[:5]}"
    assert len(asked) == len(everyone) * ((len(topics()) + 1) * len(TOPIC_WAYS) + len(GROUPS) * len(GROUP_WAYS))
    may = {cell for cell, answer in asked.items() if answer != "refused"}
    assert {(c.user, c.kind, c.name, c.way) for c in may if c.way != "DESCRIBE" or c.user == OPERATOR} >= {
        (right.user, right.resource.name.lower(), right.name, right.operation.name) for right in rights
    }
    print(f"{len(asked)} cells asked, {len(may)} allowed, {len(asked) - len(may)} refused")  # noqa: T201


async def test_nobody_but_the_super_user_touches_the_cluster(answers: Mapping[Cell, str]) -> None:
    """An idempotent producer is the one exception: Kafka lets whoever may write on some topic have one."""
    asked = {cell: answer for cell, answer in answers.items() if cell.kind == "cluster"}
    writers = {right.user for right in kafka_rights() if right.operation is Operation.WRITE}

    assert {cell.way for cell in asked} == {
        *("CREATE", "ALTER", "DESCRIBE", "ALTER_CONFIGS", "DESCRIBE_CONFIGS"),
        *("PASSWORDS", "IDEMPOTENT", "TRANSACTIONAL"),
    }
    assert {(c.user, c.way) for c, answer in asked.items() if answer != "refused"} == {
        (user, "IDEMPOTENT") for user in writers
    }


async def test_a_right_that_is_missing_or_needless_is_found_and_mended(granted: Guarded) -> None:
    """A wildcard for everybody is found as well."""
    lost = Right(user_of("intake"), Resource.TOPIC, "order.recorded", Operation.READ)
    gained = Right(user_of("intake"), Resource.TOPIC, "ruling.issued", Operation.WRITE)
    everybody = Right("*", Resource.TOPIC, "order.recorded", Operation.READ)
    async with kafka_acls(granted.admin) as acls:
        await acls.take_back([lost])
        await acls.grant([gained, everybody])

    code, said = await as_admin(granted, "acl", "check")
    mended, how = await as_admin(granted, "acl", "apply", "--prune")
    then, found = await as_admin(granted, "acl", "check")

    assert code == 1, said
    for line in (f"missing: {lost}", f"needless: {gained}", f"needless: {everybody}"):
        assert line in said, said
    assert (mended, then) == (0, 0), how + found
    assert f"{len(kafka_rights())} rights of {len(USERS)} users: none is missing" in found


async def test_the_script_for_kafkas_own_tool_grants_the_same(granted: Guarded) -> None:
    """The lines of one user are run as printed, after its rights are taken away."""
    users = {PLATFORM}
    rights = {right for right in kafka_rights() if right.user in users}
    async with kafka_acls(granted.admin) as acls:
        await acls.take_back(rights)
        assert not (await acls.granted(users)).rights
        _run_with_kafkas_tool(granted, as_commands(rights))

        assert (await acls.granted(users)).rights == rights


def _run_with_kafkas_tool(granted: Guarded, script: str) -> None:
    """Run a script with `kafka-acls.sh` as Kafka's image has it, which is a way to say this class."""
    tools, admin = granted.folder / "bin", granted.admin
    tools.mkdir()
    libs = os.environ.get("KAFKA_LIBS") or str(Path.home() / ".cache" / "redress-stack" / "kafka-libs")
    tool = tools / "kafka-acls.sh"
    tool.write_text(f'#!/bin/sh\nexec java -cp "{libs}/*" org.apache.kafka.tools.AclCommand "$@"\n')
    tool.chmod(0o755)
    assert admin.password
    login_module = "org.apache.kafka.common.security.plain.PlainLoginModule"
    (granted.folder / "admin.properties").write_text(
        "security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nssl.truststore.type=PEM\n"
        f"ssl.truststore.location={granted.ca_file}\n"
        f'sasl.jaas.config={login_module} required username="{admin.username}" '
        f'password="{admin.password.get_secret_value()}";\n'
    )
    (granted.folder / "acls.sh").write_text(script)
    done = subprocess.run(
        ["sh", str(granted.folder / "acls.sh")],
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "BOOTSTRAP": admin.bootstrap,
            "ADMIN": str(granted.folder / "admin.properties"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
