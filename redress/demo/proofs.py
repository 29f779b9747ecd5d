"""What the demo shows after the story: the timeline, the topics, a rebuild while it is read, and the proof."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

from redress.bundling import exported
from redress.demo.telling import ConsoleTeller
from redress.demo.world import World
from redress.registry import DEFINITIONS, opened, views_of
from redress.verifying import verify
from shared.adapters.kafka_looking import count_topics, lags
from shared.adapters.settings import Settings
from shared.bundle.checking import check_bundle
from shared.bundle.container import MismatchError
from shared.eventing.rebuild import Rebuild
from shared.eventing.streams import Codec


@dataclass
class Reading:
    """Someone who looks at one case all the time, and notes failures and steps back."""

    world: World
    path: str
    reads: int = 0
    failures: list[str] = field(default_factory=list)
    newest: int = 0
    done: bool = False

    async def run(self) -> None:
        while not self.done:
            answer = await self.world.http.get(self.world.urls["intake"] + self.path)
            self.reads += 1
            if answer.status_code != 200:
                self.failures.append(answer.text)
            elif (version := answer.json()["version"]) < self.newest:
                self.failures.append(f"version {version} after {self.newest}")
            else:
                self.newest = version


async def show_timeline(world: World, teller: ConsoleTeller, case_id: str) -> None:
    teller.chapter("The timeline, as intake's view shows it")
    case = (await world.http.get(f"{world.urls['intake']}/cases/{case_id}")).json()
    rows = [(line["version"], line["source"], line["by"]["id"], line["summary"]) for line in case["timeline"]]
    teller.table(f"Case {case_id}: {case['status']}, {case['outcome']}", ("#", "service", "by", "what happened"), rows)
    world.check("the timeline is complete", len(rows) > 25, len(rows))


async def show_topics(world: World, teller: ConsoleTeller, settings: Settings) -> None:
    teller.chapter("The topics, and who is behind")
    counts = [count for count in await count_topics(settings) if count.records]
    teller.table("Topics with records", ("topic", "records"), [(count.topic, count.records) for count in counts])

    async def caught_up() -> bool | None:
        return True if all(lag.behind == 0 for lag in await lags(settings)) else None

    world.check("every group has taken everything", await world.until(caught_up, 20) is True, await lags(settings))
    rows = [(lag.group, lag.taken, lag.behind) for lag in await lags(settings)]
    teller.table("Consumer groups", ("group", "taken", "lag"), rows)
    world.check("nothing is parked", all("parked" not in count.topic for count in counts), counts)


async def show_rebuild(world: World, teller: ConsoleTeller, settings: Settings, case_id: str) -> None:
    """Rebuild a view from the log while someone reads it; the two collections must be equal."""
    teller.chapter("A view is rebuilt while it is being read")
    view = views_of("intake")["case_timeline"]
    reading = Reading(world, f"/cases/{case_id}")
    reader = asyncio.create_task(reading.run())
    async with opened("intake", settings) as ports:
        rebuild = Rebuild(
            view,
            codec=Codec(DEFINITIONS["intake"].model),
            log=ports.log,
            store=ports.store,
            cursors=ports.cursors,
            pointers=ports.pointers,
            lanes=settings.lanes,
        )
        await rebuild.build()
        before = await rebuild.catch_up()
        different = await rebuild.compare()
        after = await rebuild.swap()
        seen = reading.reads

        async def read_on() -> bool | None:
            return True if reading.reads >= seen + 20 else None

        await world.until(read_on, 10)
        reading.done = True
        await reader
    world.check("the two views are equal", not different, different)
    world.check("reads never failed or went back", not reading.failures, reading.failures)
    teller.say(
        f"{before.live} stayed live while {after.live} was built from the log beside it; then one pointer moved."
    )
    teller.say(f"Their contents are equal, and {reading.reads} reads meanwhile never failed or went back.")


async def show_proof(world: World, teller: ConsoleTeller, settings: Settings) -> Mapping[str, int]:
    """Verify all four services."""
    teller.chapter("The proof: logs replayed, views recomputed, topics compared")
    rows = []
    total: dict[str, int] = {}
    for service in DEFINITIONS:
        findings = await verify(service, settings)
        world.check(f"{service} verifies", not findings.differences, findings.differences)
        for name, count in findings.counts.items():
            total[name] = total.get(name, 0) + count
        counts = findings.counts
        rows.append((service, counts["commits"], counts["facts"], counts["published"], counts["documents"], 0))
    teller.table("redress verify", ("service", "commits", "facts", "published", "documents", "differences"), rows)
    return total


async def show_bundle(world: World, teller: ConsoleTeller, settings: Settings, case_id: str) -> None:
    """Export the case, check it from its bytes alone, and change one of them."""
    teller.chapter("The case leaves the house as one file, and proves itself")
    content = b"".join([piece async for piece in exported(case_id, settings)])
    found = check_bundle(BytesIO(content))
    world.check("all four chains are in it", set(found.manifest.chains) == set(DEFINITIONS), found.manifest.chains)
    world.check("so are the files", found.files > 0 and not any(one.absent for one in found.manifest.files), found)
    teller.say(
        f"{len(content):,} bytes: {found.commits} commits in 4 chains, {found.told} published facts, "
        f"{found.files} evidence files, a report to read; root {found.root[:16]}."
    )
    at = len(content) // 2
    changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    named = "nothing"
    try:
        check_bundle(BytesIO(changed))
    except MismatchError as mismatch:
        named = str(mismatch)
    world.check("one changed bit is found", named != "nothing", named)
    teller.say(f"One bit of byte {at:,} is changed: {named}.")
