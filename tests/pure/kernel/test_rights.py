"""Who stands how to a case, and what follows from that by the table of rights."""

import pytest

from shared.contracts.appeals import AppealDecided, AppealOpened, AppealWithdrawn
from shared.contracts.intake import ComplaintAccepted, ComplaintClosed, ComplaintFiled
from shared.contracts.mediation import MediationOpened, OfferMade
from shared.contracts.people import people_after
from shared.eventing.messages import Published
from shared.kernel.actors import Actor, Parties, Role
from shared.kernel.rights import (
    DECLARED_RULE,
    EVERY,
    ONESELF_RULE,
    PEOPLE_RULE,
    ROLE_RULE,
    People,
    Relation,
    Right,
    matters,
    page_keys,
    refusal,
)
from shared.kernel.rights_table import right_to
from tests.kit.golden import golden

HERS = Parties(buyer_id="lin", seller_id="qingyao")
LIN = Actor(role=Role.BUYER, id="lin")
MEI = Actor(role=Role.FRONTLINE, id="mei")
JUN = Actor(role=Role.FRONTLINE, id="jun")
RUI = Actor(role=Role.REVIEWER, id="rui")
WEI = Actor(role=Role.AUDITOR, id="wei")


def told(kind: type[Published], **changes: object) -> Published:
    return kind.model_validate_json(golden()[kind.TYPE].value).model_copy(update={"parties": HERS} | changes)


def whose(*facts: Published) -> People:
    people = None
    for fact in facts:
        people = people_after(people, fact)
    assert people is not None
    return people


FILED, TAKEN_UP = told(ComplaintFiled), told(ComplaintAccepted)
MEDIATED = told(MediationOpened, adjudicator=MEI)
APPEALED, DECIDED = told(AppealOpened), told(AppealDecided, reviewer=RUI)


@pytest.mark.parametrize(
    ("facts", "by", "relation"),
    [
        ((FILED,), LIN, Relation.OWN),
        ((FILED,), Actor(role=Role.SELLER, id="lin"), Relation.OTHER),
        ((FILED,), Actor(role=Role.BUYER, id="qingyao"), Relation.OTHER),
        ((FILED, TAKEN_UP), MEI, Relation.NONE),
        ((FILED, TAKEN_UP, MEDIATED), MEI, Relation.OWN),
        ((FILED, TAKEN_UP, MEDIATED), JUN, Relation.OTHER),
        ((FILED, MEDIATED, told(MediationOpened, adjudicator=JUN)), MEI, Relation.OTHER),
        ((FILED, told(ComplaintClosed)), MEI, Relation.OTHER),
        ((FILED, told(ComplaintClosed), FILED), MEI, Relation.NONE),
        ((FILED, MEDIATED), RUI, Relation.OTHER),
        ((FILED, MEDIATED, APPEALED), RUI, Relation.NONE),
        ((FILED, MEDIATED, APPEALED, told(AppealWithdrawn, ruling_stands=False)), RUI, Relation.NONE),
        ((FILED, MEDIATED, APPEALED, told(AppealWithdrawn, ruling_stands=True)), RUI, Relation.OTHER),
        ((FILED, MEDIATED, APPEALED, DECIDED), RUI, Relation.OWN),
        ((FILED, MEDIATED, APPEALED, DECIDED), Actor(role=Role.REVIEWER, id="yun"), Relation.OTHER),
        ((MEDIATED, FILED), MEI, Relation.OWN),
    ],
)
def test_a_case_is_its_parties_and_whoever_has_it_now(
    facts: tuple[Published, ...], by: Actor, relation: Relation
) -> None:
    assert whose(*facts).relation_of(by) is relation


def test_what_says_nothing_of_people_leaves_them_as_they_are() -> None:
    people = whose(FILED)

    assert people_after(people, told(OfferMade)) is people
    assert people_after(people, FILED) is people
    assert people_after(None, told(OfferMade)) is None


def test_pages_find_a_case_by_its_people_and_by_the_roles_it_waits_for() -> None:
    assert whose(FILED).listed_for == ("buyer:lin", "seller:qingyao", "frontline:", "specialist:")
    assert whose(FILED, MEDIATED, APPEALED).listed_for == ("buyer:lin", "seller:qingyao", "frontline:mei", "reviewer:")
    assert People(parties=HERS, order=True).listed_for == ()


@pytest.mark.parametrize(
    ("action", "by", "relation", "rule"),
    [
        ("urge", LIN, Relation.OWN, None),
        ("urge", LIN, Relation.OTHER, PEOPLE_RULE),
        ("urge", LIN, Relation.NONE, PEOPLE_RULE),
        ("urge", MEI, Relation.OWN, ROLE_RULE),
        ("POST /cases/{case_id}/urge", LIN, Relation.OWN, None),
        ("GET /cases/{case_id}", WEI, None, None),
        ("GET /scorecards/sellers/{seller_id}", Actor(role=Role.SELLER, id="s"), Relation.OTHER, ONESELF_RULE),
        ("POST /cases/{case_id}/become-king", LIN, Relation.OWN, DECLARED_RULE),
        ("become_king", LIN, Relation.OWN, DECLARED_RULE),
        ("GET /cases", LIN, None, None),
    ],
)
def test_what_is_not_granted_is_refused_with_its_rule(
    action: str, by: Actor, relation: Relation | None, rule: str | None
) -> None:
    refused = refusal(right_to(action), by, relation, action, "case-1")

    assert (refused and refused.rule) == rule
    assert refused is None or (refused.detail and refused.cure)


def test_whether_a_case_exists_is_not_told_by_the_refusal() -> None:
    """INVARIANT: another's case and none at all are refused in the same words."""
    right = right_to("urge")

    assert refusal(right, LIN, Relation.OTHER, "urge", "case-1") == refusal(right, LIN, Relation.NONE, "urge", "case-1")


def test_the_relation_matters_only_where_it_decides() -> None:
    assert not matters(None, Role.BUYER)
    assert not matters(Right({Role.BUYER: EVERY}), Role.BUYER)
    assert not matters(Right({}), Role.BUYER)
    assert matters(Right({Role.BUYER: frozenset({Relation.OWN})}), Role.BUYER)


def test_pages_are_of_all_cases_of_ones_own_or_of_none() -> None:
    right = right_to("GET /cases")
    assert right is not None

    assert page_keys(right, WEI) is None
    assert page_keys(right, LIN) == ("buyer:lin",)
    assert page_keys(right, MEI) == ("frontline:mei", "frontline:")
    assert page_keys(Right({}), LIN) == ()
