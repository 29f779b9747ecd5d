"""The naming laws of style 3.4, and the size of a file."""

import ast
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, SERVICES, modules, offences

SHIPPED = ("services", "shared", "redress")
LONGEST = 250
SUFFIXES = ("Command", "Event", "DTO", "Dto", "Manager", "Service", "Base")
THE_KINDS_THEMSELVES = {"Command", "Service"}  # shared/ names the kind once; nothing else repeats it
VAGUE_FILES = re.compile(r"(^|_)(utils?|helpers?|common|misc|base|managers?)\.py$|_projector\.py$")
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
TOPIC = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")


def classes(source: str) -> list[ast.ClassDef]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]


def literal(owner: ast.ClassDef, name: str) -> str | None:
    """The string a class body gives a name, or None."""
    for node in owner.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.Constant(value=str(value))) if found == name:
                return value
            case ast.Assign(targets=[ast.Name(id=found)], value=ast.Constant(value=str(value))) if found == name:
                return value
    return None


def named(files: Iterable[Path], name: str) -> list[str]:
    """Every value that classes of these files give to a class attribute."""
    found = (literal(c, name) for path in files for c in classes(path.read_text(encoding="utf-8")))
    return [value for value in found if value is not None]


def repeated(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def names_that_repeat_their_kind(source: str) -> list[str]:
    return [
        f"{c.lineno} class {c.name}: the folder says what kind it is"
        for c in classes(source)
        if (c.name.endswith(SUFFIXES) and c.name not in THE_KINDS_THEMSELVES) or re.match(r"Base[A-Z]", c.name)
    ]


def misnamed_facts(service: str, source: str) -> list[str]:
    stored = re.compile(rf"{service}\.{SNAKE.pattern}\.v[1-9][0-9]*")
    return [
        f"{c.lineno} {c.name}.TYPE {value!r} is not {service}.fact_name.vN"
        for c in classes(source)
        if (value := literal(c, "TYPE")) is not None and not stored.fullmatch(value)
    ]


def misnamed_commands(source: str) -> list[str]:
    return [
        f"{c.lineno} {c.name}.NAME {value!r} is not snake_case"
        for c in classes(source)
        if (value := literal(c, "NAME")) is not None and not SNAKE.fullmatch(value)
    ]


def misnamed_published(source: str) -> list[str]:
    found = []
    for c in classes(source):
        topic, type_, sender = (literal(c, name) for name in ("TOPIC", "TYPE", "SOURCE"))
        if (topic, type_, sender) == (None, None, None):
            continue
        if topic is None or not TOPIC.fullmatch(topic):
            found.append(f"{c.lineno} {c.name}.TOPIC {topic!r} is not subject.happened")
        elif type_ is None or not re.fullmatch(rf"{re.escape(topic)}\.v[1-9][0-9]*", type_):
            found.append(f"{c.lineno} {c.name}.TYPE {type_!r} is not {topic}.vN")
        if sender not in {*SERVICES, "platform", "any"}:
            found.append(f"{c.lineno} {c.name}.SOURCE {sender!r} is no service")
    return found


def too_long(source: str) -> list[str]:
    lines = sum(1 for line in source.splitlines() if line.strip())
    return [f"1 has {lines} non-blank lines, over {LONGEST}"] if lines > LONGEST else []


def test_a_class_name_does_not_repeat_its_kind() -> None:
    assert not offences(modules(*SHIPPED), names_that_repeat_their_kind)


def test_a_file_name_says_what_is_in_it() -> None:
    assert not [path.relative_to(ROOT) for path in modules(*SHIPPED) if VAGUE_FILES.search(path.name)]


def test_a_file_is_short_enough_to_read() -> None:
    assert not offences(modules(*SHIPPED), too_long)


@pytest.mark.parametrize("service", SERVICES)
def test_stored_names_follow_the_grammar(service: str) -> None:
    folder = f"services/{service}/domain"

    assert not offences(modules(folder), lambda source: misnamed_facts(service, source))
    assert not repeated(named(modules(folder), "TYPE"))


@pytest.mark.parametrize("service", SERVICES)
def test_command_names_are_snake_case_and_unique(service: str) -> None:
    folder = f"services/{service}/domain"

    assert not offences(modules(folder), misnamed_commands)
    assert not repeated(named(modules(folder), "NAME"))


def test_published_names_follow_the_topic_grammar() -> None:
    assert not offences(modules("shared/contracts"), misnamed_published)
    assert not repeated(named(modules("shared/contracts"), "TYPE"))


@pytest.mark.parametrize("service", SERVICES)
def test_the_laws_see_commands_and_facts_of_every_service(service: str) -> None:
    folder = f"services/{service}/domain"

    assert named(modules(folder), "TYPE")
    assert named(modules(folder), "NAME")


@pytest.mark.parametrize(
    "planted",
    ["LodgeAppealCommand", "AppealLodgedEvent", "CaseDTO", "CaseManager", "MediationService", "CaseBase", "BaseCase"],
)
def test_a_planted_suffix_is_found(planted: str) -> None:
    assert names_that_repeat_their_kind(f"class {planted}: ...")


@pytest.mark.parametrize(
    "fine", ["LodgeAppeal", "AppealLodged", "Command", "Service", "ServiceSettings", "EventLog", "Based"]
)
def test_an_honest_class_name_is_let_alone(fine: str) -> None:
    assert not names_that_repeat_their_kind(f"class {fine}: ...")


@pytest.mark.parametrize(
    "planted", ["appeal_lodged.v1", "intake.appeal_lodged.v1", "appeals.AppealLodged.v1", "appeals.x.v0"]
)
def test_a_planted_stored_name_is_found(planted: str) -> None:
    assert misnamed_facts("appeals", f'class AppealLodged(Fact):\n    TYPE: ClassVar[str] = "{planted}"')


@pytest.mark.parametrize("planted", ["LodgeAppeal", "lodge-appeal", "lodge appeal", "_lodge"])
def test_a_planted_command_name_is_found(planted: str) -> None:
    assert misnamed_commands(f'class LodgeAppeal(Command):\n    NAME = "{planted}"')


@pytest.mark.parametrize(
    "planted",
    [
        ("AppealOpened", "AppealOpened.v1", "appeals"),
        ("appeal.opened", "appeals.opened.v1", "appeals"),
        ("appeal.opened", "appeal.opened", "appeals"),
        ("appeal.opened", "appeal.opened.v1", "appeal"),
    ],
)
def test_a_planted_published_name_is_found(planted: tuple[str, str, str]) -> None:
    topic, type_, sender = planted

    assert misnamed_published(
        f'class A(Published):\n    TOPIC = "{topic}"\n    TYPE = "{type_}"\n    SOURCE = "{sender}"'
    )


def test_a_planted_repetition_is_found() -> None:
    assert repeated(["open_round", "seal", "open_round"]) == ["open_round"]


def test_a_planted_long_file_is_found() -> None:
    assert too_long("x = 1\n" * (LONGEST + 1))
    assert not too_long("x = 1\n\n" * LONGEST)


@pytest.mark.parametrize("planted", ["utils.py", "case_helpers.py", "timeline_projector.py", "base.py"])
def test_a_planted_vague_file_name_is_found(planted: str) -> None:
    assert VAGUE_FILES.search(planted)
