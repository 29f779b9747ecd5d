"""A guarded Kafka whose rights are those that the topology asks for."""

from typing import Final

from redress.acl.kafka_rights import TOPICS, USERS
from redress.acl.secrets import ADMIN, make_secrets
from shared.adapters.kafka_acls import kafka_acls
from shared.adapters.kafka_client import create_topics
from shared.contracts.topology import topics
from shared.kernel.lanes import LANES
from tests.kit.command_line import run_redress
from tests.kit.guarded import Guarded

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


def of_admin(guarded: Guarded) -> dict[str, str]:
    """Settings of a process that is Kafka's super user."""
    admin = guarded.admin
    assert admin.password
    return {
        "REDRESS_KAFKA__BOOTSTRAP": admin.bootstrap,
        "REDRESS_KAFKA__SECURITY_PROTOCOL": admin.security_protocol,
        "REDRESS_KAFKA__SASL_MECHANISM": admin.sasl_mechanism,
        "REDRESS_KAFKA__USERNAME": str(admin.username),
        "REDRESS_KAFKA__PASSWORD": admin.password.get_secret_value(),
        "REDRESS_KAFKA__CA_FILE": str(guarded.ca_file),
    }


async def as_admin(guarded: Guarded, *words: str) -> tuple[int, str]:
    """Run `redress` as the super user; answers its exit code and what it printed."""
    return await run_redress(of_admin(guarded), *words)
