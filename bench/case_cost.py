"""What a simulated case leaves behind in each service: commits and bytes in the log, records and bytes on topics."""

from typing import Any

from bson import encode

from redress.simulator.world import World
from shared.adapters.mongo_documents import to_document
from shared.adapters.policy_files import read_policies
from shared.adapters.wire import headers_of


async def case_cost(*, seed: int, cases: int) -> dict[str, Any]:
    """Means per case of a world played to its end; the same seed and policy give the same figures."""
    world = World(seed, "w0", cases, read_policies())
    await world.play()
    services: dict[str, dict[str, float]] = {}
    for name, service in world.system.services.items():
        sums = dict.fromkeys(("commits", "log_bytes", "records", "record_bytes"), 0)
        async for commit in service.commits():
            sums["commits"] += 1
            sums["log_bytes"] += len(encode(to_document(commit)))
            for out in commit.out:
                headers = sum(len(key) + len(value) for key, value in headers_of(commit, out, name))
                sums["records"] += 1
                sums["record_bytes"] += len(out.data.encode()) + headers + len(commit.stream)
        services[name] = {what: round(total / cases, 2) for what, total in sums.items()}
    return {"seed": seed, "cases": cases, "services": services}
