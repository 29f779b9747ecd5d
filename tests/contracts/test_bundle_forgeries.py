"""Bundles whose writer could write everything anew: whatever is in them, the check answers, and never breaks."""

import json
import random
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from shared.bundle.chains import canonical
from shared.bundle.checking import check_bundle
from shared.bundle.container import MismatchError, Packer
from shared.bundle.manifest import root_of
from tests.kit.bundles import longest, played

JUNK: tuple[Any, ...] = (None, [], {}, -1, 1e300, "", "x", "\ud7ff", True, [[]], {"at": 7}, {"sha256": 1})
DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.fixture(scope="module")
async def entries() -> dict[str, bytes]:
    with ZipFile(BytesIO(await longest(await played(4)))) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def forged(entries: dict[str, bytes], name: str, bodies: list[bytes]) -> bytes:
    """The bundle with this chain, and everything that is computed made to fit it."""
    lines, before = [], ""
    for body in bodies:
        digest = sha256(before.encode() + body).hexdigest()
        lines.append(b'{"prev":"%s","digest":"%s","body":%s}\n' % (before.encode(), digest.encode(), body))
        before = digest
    inside = {**entries, name: b"".join(lines)}
    fields = json.loads(inside.pop("bundle.json"))
    inside.pop("bundle.sig")
    service = name.removeprefix("chains/").removesuffix(".jsonl")
    fields["chains"][service] |= {"commits": len(lines), "head": before, "withheld": 0}
    fields["entries"] = [{"name": n, "size": len(c), "sha256": sha256(c).hexdigest()} for n, c in inside.items()]
    fields.pop("root")
    inside["bundle.json"] = canonical({**fields, "root": root_of(fields)})
    packer = Packer()
    pieces = [piece for one, content in inside.items() for piece in packer.entry(one, content)]
    return b"".join([*pieces, packer.end()])


def bodies_of(chain: bytes) -> list[Any]:
    return [line["body"] for line in map(json.loads, chain.splitlines()) if "body" in line]


def spoilt(part: Any, chance: random.Random) -> Any:
    """The same with one thing in it, at any depth, made another; also in JSON that is text in JSON."""
    if isinstance(part, str) and part.startswith("{") and chance.random() < 0.9:
        return canonical(spoilt(json.loads(part), chance)).decode()
    if not isinstance(part, list | dict) or not part or chance.random() < 0.1:
        return chance.choice(JUNK)
    keys = list(part) if isinstance(part, dict) else range(len(part))
    at = chance.choice(keys)
    changed = part.copy()
    changed[at] = spoilt(part[at], chance)
    return changed


def test_whatever_a_forger_puts_into_a_chain_the_check_answers(entries: dict[str, bytes]) -> None:
    """It breaks when a fact's fields are used before they are known to be there."""
    chance = random.Random(20)
    names = [name for name in entries if name.startswith("chains/")]
    found = 0
    for _ in range(400):
        name = chance.choice(names)
        bodies = bodies_of(entries[name])
        at = chance.randrange(len(bodies))
        bodies[at] = spoilt(bodies[at], chance)
        try:
            check_bundle(BytesIO(forged(entries, name, [canonical(body) for body in bodies])))
        except MismatchError:
            found += 1
    # A text alone is another text: no digest of anybody else is over it where one forges alone.
    assert found > 200, found


def test_nesting_without_end_is_a_mismatch_too(entries: dict[str, bytes]) -> None:
    name = next(name for name in entries if name.startswith("chains/"))
    for body in (DEEP, b'["%s",1,1,%s]' % (b"case", DEEP)):
        with pytest.raises(MismatchError):
            check_bundle(BytesIO(forged(entries, name, [body])))


def test_what_was_not_forged_is_sound(entries: dict[str, bytes]) -> None:
    with suppress(StopIteration):
        name = next(name for name in entries if b'"withheld"' not in entries[name] and name.startswith("chains/"))
        check_bundle(BytesIO(forged(entries, name, [canonical(body) for body in bodies_of(entries[name])])))
