"""`redress topics` and `redress lag`."""

import asyncio
from pathlib import Path

from cyclopts import App
from rich.console import Console
from rich.table import Table

from redress.recording import record_topics
from shared.adapters.kafka_client import create_topics
from shared.adapters.kafka_looking import count_topics, lags
from shared.adapters.settings import Settings
from shared.contracts.topology import CONTRACTS
from shared.contracts.topology import topics as all_topics

app = App(name="topics", help="The topics of the system.")
console = Console()


def settings_at(bootstrap: str | None) -> Settings:
    """The settings, with another bootstrap server where one is given."""
    settings = Settings()
    if bootstrap is None:
        return settings
    return settings.model_copy(update={"kafka": settings.kafka.model_copy(update={"bootstrap": bootstrap})})


@app.command
def create(*, bootstrap: str | None = None, replication: int = 1) -> None:
    """Create the topics that are missing; safe to repeat.

    Parameters
    ----------
    bootstrap
        Kafka to ask instead of REDRESS_KAFKA__BOOTSTRAP.
    replication
        Copies of each partition.
    """
    settings = settings_at(bootstrap)
    created = asyncio.run(create_topics(settings.kafka, all_topics(), settings.lanes, replication))
    console.print(f"{len(created)} topics created, {len(all_topics()) - len(created)} were there")


@app.default
def show() -> None:
    """Every topic and how many records it holds."""
    table = Table("topic", "records")
    for count in asyncio.run(count_topics(Settings())):
        table.add_row(count.topic, str(count.records))
    console.print(table)


@app.command
def record(*topic: str, out: Path, bootstrap: str | None = None) -> None:
    """Write what stands on topics to a file, for tests that replay it: `redress-contracts` has a pytest plugin.

    Texts that people wrote are sealed on the topics and stay so; ids, order contents and amounts are as they are.

    Parameters
    ----------
    topic
        The topics; every topic of published facts by default.
    out
        The file to write; it is whole, or it is not there.
    bootstrap
        Kafka to ask instead of REDRESS_KAFKA__BOOTSTRAP.
    """
    if unknown := sorted(set(topic) - set(all_topics())):
        raise LookupError(f"no topic of Redress is called {', '.join(unknown)}; `redress topics` lists them")
    names = topic or tuple(contract.TOPIC for contract in CONTRACTS)
    count = asyncio.run(record_topics(settings_at(bootstrap), names, out))
    console.print(f"{out}: {count} records of {len(names)} topics", highlight=False)


def lag() -> None:
    """How far each service is behind, in facts."""
    table = Table("group", "taken", "lag")
    for one in asyncio.run(lags(Settings())):
        table.add_row(one.group, str(one.taken), str(one.behind))
    console.print(table)
