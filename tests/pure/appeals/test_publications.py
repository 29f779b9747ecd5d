"""Which own facts the other services are told."""

from typing import Any

from services.appeals.domain.events import FACTS, AppealDecided, AppealDismissed, AppealOpened
from services.appeals.model import MODEL
from services.appeals.publications import TELLS, publish
from shared.contracts import appeals as told
from shared.eventing.messages import Fact, Published
from shared.eventing.model import About
from tests.examples import appeals as ex
from tests.kit.deciding import NOON

ABOUT = About(stream=ex.CASE, at=NOON, by=ex.QINGYAO)
DISMISSAL = ex.an_appealable_ruling().after(ex.an_appeal(new_evidence=()))
OVERDUE = ex.an_appeal_under_review().after(ex.note_review_overdue()).after(ex.an_amendment())


def the(kind: type[Fact]) -> Any:
    known = (*DISMISSAL.facts, *OVERDUE.facts, *ex.a_settled_case().facts)
    return next(fact for fact in known if type(fact) is kind)


def test_only_what_opens_dismisses_or_decides_an_appeal_is_told() -> None:
    public = {kind: type(publish(the(kind), ABOUT)) for kind in FACTS}
    assert public == dict.fromkeys(FACTS, type(None)) | {
        AppealOpened: told.AppealOpened,
        AppealDismissed: told.AppealDismissed,
        AppealDecided: told.AppealDecided,
    }


def test_what_is_told_carries_all_that_the_contract_names() -> None:
    for kind in (AppealOpened, AppealDismissed, AppealDecided):
        fact = the(kind)
        published = publish(fact, ABOUT)
        assert isinstance(published, Published)
        assert published.model_dump() == {"case_id": ex.CASE, "at": NOON, **fact.model_dump()}


def test_everything_that_can_be_told_is_declared() -> None:
    assert {told.AppealOpened, told.AppealDismissed, told.AppealDecided} == set(TELLS)
    assert MODEL.tells == TELLS
    assert MODEL.service == "appeals"


def test_stored_facts_read_back_as_they_were_written() -> None:
    for kind in FACTS:
        fact = the(kind)
        assert kind.model_validate_json(fact.model_dump_json()) == fact
