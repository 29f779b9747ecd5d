"""Telling everything again from the logs: after Kafka was lost, and after every restore."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import orjson

from redress.recovery.world import GROUPS, OUTSIDE, TOLD, databases
from redress.whole_file import whole_file
from shared.adapters.failures import Misconfigured
from shared.adapters.ids import new_id
from shared.adapters.kafka_client import check_kafka
from shared.adapters.kafka_looking import count_topics, every_record
from shared.adapters.kafka_recovery import empty_topics, offsets_on, running_groups
from shared.adapters.mongo_archive import MongoArchive
from shared.adapters.mongo_keys import open_keys, require_word
from shared.adapters.mongo_park import MongoPark
from shared.adapters.sealed_park import SealedPark, is_sealed
from shared.adapters.settings import Settings
from shared.eventing.parking import Park

_REPUBLISH: Final = "republish"
_ALL: Final = 1_000_000


async def republish(settings: Settings, *, kafka_kept: bool) -> Sequence[str]:
    """Let the services tell every fact of their logs again when they start; answers whose.

    For a Kafka that was lost; `kafka_kept` is for one that lost only some of it: what it has of our facts is deleted
    first. Interrupted, it may be repeated. Raises Misconfigured while services run, and where Kafka is not empty.
    """
    require_word(settings.keys)
    await require_stopped(settings)
    await require_kafka(settings, kept=kafka_kept)
    async with databases(settings) as opened:
        stores = {service: MongoArchive(database) for service, database in opened.items()}
        for store in stores.values():
            if (mark := await store.under_way()) not in (None, _REPUBLISH):
                raise Misconfigured(f"{mark} is under way in {store.name}: run that again first")
        for store in stores.values():
            await store.begin(_REPUBLISH)
        for store in stores.values():
            await store.publish_again()
        await move_parked(settings, opened)
        if kafka_kept:
            await empty_topics(settings, TOLD)
        for store in stores.values():
            await store.end()
    return list(stores)


async def require_stopped(settings: Settings) -> None:
    """Raise Misconfigured while a service runs."""
    if running := await running_groups(settings, GROUPS):
        raise Misconfigured(
            f"{', '.join(running)} have members: stop all services first; one that was killed counts until its session "
            f"timeout has passed"
        )


async def require_kafka(settings: Settings, *, kept: bool) -> None:
    """Raise Misconfigured where topics are missing, or where Kafka is not what the caller says it is."""
    await check_kafka(settings, {*TOLD, *(name for names in OUTSIDE.values() for name in names)})
    if kept:
        return
    standing = sum(count.records for count in await count_topics(settings) if count.topic in TOLD)
    known = await offsets_on(settings, {group: [*names, *TOLD] for group, names in OUTSIDE.items()})
    if standing or known:
        raise Misconfigured(
            f"Kafka is not empty: {standing:,} records stand on topics of our facts, and {len(known)} services have "
            f"read some. If it was not lost say --kafka-kept: those records are deleted, and told anew from the logs"
        )


async def move_parked(settings: Settings, opened: Mapping[str, Any]) -> None:
    """Give what is parked names that no record of a new Kafka will be parked under."""
    for service, database in opened.items():
        keys = open_keys(settings.keys, database.client)
        plain = MongoPark(database)
        if keys is None and any(map(is_sealed, await plain.every(_ALL))):
            raise Misconfigured(f"records parked in {database.name} lie sealed: set REDRESS_KEYS__MASTER_FILE")
        park: Park = SealedPark(plain, keys, service) if keys else plain
        era = new_id()
        for parked in await park.every(_ALL):
            if not parked.era:
                await park.put(replace(parked, era=era))
                await park.remove(parked.id)


async def told_after(settings: Settings, told: Mapping[tuple[str, str], int], out: Path) -> int:
    """Keep every fact that stands on a topic and not in these logs, one JSON line each; answers how many."""
    lines: list[bytes] = []
    async for record in every_record(settings, TOLD):
        headers = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}
        seq = headers.get("ce_sequence", "0")
        source, stream = headers.get("ce_source", ""), headers.get("ce_subject", "")
        if seq.isdecimal() and int(seq) > told.get((source, stream), 0):
            value = (record.value or b"").decode("utf-8", "replace")
            lines.append(orjson.dumps({"topic": record.topic, "headers": headers, "value": value}) + b"\n")
    if lines:
        with whole_file(out) as file:
            file.writelines(lines)
    return len(lines)
