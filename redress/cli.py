"""The `redress` command."""

import asyncio
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from shared.adapters.kafka_client import create_topics
from shared.adapters.settings import KafkaSettings, Settings
from shared.contracts.topology import topics as all_topics

app = App(name="redress", help="Marketplace dispute intervention: run it, look into it, prove it.")
topics = App(name="topics", help="The topics of the system.")
app.command(topics)
console = Console()


@topics.command
def create(
    *, bootstrap: str | None = None, replication: Annotated[int, Parameter(help="Copies of each partition.")] = 1
) -> None:
    """Create the topics that are missing; safe to repeat."""
    settings = Settings()
    kafka = settings.kafka.model_copy(update={"bootstrap": bootstrap}) if bootstrap else settings.kafka
    created = asyncio.run(create_topics(kafka, all_topics(), settings.lanes, replication))
    console.print(f"{len(created)} topics created, {len(all_topics()) - len(created)} were there")


def main() -> None:
    """Run the command line."""
    app()
