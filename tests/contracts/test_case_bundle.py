"""The case bundle: the same bytes each time, every damage found and named, by our check and by a stranger's."""

import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jsonschema  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from redress.commands.bundle import verify_bundle
from redress.simulator.world import World
from shared.bundle.chains import canonical
from shared.bundle.checking import check_bundle
from shared.bundle.container import MismatchError, Packer
from shared.bundle.html import html_of
from shared.bundle.manifest import BundleManifest, Listed, written
from shared.bundle.report import Grid, Report, Section
from shared.contracts.intake import ComplaintFiled
from shared.contracts.topology import SERVICES
from tests.kit.bundles import KEY, Flip, bundle_of, dossier, flips, longest, passed, played, with_photographs

ROOT = Path(__file__).parents[2]
STRANGER = ROOT / "docs" / "verify_bundle.py"
SCHEMA = json.loads((Path(__file__).parent / "ocel20.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
async def world() -> World:
    return await played(12)


@pytest.fixture(scope="module")
async def bundle(world: World) -> bytes:
    return await longest(world)


@pytest.fixture(scope="module")
async def photographs() -> bytes:
    return await with_photographs()


def entries_of(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def packed(entries: dict[str, bytes]) -> bytes:
    """A sound container and manifest around whatever the entries now say, without a signature."""
    inside = {name: content for name, content in entries.items() if name not in {"bundle.json", "bundle.sig"}}
    fields = json.loads(entries["bundle.json"])
    fields.pop("root")
    manifest = BundleManifest.model_validate(fields)
    listed = [Listed(name=n, size=len(c), sha256=sha256(c).hexdigest()) for n, c in inside.items()]
    packer = Packer()
    inside["bundle.json"] = written(manifest.model_copy(update={"entries": tuple(listed)}))
    pieces = [piece for name, content in inside.items() for piece in packer.entry(name, content)]
    return b"".join([*pieces, packer.end()])


def mismatch(content: bytes, key: bytes | None = None) -> str:
    with pytest.raises(MismatchError) as raised:
        check_bundle(BytesIO(content), key)
    return str(raised.value)


def stranger(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", STRANGER, path], capture_output=True, text=True, check=False)


async def test_every_case_gives_a_bundle_that_is_sound_and_the_same_each_time(world: World) -> None:
    for case_id in world.cases:
        of = await dossier(world, case_id)
        if not of.chains:
            continue
        content = await bundle_of(of)

        found = check_bundle(BytesIO(content), KEY.public_key().public_bytes_raw())

        assert content == await bundle_of(of)
        assert found.told == len(world.cases[case_id].facts)
        assert set(found.manifest.chains) <= set(SERVICES)


def test_a_flip_of_any_single_byte_is_found(bundle: bytes, photographs: bytes) -> None:
    """INVARIANT: what leaves the platform as proof cannot be changed unseen, not in one byte.

    It breaks when a part of the container, the manifest or the signature is read without being checked.
    """
    last_kilobytes = (Flip(at, 1) for at in range(len(bundle) - 1500, len(bundle)))

    assert passed(bundle, flips(len(bundle), 300, seed=1)) == []
    assert passed(bundle, last_kilobytes) == []
    assert passed(photographs, flips(len(photographs), 300, seed=1)) == []


def test_what_is_cut_off_or_put_behind_is_found(bundle: bytes) -> None:
    for content in (b"", bundle[:-1], bundle[:5000], bundle + b"\n", bundle[1:]):
        assert mismatch(content)


def changed_fact(line: bytes) -> bytes:
    return line.replace(b"CNY", b"USD", 1)


def test_a_changed_fact_is_named_by_its_line_even_if_all_around_it_was_made_to_fit(bundle: bytes) -> None:
    entries = entries_of(bundle)
    name = "chains/intake.jsonl"
    lines = entries[name].split(b"\n")
    at = next(n for n, line in enumerate(lines) if b"CNY" in line)
    lines[at] = changed_fact(lines[at])

    assert mismatch(packed({**entries, name: b"\n".join(lines)})).startswith(f"{name} line {at + 1}: the digest")


def test_a_commit_that_was_taken_out_is_missed(bundle: bytes) -> None:
    entries = entries_of(bundle)
    lines = entries["chains/evidence.jsonl"].split(b"\n")

    assert "line 2: names" in mismatch(packed({**entries, "chains/evidence.jsonl": b"\n".join(lines[:1] + lines[2:])}))
    assert "not as the manifest says" in mismatch(
        packed({**entries, "chains/evidence.jsonl": b"\n".join(lines[:-2]) + b"\n"})
    )


def test_an_entry_that_is_left_out_added_or_exchanged_is_named(bundle: bytes) -> None:
    entries = entries_of(bundle)
    whole = packed(entries)
    check_bundle(BytesIO(whole))

    def repacked(inside: dict[str, bytes]) -> bytes:
        packer = Packer()
        pieces = [piece for name, content in inside.items() for piece in packer.entry(name, content)]
        return b"".join([*pieces, packer.end()])

    inside = entries_of(whole)
    assert "report.html" in mismatch(repacked({n: c for n, c in inside.items() if n != "report.html"}))
    assert "report.html" in mismatch(repacked({**inside, "report.html": b"another"}))
    assert "files/x.jpg" in mismatch(repacked({"files/x.jpg": b"x", **inside}))


async def test_the_signature_says_whose_bundle_it_is(world: World, bundle: bytes) -> None:
    ours, theirs = KEY.public_key().public_bytes_raw(), Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    unsigned = await bundle_of(await dossier(world, next(iter(world.cases))), key=None)

    assert check_bundle(BytesIO(bundle), ours).signed_by == ours.hex()
    assert "bundle.sig" in mismatch(bundle, theirs)
    assert "bundle.sig: is not there" in mismatch(unsigned, ours)
    assert check_bundle(BytesIO(unsigned)).signed_by is None


def test_a_stranger_checks_it_with_python_alone(bundle: bytes, tmp_path: Path) -> None:
    """docs/verify_bundle.py knows docs/bundle.md and nothing of Redress."""
    code = [line for line in STRANGER.read_text("utf-8").splitlines() if line.strip() and line.strip()[0] not in '#"']
    assert len(code) <= 50
    file = tmp_path / "case.zip"
    file.write_bytes(bundle)

    good = stranger(file)
    assert (good.returncode, good.stdout.split()[-1]) == (0, check_bundle(BytesIO(bundle)).root), good.stderr

    entries = entries_of(bundle)
    lines = entries["chains/intake.jsonl"].split(b"\n")
    forged = b"\n".join([*map(changed_fact, lines)])
    damaged = [flip.of(bundle) for flip in flips(len(bundle), 12, seed=2)]
    for content in (*damaged, packed({**entries, "chains/intake.jsonl": forged}), bundle + b"\n"):
        file.write_bytes(content)
        assert stranger(file).returncode != 0


def test_the_command_names_the_first_thing_that_does_not_match(
    bundle: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, key = tmp_path / "case.zip", tmp_path / "key.pem"
    file.write_bytes(bundle)
    key.write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    verify_bundle(file, public_key=key)
    assert "every byte is as it must be" in capsys.readouterr().out

    at = bundle.index(b'{"prev"')
    file.write_bytes(Flip(at + 30, 1).of(bundle))
    with pytest.raises(SystemExit) as ended:
        verify_bundle(file)
    assert ended.value.code == 1
    assert "chains/intake.jsonl" in capsys.readouterr().out


def test_its_event_log_is_ocel_2(bundle: bytes) -> None:
    log: Any = json.loads(entries_of(bundle)["ocel.json"])

    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    assert log["events"]


def test_json_of_the_standard_library_spells_what_was_hashed(bundle: bytes) -> None:
    """A verifier may write a body anew and hash that, as docs/bundle.md says."""

    def bodies() -> Iterator[tuple[bytes, Any]]:
        for name, content in entries_of(bundle).items():
            for line in content.splitlines() if name.startswith("chains/") else ():
                read = json.loads(line)
                if "body" in read:
                    yield line, read["body"]

    for line, body in bodies():
        assert canonical(body) in line


async def test_the_report_alone_shows_texts_as_they_may_be_read(world: World) -> None:
    """A sealed text stands sealed in the chain, whose digests are over it."""
    case = max(world.cases.values(), key=lambda one: len(one.facts))
    filed = next(fact for fact in case.facts if isinstance(fact, ComplaintFiled))

    async def opened(value: Any) -> Any:
        return json.loads(json.dumps(value).replace(filed.description, "OPENED WORDS"))

    entries = entries_of(await bundle_of(await dossier(world, case.id), readable=opened))

    assert {name for name, content in entries.items() if b"OPENED WORDS" in content} == {"report.html", "report.pdf"}
    assert filed.description in entries["chains/intake.jsonl"].decode()
    assert filed.description not in entries["report.html"].decode()


def test_a_report_shows_what_people_wrote_and_runs_none_of_it() -> None:
    evil = "<script>alert(1)</script><img src=x onerror=y> \u202egnp.exe & \"'"
    report = Report(evil, evil, [Section(evil, [evil, Grid((evil,), [(evil,)])])])

    shown = html_of(report, {}).decode()

    assert "<script" not in shown
    assert "<img" not in shown
    assert "\u202e" not in shown
    assert "&lt;script&gt;alert(1)" in shown
