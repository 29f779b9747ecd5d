"""An award beyond one specialist's authority is issued only when a second specialist agrees.

Whoever disagrees says why and drafts in turn, as the specialist of the case from then on. A draft of that one that is
again beyond one specialist's authority goes to a third specialist; only where there is no third, back to the first.
So no award of that size is ever issued that two specialists do not both stand for, and the case always has one owner.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from services.mediation.domain.access import unless_assigned
from services.mediation.domain.events import MediationFact, RulingDisagreed
from services.mediation.domain.ruling import issued
from services.mediation.domain.standing import AwaitingRuling, Drafted, Mediation
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Actor
from shared.kernel.refusals import Refused


class AgreeWithRuling(Command):
    NAME: ClassVar[str] = "agree_with_ruling"


class DisagreeWithRuling(Command):
    NAME: ClassVar[str] = "disagree_with_ruling"

    reason: Words


def may_give_second_opinion(by: Actor, _at: datetime, state: Mediation) -> Refused | None:
    opinion = _asked(by, state)
    return opinion if isinstance(opinion, Refused) else None


def agree_with_ruling(command: AgreeWithRuling, state: Mediation) -> Sequence[MediationFact] | Refused:
    asked = _asked(command.by, state)
    if isinstance(asked, Refused):
        return asked
    awaiting, drafted = asked
    return issued(command, drafted.draft, awaiting)


def disagree_with_ruling(command: DisagreeWithRuling, state: Mediation) -> Sequence[MediationFact] | Refused:
    asked = _asked(command.by, state)
    if isinstance(asked, Refused):
        return asked
    rules = asked[0].file.rules
    due_at = command.at + rules.windows.of("ruling")
    disagreed = RulingDisagreed(
        adjudicator=command.by, reason=command.reason, due_at=due_at, remind_at=rules.remind(command.at, due_at)
    )
    return [disagreed]


def _asked(by: Actor, state: Mediation) -> tuple[AwaitingRuling, Drafted] | Refused:
    if refusal := unless_assigned(by, state):
        return refusal
    if not isinstance(state, AwaitingRuling) or state.drafted is None:
        return Refused("ruling_must_be_drafted", "no drafted ruling waits for a second specialist")
    if state.drafted.by == by:
        return Refused(
            "second_opinion_must_be_anothers", "the caller drafted this ruling; a second specialist is sought"
        )
    return state, state.drafted
