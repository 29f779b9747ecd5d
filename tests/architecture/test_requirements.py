"""Every requirement of the source article is shown by a test that every commit runs, or says why not."""

from tests.kit.requirements import PAGE, Requirement, page, read, unknown, unshown

ALL = read()


def test_the_ninety_requirements_are_there_in_their_order() -> None:
    assert [requirement.n for requirement in ALL] == list(range(1, 91))


def test_every_requirement_is_shown_or_says_why_not() -> None:
    assert not unshown(ALL)


def test_every_named_test_exists_in_a_suite_that_every_commit_runs() -> None:
    assert not unknown(ALL)


def test_the_committed_page_is_what_the_list_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(ALL), "run make docs"


def _planted(*tests: str) -> list[Requirement]:
    return [Requirement(n=1, section="s", en="asked", zh="问", tests=tests)]


def test_a_planted_requirement_without_a_test_is_found() -> None:
    assert unshown(_planted()) == ["1: asked"]


def test_a_planted_test_that_is_not_there_or_not_always_run_is_found() -> None:
    here = "architecture/test_requirements.py::test_every_requirement_is_shown_or_says_why_not"
    seldom = "faults/test_exactly_once_in_effect.py::test_every_fact_takes_effect_exactly_once"
    gone = "architecture/test_requirements.py::test_gone"

    assert unknown(_planted(here, seldom, gone)) == [f"1: {seldom}", f"1: {gone}"]
