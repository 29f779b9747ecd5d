"""A guarded Kafka whose rights are those that the topology asks for."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Final

from redress.acl.kafka_rights import TOPICS, USERS
from redress.acl.secrets import ADMIN, make_secrets
from shared.adapters.kafka_acls import kafka_acls
from shared.adapters.kafka_client import create_topics
from shared.contracts.topology import topics
from shared.kernel.lanes import LANES
from tests.kit.guarded import Guarded
from tests.kit.replicas import ROOT, clean

STRANGER: Final = "redress-stranger"
"""Someone with a password and no rights."""
FOREIGN: Final = "wages.paid"
"""A topic of somebody else on the same Kafka."""


async def grant_everything(guarded: Guarded) -> None:
    """Rights and passwords by `redress acl apply`, and the topics made by their job as its own user."""
    make_secrets(guarded.secrets, (*USERS, STRANGER, ADMIN), (), "", "")
    code, said = await as_admin(guarded, "acl", "apply", "--passwords", str(guarded.secrets))
    assert code == 0, said
    stranger = guarded.login(STRANGER).password
    assert stranger
    async with kafka_acls(guarded.admin) as acls:
        await acls.set_passwords({STRANGER: stranger.get_secret_value()})
    assert set(await create_topics(guarded.login(TOPICS), topics(), LANES, 1)) == set(topics())
    await create_topics(guarded.admin, {FOREIGN: {}}, 1, 1)


async def as_admin(guarded: Guarded, *words: str) -> tuple[int, str]:
    """Run `redress` as the super user; answers its exit code and what it printed."""
    admin = guarded.admin
    assert admin.password
    own = {
        "REDRESS_KAFKA__BOOTSTRAP": admin.bootstrap,
        "REDRESS_KAFKA__SECURITY_PROTOCOL": admin.security_protocol,
        "REDRESS_KAFKA__SASL_MECHANISM": admin.sasl_mechanism,
        "REDRESS_KAFKA__USERNAME": str(admin.username),
        "REDRESS_KAFKA__PASSWORD": admin.password.get_secret_value(),
        "REDRESS_KAFKA__CA_FILE": str(guarded.ca_file),
        "COLUMNS": "250",
    }
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("redress")), *words, env={**clean(os.environ), **own}, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(60):
        said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()
