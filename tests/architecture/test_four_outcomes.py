"""Every command, every rule and every fact of a service is named in its pure tests.

INVARIANT: no rule can refuse anybody without a test that says so.
Broken by a new `Refused` or `Failure` whose code no test under tests/pure/<service> quotes.
"""

import ast
import re
from collections.abc import Sequence
from importlib import import_module

import pytest

from shared.eventing.model import Model
from tests.architecture.test_naming import named
from tests.architecture.tree import ROOT, SERVICES, modules

Rules = set[str]
Giver = tuple[int, str]
"""Where a call gives its rule: the position and the name of the argument."""

REFUSALS: dict[str, Giver] = {"Refused": (0, "rule"), "Failure": (0, "rule")}


def name_called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def rule_given(call: ast.Call, giver: Giver) -> ast.expr | None:
    position, name = giver
    by_name = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    return call.args[position] if position < len(call.args) else by_name


def calls(tree: ast.AST, givers: dict[str, Giver]) -> list[tuple[ast.Call, ast.expr | None]]:
    """Each call that gives a rule, with the rule it gives."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and name_called(node) in givers]
    return [(call, rule_given(call, givers[name_called(call)])) for call in found]


def forwarders(tree: ast.AST, givers: dict[str, Giver]) -> dict[str, tuple[Giver, ast.expr]]:
    """The functions that pass one of their own parameters on as a rule, and the expression that does."""
    found: dict[str, tuple[Giver, ast.expr]] = {}
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        parameters = [arg.arg for arg in function.args.args]
        for _, rule in calls(function, givers):
            if isinstance(rule, ast.Name) and rule.id in parameters:
                position = parameters.index(rule.id) - (parameters[0] in {"self", "cls"})
                found[function.name] = ((position, rule.id), rule)
    return found


def census(sources: Sequence[str]) -> tuple[Rules, list[str]]:
    """Every rule that these modules can refuse with, and the calls whose rule only running them would tell."""
    trees = [ast.parse(source) for source in sources]
    givers, passed_on = dict(REFUSALS), set[ast.expr]()
    while found := {
        name: giver for tree in trees for name, giver in forwarders(tree, givers).items() if giver[1] not in passed_on
    }:
        givers |= {name: giver for name, (giver, _) in found.items()}
        passed_on |= {rule for _, rule in found.values()}
    given = [(call, rule) for tree in trees for call, rule in calls(tree, givers) if rule not in passed_on]
    rules = set().union(*(codes(rule) or set() for _, rule in given))
    return rules, [f"{call.lineno}: {ast.unparse(call)}" for call, rule in given if codes(rule) is None]


def codes(rule: ast.expr | None) -> Rules | None:
    """The rules an expression can stand for; None when that cannot be read off."""
    match rule:
        case ast.Constant(value=str(code)):
            return {code}
        case ast.IfExp(body=body, orelse=orelse):
            one, other = codes(body), codes(orelse)
            return None if one is None or other is None else one | other
        case ast.Attribute(attr="rule"):
            return set()  # passes on a rule that was given elsewhere
        case _:
            return None


def unnamed(rules: Rules, commands: set[str], tests: str) -> list[str]:
    """The rules that no test quotes and the commands that no test names."""
    quoted = {f"rule {rule}" for rule in rules if not re.search(rf"""(["']){re.escape(rule)}\1""", tests)}
    named = {f"command {command}" for command in commands if not re.search(rf"\b{command}\b", tests)}
    return sorted(quoted | named)


def model_of(service: str) -> Model:
    model = import_module(f"services.{service}.model").MODEL
    assert isinstance(model, Model)
    return model


def sources(folder: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in modules(folder)]


@pytest.mark.parametrize("service", SERVICES)
def test_every_command_and_every_rule_has_a_pure_test(service: str) -> None:
    rules, _ = census(sources(f"services/{service}/domain"))
    commands = {command.__name__ for command in model_of(service).commands}

    assert rules
    assert commands
    assert not unnamed(rules, commands, "\n".join(sources(f"tests/pure/{service}")))


@pytest.mark.parametrize("service", SERVICES)
def test_every_rule_can_be_read_off_the_code(service: str) -> None:
    _, hidden = census(sources(f"services/{service}/domain"))

    assert not hidden, "write the rule as a literal"


@pytest.mark.parametrize("service", SERVICES)
def test_the_model_lists_every_command_and_fact_of_its_domain(service: str) -> None:
    model = model_of(service)

    assert sorted(named(modules(f"services/{service}/domain"), "NAME")) == sorted(c.NAME for c in model.commands)
    assert sorted(named(modules(f"services/{service}/domain"), "TYPE")) == sorted(f.TYPE for f in model.facts)


@pytest.mark.parametrize("service", SERVICES)
def test_every_published_fact_of_a_service_is_one_it_tells(service: str) -> None:
    contract = ROOT / "shared" / "contracts" / f"{service}.py"

    own = [told for told in model_of(service).tells if told.SOURCE != "any"]

    assert sorted(named([contract], "TYPE")) == sorted(told.TYPE for told in own)


PLANTED = """
def lodge(command, state):
    if state.closed:
        return Refused("dispute_can_be_appealed_once", detail="...")
    if late:
        return decider.Refused(rule="window_must_be_open")
    return [Failure(rule="a" if x else "b", detail="")], Refused(earlier.rule)

class Claim:
    def fails(self, rule, detail): return Failure(rule=rule, detail=detail)

def always(claim, because): return claim.fails(because, "")
"""
ELSEWHERE = 'claim.fails("category_must_be_listed", "..."); always(claim, because="never")'


def test_the_census_finds_every_way_to_name_a_rule() -> None:
    direct = {"dispute_can_be_appealed_once", "window_must_be_open", "a", "b"}

    assert census([PLANTED]) == (direct, [])
    assert census([PLANTED, ELSEWHERE]) == (direct | {"category_must_be_listed", "never"}, [])


@pytest.mark.parametrize("planted", ["Refused(rule)", "Refused(f'{side}_late')", "Failure(rule=RULES[0])", "Refused()"])
def test_the_census_finds_a_planted_hidden_rule(planted: str) -> None:
    assert census([planted]) == (set(), [f"1: {planted}"])
    assert census([PLANTED, f"claim.fails({planted}.code, '')"])[1]


def test_the_census_finds_a_planted_untested_rule_and_command() -> None:
    tests = 'given().when(LodgeAppeal()).then_refused("window_must_be_open")'

    assert unnamed({"window_must_be_open"}, {"LodgeAppeal"}, tests) == []
    assert unnamed({"window_must_be", "late"}, {"Lodge"}, tests) == [
        "command Lodge",
        "rule late",
        "rule window_must_be",
    ]
