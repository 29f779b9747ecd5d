"""What must hold between the parts of a policy document, beyond the type of each part.

Every rule looks at plain data that may be wrong in other ways too, so that all faults are told at once.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from shared.adapters.policy_document import Broken, Path
from shared.kernel.items import Element

_LONGEST: Final = 87_600
"""Hours of ten years: beyond any window that is meant, and before instants leave the calendar."""


def broken_rules(data: Any) -> Iterator[Broken]:
    """Every rule that a document breaks, in the order of the rules."""
    for rule in RULES:
        yield from rule(data)


def _name_is_text(data: Any) -> Iterator[Broken]:
    name = data.get("name")
    if "name" in data and not (isinstance(name, str) and name.strip()):
        yield Broken(("name",), "name_must_be_text", f"it is {name!r}", 'quote it, for example "2026-11"')


def _clause_ids_are_unique(data: Any) -> Iterator[Broken]:
    seen: set[str] = set()
    for path, clause in _clauses(data):
        if (known := clause.get("id")) in seen:
            yield Broken((*path, "id"), "clause_id_must_be_unique", f"{known} is defined twice", "give it its own id")
        seen.add(str(known))


def _clauses_speak_both_languages(data: Any) -> Iterator[Broken]:
    for path, clause in _clauses(data):
        for language in ("zh", "en"):
            said = clause.get(language)
            if said is None or (isinstance(said, str) and not said.strip()):
                detail = f"clause {clause.get('id')} has no text in {language}"
                cure = f"write the text of the clause under {language}"
                yield Broken((*path, language), "clause_must_have_text_in_zh_and_en", detail, cure)


def _cited_clauses_exist(data: Any) -> Iterator[Broken]:
    known = {clause.get("id") for _, clause in _clauses(data)}
    for path, cited in _citations(data, ()):
        if isinstance(cited, str) and cited not in known:
            detail = f"no clause has the id {cited}"
            yield Broken(path, "cited_clause_must_exist", detail, "define the clause, or cite one that is defined")


def _windows_are_durations(data: Any) -> Iterator[Broken]:
    for path, hours in _windows(data, ()):
        if isinstance(hours, bool) or not isinstance(hours, int | float):
            continue
        if hours <= 0:
            cure = "give the hours as a number above zero"
            yield Broken(path, "window_must_be_longer_than_zero", f"{hours:g} hours", cure)
        elif hours > _LONGEST:
            cure = f"give the hours, at most {_LONGEST}"
            yield Broken(path, "window_must_be_at_most_ten_years", f"{hours:g} hours", cure)


def _categories_have_sub_reasons(data: Any) -> Iterator[Broken]:
    if data.get("categories") == {}:
        yield Broken(("categories",), "policy_must_have_a_category", "nothing can be filed", "add a category")
    for path, category in _categories(data):
        reasons = category.get("sub_reasons")
        if not reasons:
            cure = "list at least one sub-reason"
            yield Broken(
                (*path, "sub_reasons"), "category_must_have_sub_reasons", "nothing can be filed under it", cure
            )
            continue
        names = reasons if isinstance(reasons, list) else []
        for at, name in enumerate(names):
            if name in names[:at]:
                yield Broken((*path, "sub_reasons", at), "sub_reason_must_be_listed_once", f"{name}", "remove one")


def _sub_reasons_have_clauses(data: Any) -> Iterator[Broken]:
    for path, category in _categories(data):
        reasons, clauses = category.get("sub_reasons"), _mapping(category.get("clauses"))
        names = reasons if isinstance(reasons, list) else []
        for at, name in enumerate(names):
            if str(name) not in clauses:
                cure = f"add `{name}: <clause id>` under clauses of the category"
                yield Broken((*path, "sub_reasons", at), "sub_reason_must_have_a_clause", f"{name} rests on none", cure)
        for name in clauses:
            if name not in names:
                cure = "list it under sub_reasons, or remove its clause"
                yield Broken((*path, "clauses", name), "clause_must_be_of_a_sub_reason", f"{name} is not listed", cure)


def _conditions_are_on_sub_reasons(data: Any) -> Iterator[Broken]:
    for path, category in _categories(data):
        reasons = category.get("sub_reasons")
        for name in _mapping(category.get("conditions")):
            if isinstance(reasons, list) and name not in reasons:
                cure = "list it under sub_reasons, or remove its conditions"
                yield Broken(
                    (*path, "conditions", name), "condition_must_be_of_a_sub_reason", f"{name} is not listed", cure
                )


def _categories_have_remedies(data: Any) -> Iterator[Broken]:
    for path, category in _categories(data):
        if category.get("remedies") == []:
            cure = "list what may be demanded"
            yield Broken((*path, "remedies"), "category_must_allow_a_remedy", "nothing can be demanded", cure)


def _elements_have_one_burden(data: Any) -> Iterator[Broken]:
    for path, category in _categories(data):
        burden = category.get("burden")
        borne: list[Any] = []
        for at, entry in enumerate(burden if isinstance(burden, list) else []):
            element = _mapping(entry).get("element")
            if element in borne:
                detail = f"{element} is borne twice"
                yield Broken((*path, "burden", at), "element_must_have_one_burden", detail, "keep one entry")
            if _mapping(entry).get("items") == []:
                cure = "list at least one kind of item"
                yield Broken((*path, "burden", at, "items"), "burden_must_name_items", f"nothing shows {element}", cure)
            borne.append(element)
        for missing in [element.value for element in Element if element not in borne]:
            cure = f"say who bears {missing} and with which items"
            yield Broken((*path, "burden"), "element_must_have_a_burden", f"nobody bears {missing}", cure)


def _authority_rises(data: Any) -> Iterator[Broken]:
    limits = _mapping(data.get("limits"))
    low, high = _mapping(limits.get("frontline_amount")), _mapping(limits.get("specialist_amount"))
    if not low or not high:
        return
    path = ("limits", "frontline_amount")
    if low.get("currency", "CNY") != high.get("currency", "CNY"):
        cure = "give both in one currency"
        yield Broken(path, "authority_must_be_in_one_currency", "the tiers cannot be compared", cure)
        return
    least, most = low.get("minor"), high.get("minor")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        detail = f"frontline may award {least}, specialist only {most}"
        cure = "give the specialist at least as much as the frontline"
        yield Broken((*path, "minor"), "frontline_must_not_exceed_specialist", detail, cure)


def _percents_rise(data: Any) -> Iterator[Broken]:
    for name, percents in _mapping(data.get("reminders")).items():
        if not isinstance(percents, list) or not all(isinstance(one, int) for one in percents):
            continue
        for at, (before, after) in enumerate(pairwise(percents), start=1):
            if after <= before:
                detail = f"{after} follows {before}"
                yield Broken(("reminders", name, at), "percents_must_rise", detail, "order them, each once")


RULES: Final[tuple[Callable[[Any], Iterator[Broken]], ...]] = (
    _name_is_text,
    _clause_ids_are_unique,
    _clauses_speak_both_languages,
    _cited_clauses_exist,
    _windows_are_durations,
    _categories_have_sub_reasons,
    _sub_reasons_have_clauses,
    _conditions_are_on_sub_reasons,
    _categories_have_remedies,
    _elements_have_one_burden,
    _authority_rises,
    _percents_rise,
)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _clauses(data: Any) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    clauses = data.get("clauses")
    for at, clause in enumerate(clauses if isinstance(clauses, list) else []):
        if isinstance(clause, Mapping):
            yield ("clauses", at), clause


def _categories(data: Any) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for name, category in _mapping(data.get("categories")).items():
        if isinstance(category, Mapping):
            yield ("categories", name), category


def _citations(part: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every place where a clause is cited: under `screening`, or under a name that ends in `clause` or `clauses`.

    Found by name, so that a field that a later capability adds is checked without being listed here.
    """
    if not isinstance(part, Mapping):
        return
    for name, value in part.items():
        at = (*path, name)
        cites = str(name).endswith(("clause", "clauses")) or at == ("screening",)
        if at == ("clauses",):
            continue
        if cites and isinstance(value, Mapping):
            yield from (((*at, key), cited) for key, cited in value.items())
        elif cites and isinstance(value, list):
            yield from (((*at, n), cited) for n, cited in enumerate(value))
        elif cites:
            yield at, value
        else:
            yield from _citations(value, at)


def _windows(part: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every number under a name `windows`, or under a name that ends in `window` or `hours`, at any depth."""
    for name, value in _mapping(part).items():
        at = (*path, str(name))
        if isinstance(value, Mapping):
            yield from _windows(value, at)
        elif "windows" in path or str(name).endswith(("window", "_hours")):
            yield at, value
