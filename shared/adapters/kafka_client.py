"""Opening Kafka: one set of security options for consumers, producers and admin."""

import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ssl import SSLCertVerificationError

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import (
    KafkaError,
    SaslAuthenticationFailed,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)
from faststream.kafka import KafkaBroker

from shared.adapters.failures import Misconfigured, Unreachable
from shared.adapters.kafka_security import broker_security, client_options, token_provider
from shared.adapters.settings import KafkaSettings, Settings


def client_id(settings: Settings, service: str) -> str:
    """How a replica is known to Kafka: as a client, and as a static member of its group.

    One name for both, because noida-db orders members by client id where Kafka goes by the instance.
    """
    return f"redress-{service}-{settings.instance or socket.gethostname()}"


def make_broker(settings: Settings, service: str) -> KafkaBroker:
    """The FastStream broker that a service's subscriber runs on."""
    return KafkaBroker(
        settings.kafka.bootstrap.split(","),  # aiokafka splits the text itself, FastStream takes it for one host
        client_id=client_id(settings, service),
        security=broker_security(settings.kafka),
        sasl_oauth_token_provider=token_provider(settings.kafka),
        allow_auto_create_topics=False,
        graceful_timeout=20,
        logger=None,
        apply_types=False,
    )


def make_producer(settings: Settings, service: str) -> AIOKafkaProducer:
    """An idempotent producer; order and no loss rest on acks=all and one in-flight batch per partition."""
    return AIOKafkaProducer(
        **client_options(settings.kafka),
        client_id=client_id(settings, service),
        acks="all",
        enable_idempotence=True,
        linger_ms=2,
        max_batch_size=256 * 1024,
        max_request_size=1_048_576,
    )


async def check_kafka(settings: Settings, topics: set[str]) -> None:
    """Prove that Kafka answers and that every topic has as many partitions as there are lanes.

    Raises Unreachable or Misconfigured with one clear line.
    """
    where = settings.kafka.bootstrap
    admin = AIOKafkaAdminClient(**client_options(settings.kafka), request_timeout_ms=10_000)
    try:
        await admin.start()
        described = await admin.describe_topics(sorted(topics))
    except (KafkaError, OSError) as error:
        if why := await _mistaken(settings.kafka):
            raise Misconfigured(f"Kafka at {where} {why}") from error
        raise Unreachable(
            f"Kafka cannot be reached at {where}: is it running, and are REDRESS_KAFKA__* right? ({error})"
        ) from error
    finally:
        await admin.close()
    hidden = sorted(t["topic"] for t in described if t["error_code"] == TopicAuthorizationFailedError.errno)
    if hidden:
        raise Misconfigured(
            f"Kafka does not let user {settings.kafka.username} see topic {', '.join(hidden)}: "
            "have its rights granted by `redress acl apply`, which needs the topics no sooner"
        )
    missing = sorted(topic["topic"] for topic in described if topic["error_code"])
    if missing:
        raise Misconfigured(f"Kafka has no topic {', '.join(missing)}: run `redress topics create` first")
    wrong = {t["topic"]: len(t["partitions"]) for t in described if len(t["partitions"]) != settings.lanes}
    if wrong:
        name, count = next(iter(sorted(wrong.items())))
        raise Misconfigured(
            f"REDRESS_LANES is {settings.lanes}, but topic {name} has {count} partitions: "
            "the two must be the same, and fixed for the life of a deployment"
        )


async def create_topics(
    kafka: KafkaSettings, topics: dict[str, dict[str, str]], partitions: int, replication: int
) -> list[str]:
    """Create the topics that are missing and answer their names. Existing ones are left as they are."""
    admin = AIOKafkaAdminClient(**client_options(kafka))
    try:
        await admin.start()
        wanted = [NewTopic(name, partitions, replication, topic_configs=config) for name, config in topics.items()]
        response = await admin.create_topics(wanted)
    except (KafkaError, OSError) as error:
        raise Unreachable(f"Kafka cannot be reached at {kafka.bootstrap}: {error}") from error
    finally:
        await admin.close()
    created = []
    for topic, code, *message in response.topic_errors:
        if code == TopicAlreadyExistsError.errno:
            continue
        if code:
            raise Misconfigured(
                f"topic {topic} cannot be created: {for_code(code).__name__} {' '.join(map(str, message))}"
            )
        created.append(topic)
    return created


@dataclass(frozen=True, slots=True)
class Kafka:
    """How a process reaches Kafka; wiring tests put doubles in place of the three."""

    check: Callable[[Settings, set[str]], Awaitable[None]] = check_kafka
    broker: Callable[[Settings, str], KafkaBroker] = make_broker
    producer: Callable[[Settings, str], AIOKafkaProducer] = make_producer


async def _mistaken(kafka: KafkaSettings) -> str | None:
    """What a broker has against our credentials, or we against its; aiokafka says only that it could not connect."""
    if kafka.security_protocol == "PLAINTEXT":
        return None
    options = client_options(kafka)
    for host, port, _ in collect_hosts(options.pop("bootstrap_servers")):
        try:
            connection = await create_conn(host, port, request_timeout_ms=10_000, **options)
            connection.close()
        except SaslAuthenticationFailed:
            return "refused the credentials: check REDRESS_KAFKA__USERNAME and REDRESS_KAFKA__PASSWORD"
        except SSLCertVerificationError as error:
            return (
                f"shows a certificate that is not to be trusted: check REDRESS_KAFKA__CA_FILE ({error.verify_message})"
            )
        except (KafkaError, OSError, TimeoutError):
            continue
    return None
