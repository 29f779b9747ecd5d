"""Which own facts the other services are told."""

from datetime import datetime
from typing import Any

import pytest

from services.appeals.domain.clocks import running
from services.appeals.domain.events import (
    FACTS,
    AppealDecided,
    AppealDismissed,
    AppealOpened,
    AppealWithdrawn,
    AssignmentOverdueNoted,
    ReminderSent,
    ReviewOverdueNoted,
)
from services.appeals.model import MODEL
from services.appeals.publications import OWED, TELLS, publish
from shared.contracts import appeals as told
from shared.contracts.notices import DutyOverdue, NoticeRequested
from shared.eventing.messages import Fact, Published
from shared.eventing.model import About
from shared.kernel.actors import SYSTEM, Actor
from tests.examples import appeals as ex
from tests.kit.deciding import NOON, History

ABOUT = About(stream=ex.CASE, at=NOON, by=ex.QINGYAO)
HISTORIES = (
    *ex.every_state().values(),
    ex.an_appeal_under_review().after(ex.remind()),
    ex.an_appeal_ready_for_review().after(ex.note_appeal_evidence(ex.UNSEEN_VIDEO)),
)
OF_THE_APPEAL: dict[type[Fact], type[Published]] = {
    AppealOpened: told.AppealOpened,
    AppealDismissed: told.AppealDismissed,
    AppealWithdrawn: told.AppealWithdrawn,
    AppealDecided: told.AppealDecided,
}


def the(kind: type[Fact]) -> Any:
    known = (fact for history in HISTORIES for fact in history.facts)
    return next(fact for fact in known if type(fact) is kind)


def test_only_what_others_act_on_is_told() -> None:
    public = {kind: type(publish(the(kind), ABOUT)) for kind in FACTS}
    assert public == dict.fromkeys(FACTS, type(None)) | OF_THE_APPEAL | {
        AssignmentOverdueNoted: DutyOverdue,
        ReviewOverdueNoted: DutyOverdue,
        ReminderSent: NoticeRequested,
    }


def test_what_is_told_carries_all_that_the_contract_names() -> None:
    for kind in OF_THE_APPEAL:
        fact = the(kind)
        published = publish(fact, ABOUT)
        assert isinstance(published, Published)
        assert published.model_dump() == {"case_id": ex.CASE, "at": NOON, **fact.model_dump(exclude={"opened_at"})}


@pytest.mark.parametrize(
    ("history", "duty", "owner", "due_at", "consequence"),
    [
        (ex.an_appeal_nobody_reviews(), "assign_reviewer", SYSTEM, ex.ASSIGN_BY, "reported"),
        (ex.a_reassigned_review(), "decide_appeal", ex.SONG, ex.REVIEW_DUE, "reassigned"),
        (
            ex.an_appeal_under_review().after(ex.note_review_overdue()),
            "decide_appeal",
            ex.SONG,
            ex.REVIEW_DUE,
            "reported",
        ),
    ],
)
def test_an_overdue_duty_is_told_with_what_follows(
    history: History, duty: str, owner: Actor, due_at: datetime, consequence: str
) -> None:
    published = (MODEL.publish(fact, ABOUT) for fact in history.facts)
    (overdue,) = [one for one in published if isinstance(one, DutyOverdue)]
    assert (overdue.duty, overdue.owner, overdue.due_at, overdue.consequence) == (duty, owner, due_at, consequence)


def test_a_reminder_is_a_notice_that_says_what_is_due_and_what_follows() -> None:
    reminder = the(ReminderSent)
    notice = publish(reminder, ABOUT)
    assert isinstance(notice, NoticeRequested)
    assert (notice.recipient, notice.channel, notice.purpose) == (ex.SONG, "sms", "reminder")
    assert notice.due_at == ex.REVIEW_DUE
    assert notice.text.startswith(f"The decision on the appeal is due by {ex.REVIEW_DUE.isoformat()}.")
    assert notice.text.endswith(reminder.consequence)
    assert publish(reminder, ABOUT) == notice
    later = publish(reminder, About(stream=ex.CASE, at=ex.DECIDED, by=SYSTEM))
    assert isinstance(later, NoticeRequested)
    assert later.notice_id != notice.notice_id


def test_every_clock_can_be_reminded_of() -> None:
    assert {clock.kind for history in HISTORIES for clock in running(history.state)} == set(OWED)


def test_everything_that_can_be_told_is_declared() -> None:
    assert {*OF_THE_APPEAL.values(), DutyOverdue, NoticeRequested} == set(TELLS)
    assert MODEL.tells == TELLS
    assert MODEL.service == "appeals"


def test_stored_facts_read_back_as_they_were_written() -> None:
    for kind in FACTS:
        fact = the(kind)
        assert kind.model_validate_json(fact.model_dump_json()) == fact
