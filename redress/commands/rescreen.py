"""`redress rescreen`: evidence files that only an older screener has looked at, looked at by this one."""

import asyncio

from rich.console import Console

from redress.registry import definition_of, opened, settings_for
from services.evidence.app import screening
from shared.adapters.service import Service
from shared.adapters.settings import Settings


def rescreen() -> None:
    """Measure old evidence files anew, beside the running services; what is done twice is recorded once.

    Files of which no newer figures can be had are left alone. Interrupted, it goes on with those that are left.
    """
    Console().print(f"files that were screened again: {asyncio.run(_rescreen(Settings()))}")


async def _rescreen(settings: Settings) -> int:
    async with opened("evidence", settings) as ports:
        service = Service(definition_of("evidence"), settings_for("evidence", settings), ports)
        await service.pointers.refresh()
        try:
            return await screening(service).again()
        finally:
            await service.workers.close()
