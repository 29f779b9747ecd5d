"""`redress verify`: one command that proves a deployment."""

import asyncio
import sys

from rich.console import Console
from rich.table import Table

from redress.registry import DEFINITIONS
from redress.verifying import verify as verify_service
from shared.adapters.settings import Settings

console = Console()


def verify(*services: str, deep: bool = True) -> None:
    """Replay logs, recompute every view, check positions, sequences, digests and Kafka; print differences.

    Exits with 1 when anything differs. Running services may be a moment behind; that is no difference.

    Parameters
    ----------
    services
        The services to verify; all of them by default.
    deep
        Also read every topic from its start and compare each record with the log.
    """
    settings = Settings()
    table = Table("service", "commits", "facts", "published", "documents", "behind", "to relay", "differences")
    differences: list[str] = []
    for service in services or tuple(DEFINITIONS):
        findings = asyncio.run(verify_service(service, settings, deep=deep))
        names = ("commits", "facts", "published", "documents", "documents behind", "commits to relay", "differences")
        table.add_row(service, *(str(findings.counts[name]) for name in names))
        differences += [f"{service}: {difference}" for difference in findings.differences]
    console.print(table)
    for difference in differences:
        console.print(f"[red]differs[/] {difference}", highlight=False)
    sys.exit(1 if differences else 0)
