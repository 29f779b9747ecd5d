"""Decisions, policies and publications are functions of what they are given.

INVARIANT: the same command on the same facts decides the same, on every machine and at any time.
Broken by a clock, a made-up id, chance, the environment, or anything awaited.
"""

import ast

import pytest

from tests.architecture.tree import offences, pure_modules

FORBIDDEN_MODULES = {
    "asyncio",
    "concurrent",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "sys",
    "threading",
    "time",
}
FORBIDDEN_CALLS = {
    "choice",
    "getenv",
    "input",
    "now",
    "open",
    "perf_counter",
    "print",
    "randint",
    "sleep",
    "today",
    "token_hex",
    "utcnow",
    "uuid1",
    "uuid4",
    "uuid7",
}


def impurities(source: str) -> list[str]:
    """Each thing in a module that a pure room may not do, with its line."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [
                    (node.lineno, f"imports {n.name}") for n in names if n.name.split(".")[0] in FORBIDDEN_MODULES
                ]
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in FORBIDDEN_MODULES:
                found.append((node.lineno, f"imports {module}"))
            case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                found.append((node.lineno, "is async"))
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in FORBIDDEN_CALLS:
                found.append((node.lineno, f"calls {name}()"))
            case ast.Global() | ast.Nonlocal():
                found.append((node.lineno, "keeps state outside its arguments"))
            case _:
                pass
    return [f"{line} {what}" for line, what in found]


def test_the_pure_rooms_are_pure() -> None:
    assert not offences(pure_modules(), impurities)


def test_the_law_looks_at_files_of_every_pure_room() -> None:
    looked_at = {path.parts[-2] + "/" + path.name for path in pure_modules()}

    assert {"domain/events.py", "domain/decider.py", "kernel/money.py", "contracts/intake.py"} <= looked_at
    assert {f"{service}/policies.py" for service in ("intake", "evidence", "mediation", "appeals")} <= looked_at


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("async def decide(): ...", "1 is async"),
        ("def decide():\n    return datetime.now(UTC)", "2 calls now()"),
        ("at = datetime.datetime.utcnow()", "1 calls utcnow()"),
        ("born = date.today()", "1 calls today()"),
        ("id = uuid4()", "1 calls uuid4()"),
        ("id = uuid.uuid7()", "1 calls uuid7()"),
        ("print('decided')", "1 calls print()"),
        ("text = open('policy.yaml')", "1 calls open()"),
        ("import os", "1 imports os"),
        ("import os.path as p", "1 imports os.path"),
        ("from asyncio import gather", "1 imports asyncio"),
        ("def f():\n    import random", "2 imports random"),
        ("import logging", "1 imports logging"),
        ("from time import monotonic", "1 imports time"),
        ("def f():\n    global seen", "2 keeps state outside its arguments"),
    ],
)
def test_the_law_finds_a_planted_impurity(planted: str, found: str) -> None:
    assert impurities(planted) == [found]


def test_the_law_lets_pure_code_alone() -> None:
    pure = "from datetime import timedelta\n\ndef due(command):\n    return command.at + timedelta(hours=48)\n"

    assert impurities(pure) == []
