"""`redress case export`: all four logs of a deployment into one file, which is whole or not there."""

from io import BytesIO
from pathlib import Path
from uuid import uuid1

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from bench.samples import BUYER as LIN
from bench.samples import case_with_files
from redress import registry
from redress.commands import cases
from shared.adapters.mongo_keys import new_master
from shared.adapters.settings import KeySettings, Settings
from shared.bundle.checking import check_bundle
from shared.contracts.topology import SERVICES
from shared.eventing.blobs import one_piece
from shared.eventing.ports import KeysMissingError
from shared.kernel.items import FileRef
from shared.kernel.lanes import lane_of
from tests.kit.bundles import KEY, LANE, longest, played
from tests.kit.files import ROOM


async def test_the_command_reads_all_four_logs_and_writes_the_file_whole(
    mongo_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world = await played(4)
    prefix = f"bundle_{uuid1().hex[:12]}"
    case = max(world.cases.values(), key=lambda one: len(one.facts))
    key = tmp_path / "key.pem"
    key.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    monkeypatch.setenv("REDRESS_BUNDLE_KEY", str(key))
    monkeypatch.setenv("REDRESS_LANES", "1")
    own_databases(monkeypatch, mongo_url, prefix)
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
        await dropped(prefix)


async def test_sealed_files_are_not_exported_without_the_master_key(
    mongo_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They would be told as erased, and the bundle would still verify."""
    prefix = f"bundle_{uuid1().hex[:12]}"
    own_databases(monkeypatch, mongo_url, prefix)
    sealing = Settings(keys=KeySettings(master=SecretStr(new_master("m1")), database=f"{prefix}_keys"))
    try:
        async with registry.opened("evidence", sealing) as ports:
            stored = await ports.files.store.put(LIN.id, "case-1", one_piece(b"a letter"), as_text, side_bytes=ROOM)
            assert isinstance(stored, FileRef)
            await ports.log.append(lane_of("case-1"), case_with_files("case-1", [(LIN, stored)]))

        with pytest.raises(KeysMissingError):
            await cases._export("case-1", tmp_path / "case.zip", None)
        assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240
    finally:
        await dropped(prefix)


def own_databases(monkeypatch: pytest.MonkeyPatch, mongo_url: str, prefix: str) -> None:
    monkeypatch.setenv("REDRESS_MONGO__URL", mongo_url)

    def own(service: str, settings: Settings) -> Settings:
        mongo = settings.mongo.model_copy(update={"database": f"{prefix}_{service}"})
        return settings.model_copy(update={"mongo": mongo})

    monkeypatch.setattr(registry, "settings_for", own)


async def dropped(prefix: str) -> None:
    async with registry.opened(SERVICES[0], Settings()) as ports:
        for name in (*SERVICES, "keys"):
            await ports.database.client.drop_database(f"{prefix}_{name}")


async def as_text(_content: bytes, _name: str | None) -> str:
    return "text/plain"
