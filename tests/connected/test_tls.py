"""How a client and Kafka come to trust each other, and that neither takes less for it."""

from pathlib import Path

import pytest
import trustme

from redress.acl.kafka_rights import heard_by, told_by, user_of
from shared.adapters.failures import Misconfigured, Unreachable
from shared.adapters.kafka_client import check_kafka, make_producer
from shared.adapters.settings import KafkaSettings, Settings
from tests.kit.guarded import Guarded

pytestmark = [pytest.mark.connected, pytest.mark.timeout(180)]

INTAKE = user_of("intake")
WRONG = "not-this-one"
TOPICS = set(heard_by("intake") | told_by("intake"))


async def reach(kafka: KafkaSettings) -> None:
    """Log in and ask for intake's topics, as a service does before anything else."""
    await check_kafka(Settings(kafka=kafka), TOPICS)


def changed(kafka: KafkaSettings, **changes: object) -> KafkaSettings:
    return KafkaSettings.model_validate(kafka.model_dump() | changes)


async def test_a_password_over_tls_is_enough(granted: Guarded) -> None:
    await reach(granted.login(INTAKE))


async def test_a_wrong_password_is_named_and_not_shown(granted: Guarded) -> None:
    with pytest.raises(Misconfigured, match="refused the credentials") as refused:
        await reach(changed(granted.login(INTAKE), password=WRONG))

    assert WRONG not in str(refused.value)


async def test_an_authority_that_we_do_not_know_is_not_trusted(granted: Guarded, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")

    with pytest.raises(Misconfigured, match="certificate that is not to be trusted"):
        await reach(changed(granted.login(INTAKE), ca_file=tmp_path / "other.pem"))


async def test_a_certificate_for_another_host_is_not_trusted(granted: Guarded) -> None:
    """The broker's certificate is for 127.0.0.1 alone."""
    port = granted.scram.rpartition(":")[2]

    with pytest.raises(Misconfigured, match="certificate that is not to be trusted"):
        await reach(changed(granted.login(INTAKE), bootstrap=f"localhost:{port}"))


async def test_nothing_is_said_without_encryption_to_a_listener_that_asks_for_it(granted: Guarded) -> None:
    plain = KafkaSettings(bootstrap=granted.scram)

    with pytest.raises(Unreachable):
        await reach(plain)


async def test_a_certificate_says_who_we_are_where_the_broker_asks_for_one(granted: Guarded, tmp_path: Path) -> None:
    own = granted.authority.issue_cert(f"{INTAKE}.internal", common_name=INTAKE)
    own.private_key_and_cert_chain_pem.write_to_path(tmp_path / "own.pem")
    mutual = KafkaSettings.model_validate(
        {"bootstrap": granted.mutual, "security_protocol": "SSL", "ca_file": granted.ca_file}
    )

    await reach(changed(mutual, cert_file=tmp_path / "own.pem"))
    with pytest.raises(Unreachable):
        await reach(mutual)
    with pytest.raises(Misconfigured, match="REDRESS_KAFKA__CERT_FILE"):
        await reach(changed(mutual, cert_file=granted.ca_file))


async def test_a_certificate_that_another_authority_signed_says_nothing(granted: Guarded, tmp_path: Path) -> None:
    trustme.CA().issue_cert(f"{INTAKE}.internal", common_name=INTAKE).private_key_and_cert_chain_pem.write_to_path(
        tmp_path / "own.pem"
    )
    mutual = {"bootstrap": granted.mutual, "security_protocol": "SSL", "ca_file": granted.ca_file}

    with pytest.raises(Unreachable):
        await reach(KafkaSettings.model_validate({**mutual, "cert_file": tmp_path / "own.pem"}))


async def test_a_signed_token_from_a_file_says_who_we_are(granted: Guarded, tmp_path: Path) -> None:
    """The token lasts a connection; one that ran out, or that somebody else signed, opens none."""
    file = tmp_path / "token"
    bearer = KafkaSettings.model_validate(
        {
            "bootstrap": granted.tokens,
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "OAUTHBEARER",
            "token_file": file,
            "ca_file": granted.ca_file,
        }
    )

    file.write_text(granted.token(INTAKE) + "\n")
    await reach(bearer)
    producer = make_producer(Settings(kafka=bearer), "intake")
    await producer.start()
    await producer.stop()
    for wrong in (granted.token(INTAKE, seconds=-600), granted.token(INTAKE)[:-6] + "AAAAAA"):
        file.write_text(wrong)
        with pytest.raises((Misconfigured, Unreachable)):
            await reach(bearer)


async def test_a_topic_that_our_user_may_not_see_is_told_from_one_that_is_missing(granted: Guarded) -> None:
    stranger = granted.login("redress-stranger")

    with pytest.raises(Misconfigured, match=r"does not let user redress-stranger see topic .*redress acl apply"):
        await reach(stranger)
