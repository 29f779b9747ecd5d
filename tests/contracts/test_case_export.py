"""`redress case export`: all four logs of a deployment into one file, which is whole or not there."""

from io import BytesIO
from pathlib import Path
from uuid import uuid1

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from redress import registry
from redress.commands import cases
from shared.adapters.settings import Settings
from shared.bundle.checking import check_bundle
from shared.contracts.topology import SERVICES
from tests.kit.bundles import KEY, LANE, longest, played


async def test_the_command_reads_all_four_logs_and_writes_the_file_whole(
    mongo_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world = await played(4)
    prefix = f"bundle_{uuid1().hex[:12]}"
    case = max(world.cases.values(), key=lambda one: len(one.facts))
    key = tmp_path / "key.pem"
    key.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for variable, value in (("MONGO__URL", mongo_url), ("LANES", "1"), ("BUNDLE_KEY", str(key))):
        monkeypatch.setenv(f"REDRESS_{variable}", value)

    def own(service: str, settings: Settings) -> Settings:
        mongo = settings.mongo.model_copy(update={"database": f"{prefix}_{service}"})
        return settings.model_copy(update={"mongo": mongo})

    monkeypatch.setattr(registry, "settings_for", own)
    file = tmp_path / "case.zip"
    file.write_text("before")
    try:
        for name in SERVICES:
            async with registry.opened(name, Settings()) as ports:
                commits = [one async for one in world.system.services[name].commits() if one.stream == case.id]
                await ports.log.append(LANE, commits)

        await cases._export(case.id, file, None)

        found = check_bundle(BytesIO(file.read_bytes()), KEY.public_key().public_bytes_raw())
        assert set(found.manifest.chains) == set(SERVICES)
        assert file.read_bytes() == await longest(world)
        before = file.read_bytes()
        with pytest.raises(LookupError, match="no service knows"):
            await cases._export("no-such-case", file, None)
        with pytest.raises(LookupError, match="cannot be written: No such file"):
            await cases._export(case.id, tmp_path / "nowhere" / "case.zip", None)
        assert file.read_bytes() == before
        assert {one.name for one in tmp_path.iterdir()} == {"case.zip", "key.pem"}  # noqa: ASYNC240
    finally:
        for name in SERVICES:
            async with registry.opened(name, Settings()) as ports:
                await ports.database.client.drop_database(f"{prefix}_{name}")
