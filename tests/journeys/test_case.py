"""A whole case through the published ports of the composed system, proved afterwards from outside."""

from pathlib import Path

import httpx
import pytest
from bson.raw_bson import RawBSONDocument
from pydantic import SecretStr
from pymongo import MongoClient

from redress.demo import story
from redress.demo.world import World
from redress.registry import DEFINITIONS
from redress.verifying import verify
from shared.adapters.settings import Settings
from tests.journeys.composed import Composed
from tests.kit.whole import Silent

pytestmark = [pytest.mark.containers, pytest.mark.timeout(600)]


async def test_a_case_runs_from_order_to_final_decision_through_published_ports(
    composed: Composed, tmp_path: Path
) -> None:
    """INVARIANT: what the demo shows on embedded servers holds for the composed system, a killed container included.

    Broken by anything that works only within one process or one machine's file system.
    """
    plain = Settings()
    settings = plain.model_copy(
        update={
            "kafka": plain.kafka.model_copy(update={"bootstrap": composed.bootstrap}),
            "mongo": plain.mongo.model_copy(update={"url": SecretStr(composed.mongo_url), "database": None}),
        }
    )
    world = World(composed.base_urls, settings, Silent(), httpx.AsyncClient(timeout=20, trust_env=False))

    async def kill_the_mediation_container() -> None:
        composed.must("kill", "--signal", "KILL", "mediation")
        composed.up("mediation")

    try:
        await story.play(world, tmp_path, kill_the_mediation_container)
    finally:
        await world.close()

    inside = all_documents(composed.mongo_url)
    assert b"pd1:lin:" in inside
    assert b"The spout is cracked" not in inside
    for service in DEFINITIONS:
        assert (await verify(service, settings)).differences == []
    assert world.checked > 50


def all_documents(mongo_url: str) -> bytes:
    with MongoClient[RawBSONDocument](mongo_url, document_class=RawBSONDocument) as client:
        databases = [client[name] for name in client.list_database_names() if name.startswith("redress_")]
        collections = [database[name] for database in databases for name in database.list_collection_names()]
        return b"".join(document.raw for collection in collections for document in collection.find())
