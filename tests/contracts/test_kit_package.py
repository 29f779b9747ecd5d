"""The kit as a team gets it: a wheel, in an environment that has pydantic and nothing of Redress."""

import ast
import re
import subprocess
import sys
import tomllib
import venv
from importlib.metadata import distribution
from pathlib import Path

import pytest

import redress_contracts
from tests.architecture.tree import ROOT

PACKAGE = ROOT / "packages" / "redress-contracts"
SOURCES = sorted((PACKAGE / "src").rglob("*.py"))
NEEDS = ("pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection")
PYTEST_NEEDS = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the kit's wheel, pydantic, and pytest for the plugin."""
    folder = tmp_path_factory.mktemp("kit")
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--wheel-dir", folder, _copy(folder))  # fmt: skip
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    site = Path(_run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    for name in (*NEEDS, *PYTEST_NEEDS):
        _lay(name, site)
    (wheel,) = folder.glob("*.whl")
    _run(sys.executable, "-m", "pip", "--quiet", "--python", python, "install", "--no-deps", "--no-index", wheel)
    return python


def test_the_wheel_works_with_pydantic_alone(python: Path, tmp_path: Path) -> None:
    script = tmp_path / "use.py"
    script.write_text(
        "import sys, redress_contracts as kit\n"
        "from importlib.resources import files\n"
        "assert not {'pytest', 'shared', 'services'} & sys.modules.keys()\n"
        "records = kit.read_recording(files(kit) / 'recordings' / 'demo.jsonl')\n"
        "ordering, told = kit.Ordering(), []\n"
        "for record in records:\n"
        "    told += ordering.take(kit.read_record(record))\n"
        "assert (files(kit) / 'py.typed').is_file()\n"
        "print(len(records), len(told), sorted({one.source for one in told if one.source in 'intake appeals'}))\n"
    )

    said = _run(python, "-I", script)

    assert re.fullmatch(r"(\d+) \1 \['appeals', 'intake'\]\n", said), said


def test_the_plugin_passes_good_consumers_and_tells_bad_ones_what_they_do_wrong(python: Path, tmp_path: Path) -> None:
    """INVARIANT: each usual mistake of a consumer is told by its own sentence.

    A delivery that a consumer without the kit's ordering stands would prove nothing.
    """
    (tmp_path / "test_consumers.py").write_text(Path(__file__).with_name("consumers.py").read_text(encoding="utf-8"))
    ran = subprocess.run(
        [python, "-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "-rA", tmp_path], capture_output=True,
        text=True, check=False, timeout=100, cwd=tmp_path,
    )  # fmt: skip

    failed = set(re.findall(r"^FAILED \S+::test_(\w+\[\w+\])", ran.stdout, re.MULTILINE))
    assert failed == {
        "counts_twice[duplicates]",
        "assumes_order[disorder]",
        "assumes_order[gaps]",
        "dies_on_poison[poison]",
        "ignores_gaps[disorder]",
        "ignores_gaps[gaps]",
        "forgets_held[disorder]",
        "forgets_held[gaps]",
        "binary_only[structured]",
        "closed_to_more[newer]",
    }, ran.stdout
    for said in (
        "duplicates: counts duplicates twice: records that came again had effects again",
        "disorder: assumes order: with the topics fetched as",
        "poison: dies on poison: the consumer raised UnreadableError: the record has no value",
        "gaps: ignores gaps: intake sequence",
        "gaps: loses what it held: after",
        "structured: reads binary mode only",
        "newer: stumbles over a later release",
        "cure: facts of one case and source are in order of ce_sequence, not of arrival: hold what comes early",
    ):
        assert said in ran.stdout, said
    assert len(re.findall(r"^PASSED \S+::test_good\[", ran.stdout, re.MULTILINE)) == 6, ran.stdout
    assert "in consume" in ran.stdout, "where the consumer raised is told"


def test_the_plugin_replays_the_recording_that_is_named(python: Path, tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(
        "def test_it(redress_recording): assert redress_recording.name == 'own.jsonl'"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nredress_recording = own.jsonl\n")

    _run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path)


def test_the_kit_imports_pydantic_and_nothing_of_redress() -> None:
    for path in SOURCES:
        allowed = {"redress_contracts", "pydantic", *sys.stdlib_module_names}
        if path.name == "pytest_plugin.py":
            allowed.add("pytest")
        assert imported(path.read_text(encoding="utf-8")) <= allowed, path


@pytest.mark.parametrize("planted", ["import orjson", "from shared.kernel.ids import Id", "import yaml.nodes as n"])
def test_an_import_that_the_kit_may_not_have_is_found(planted: str) -> None:
    assert imported(planted) - {"redress_contracts", "pydantic", *sys.stdlib_module_names}


def test_what_the_readme_imports_is_there_and_its_code_is_python() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (PACKAGE / "README.md").read_text(encoding="utf-8"), re.DOTALL)

    assert len(blocks) == 2
    for block in blocks:
        compile(block, "README.md", "exec")
    (names,) = re.findall(r"from redress_contracts import (.*)", blocks[0])
    assert all(hasattr(redress_contracts, name) for name in names.split(", "))


def test_kit_and_system_have_one_version() -> None:
    versions = [
        tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        for folder in (ROOT, PACKAGE)
    ]

    assert versions[0] == versions[1], "both are released together: the kit's types are those of this release"


def imported(source: str) -> set[str]:
    """The top-level packages that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found |= {alias.name.partition(".")[0] for alias in names}
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module.partition(".")[0])
            case _:
                continue
    return found


def _copy(folder: Path) -> Path:
    """The package's files where a build may leave its own beside them."""
    for path in (PACKAGE / "pyproject.toml", PACKAGE / "README.md", *(PACKAGE / "src").rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            target = folder / "source" / path.relative_to(PACKAGE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder / "source"


def _lay(name: str, site: Path) -> None:
    """Link an installed distribution into another environment: no index is asked, nothing is copied."""
    installed = distribution(name)
    for top in {file.parts[0] for file in installed.files or () if file.parts[0] not in {"..", "__pycache__"}}:
        link = site / top
        if not link.exists():
            link.symlink_to(Path(str(installed.locate_file(top))))


def _run(*words: str | Path) -> str:
    ran = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, timeout=100)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
