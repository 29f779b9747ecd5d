"""The keys of people: one each, whoever asks first; destroyed for good; wrapped anew under another master."""

import asyncio
import os
import subprocess
import sys
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from redress.processes import Processes
from shared.adapters.failures import Misconfigured
from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.mongo_keys import MongoKeys, keep_new_master, masters_in, open_keys, require_word
from shared.adapters.sealing import opened_value, seal, unseal
from shared.adapters.settings import KeySettings
from shared.eventing.ports import PersonErasedError
from shared.kernel.texts import TOKEN
from tests.kit.stores import Fresh

OLD, NEW = {"m1": b"1" * 32}, {"m2": b"2" * 32}
KEY = b"k" * 32


@pytest.fixture(params=["memory", "mongo"])
async def keys(request: pytest.FixtureRequest, fresh_database: Fresh) -> Any:
    return MemoryKeys() if request.param == "memory" else MongoKeys(await fresh_database(), OLD)


async def test_a_person_has_one_key_and_another_person_another(keys: Any) -> None:
    first = await keys.key_of("lin")

    assert len(first) == 32
    assert await keys.key_of("lin") == first != await keys.key_of("qingyao")
    assert await keys.known(["lin", "nobody"]) == {"lin": first}


async def test_a_destroyed_key_is_never_made_again(keys: Any) -> None:
    await keys.key_of("lin")

    await keys.destroy("lin")
    await keys.destroy("lin")
    await keys.destroy("never-seen")

    assert await keys.known(["lin", "never-seen"]) == {}
    for person in ("lin", "never-seen"):
        with pytest.raises(PersonErasedError):
            await keys.key_of(person)


async def test_two_who_ask_first_at_once_get_the_same_key(fresh_database: Fresh) -> None:
    database = await fresh_database()

    got = await asyncio.gather(*(MongoKeys(database, OLD).key_of("lin") for _ in range(20)))

    assert len(set(got)) == 1


async def test_services_that_start_together_on_a_new_vault_all_start(fresh_database: Fresh) -> None:
    """It broke when each made the master known by an upsert, of which one could be answered nothing."""
    database = await fresh_database()

    await asyncio.gather(*(MongoKeys(database, OLD).start() for _ in range(20)))

    assert await database["masters"].count_documents({}) == 1
    others = (MongoKeys(database, {"m1": b"3" * 32}).start() for _ in range(3))
    for wrong in await asyncio.gather(*others, return_exceptions=True):
        assert isinstance(wrong, Misconfigured)


async def test_rotation_keeps_every_key_and_needs_the_old_master_no_more(fresh_database: Fresh) -> None:
    database = await fresh_database()
    key = await MongoKeys(database, OLD).key_of("lin")
    await MongoKeys(database, OLD).destroy("qingyao")
    both = MongoKeys(database, {**NEW, **OLD})

    assert (await both.rotate(), await both.rotate()) == (1, 0)

    assert await both.counts() == {"m2": 1, "destroyed": 1}
    assert await MongoKeys(database, NEW).key_of("lin") == key
    with pytest.raises(Misconfigured, match="under master m2"):
        await MongoKeys(database, OLD).key_of("lin")
    with pytest.raises(Misconfigured, match="not the one"):
        await MongoKeys(database, {"m2": b"3" * 32}).key_of("lin")


async def test_the_vault_holds_no_key_as_it_is(fresh_database: Fresh) -> None:
    database = await fresh_database()
    key = await MongoKeys(database, OLD).key_of("lin")

    stored = b"".join([bson.encode(document) async for document in database["people"].find()])

    assert b"lin" in stored
    assert key not in stored


@given(st.text(min_size=1))
def test_a_text_comes_back_from_its_token_and_from_no_other_key_or_person(text: str) -> None:
    token = seal(text, "lin", KEY)
    match = TOKEN.fullmatch(token)

    assert match, token
    assert unseal("lin", match[2], KEY) == text
    assert unseal("lin", match[2], b"x" * 32) is None
    assert unseal("qingyao", match[2], KEY) is None
    assert seal(text, "lin", KEY) == token


async def test_a_text_that_looks_like_a_token_is_shown_as_it_is() -> None:
    keys = MemoryKeys()
    key = await keys.key_of("lin")
    inner = seal("secret", "lin", key)
    forged = "pd1:lin:" + "A" * 60 + ";"

    shown = await opened_value({"said": f"he wrote {seal(inner, 'lin', key)} and", "forged": forged}, keys)

    assert shown == {"said": f"he wrote {inner} and", "forged": forged}


@pytest.mark.parametrize("text", ["", "m1", "m1:short", "m1:***", f"m1:{b64encode(b'1' * 32).decode()}," * 2])
def test_a_master_key_that_is_none_is_named(text: str) -> None:
    with pytest.raises(Misconfigured, match=r"master key|MASTER"):
        masters_in(text)


def test_masters_are_read_in_order() -> None:
    one, two = (b64encode(n * 32).decode() for n in (b"1", b"2"))

    assert list(masters_in(f"m2:{two}\nm1:{one}\n").items()) == [*NEW.items(), *OLD.items()]


async def test_masters_are_held_against_the_vault_at_the_start(fresh_database: Fresh) -> None:
    database = await fresh_database()
    await MongoKeys(database, OLD).start()
    await MongoKeys(database, OLD).start()
    with pytest.raises(Misconfigured, match="master key m1 is another one"):
        await MongoKeys(database, {"m1": b"3" * 32}).start()
    await MongoKeys(database, NEW).start()  # nothing lies under m1 yet
    await MongoKeys(database, OLD).key_of("lin")

    with pytest.raises(Misconfigured, match="keys lie under master m1"):
        await MongoKeys(database, NEW).start()

    await MongoKeys(database, {**NEW, **OLD}).rotate()
    await MongoKeys(database, NEW).start()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (KeySettings(), "no master key is configured: .*REDRESS_KEYS__OFF=true"),
        (KeySettings(master=SecretStr("")), "no master key is configured"),
        (KeySettings(master=SecretStr("m1:x"), off=True), "beside a master key"),
    ],
)
def test_a_service_is_told_of_its_keys_one_way_or_the_other(settings: KeySettings, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        require_word(settings)


def test_keys_may_be_off_when_that_is_said() -> None:
    require_word(KeySettings(off=True))
    require_word(KeySettings(master=SecretStr("m1:x")))
    assert open_keys(KeySettings(off=True), client=None) is None


def test_services_of_this_machine_get_a_master_key_of_their_own_once(tmp_path: Path) -> None:
    first, second, said = (Processes({}, tmp_path, {}, {}) for _ in range(3))
    first.with_keys(KeySettings())
    file = tmp_path / "master.key"
    made = file.read_text("utf-8")
    second.with_keys(KeySettings())
    said.with_keys(KeySettings(off=True))

    assert list(masters_in(made)) == ["own"]
    assert file.read_text("utf-8") == made
    assert first.environment == second.environment == {"REDRESS_KEYS__MASTER_FILE": str(file)}
    assert said.environment == {}
    assert file.stat().st_mode & 0o077 == 0


def test_a_master_key_is_left_in_a_file_once_and_an_older_one_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "master.key"

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: keep_new_master(file, f"m{n}"), range(8)))

    assert made.count(True) == 1
    assert list(masters_in(file.read_text("utf-8"))) == [f"m{made.index(True)}"]
    assert [one.name for one in tmp_path.iterdir()] == ["master.key"]


@pytest.mark.parametrize(("settings", "said"), [({}, "no master key"), ({"MASTER": "m1:x", "OFF": "1"}, "beside")])
def test_a_service_without_a_word_on_keys_ends_with_one_clear_line(settings: dict[str, str], said: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REDRESS_")}
    environment |= {f"REDRESS_KEYS__{name}": value for name, value in settings.items()}

    done = subprocess.run(
        [sys.executable, "-m", "services.intake"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 78, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("redress intake: ")
    assert said in line
