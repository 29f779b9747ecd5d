"""`redress topics` and `redress lag`."""

import asyncio

from cyclopts import App
from rich.console import Console
from rich.table import Table

from shared.adapters.kafka_client import create_topics
from shared.adapters.kafka_looking import count_topics, lags
from shared.adapters.settings import Settings
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


def lag() -> None:
    """How far each service is behind, in facts."""
    table = Table("group", "taken", "lag")
    for one in asyncio.run(lags(Settings())):
        table.add_row(one.group, str(one.taken), str(one.behind))
    console.print(table)
