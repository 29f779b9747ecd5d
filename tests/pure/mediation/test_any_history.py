"""Whatever is asked, in whatever order: nothing raises, facts replay, and every due row has something to do."""

from datetime import datetime, timedelta
from typing import Any, get_args

from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st

from services.mediation.domain.appeal import LiftStay, ReplaceObligations, StayObligations
from services.mediation.domain.assignment import AssignAdjudicator
from services.mediation.domain.clocks import running
from services.mediation.domain.compliance import (
    ConfirmBySilence,
    ConfirmPerformed,
    EnforceObligation,
    ReportPerformed,
)
from services.mediation.domain.contacts import LogContact, SendNotice
from services.mediation.domain.decider import COMMANDS, MEDIATION, MediationCommand
from services.mediation.domain.disputes import DecideDispute, DisputePerformance
from services.mediation.domain.events import FACTS, CaseResumed, MediationFact
from services.mediation.domain.failing import CloseOverdueMediation, FailMediation, NoteRulingOverdue
from services.mediation.domain.handover import HandOver, ReassignCase, RequestSpecialist
from services.mediation.domain.offers import AcceptOffer, DeclineOffer, LapseOffer, MakeOffer, WithdrawOffer
from services.mediation.domain.opening import OpenFile, OpenMediation, StopMediation
from services.mediation.domain.reminding import Remind
from services.mediation.domain.ruling import IssueRuling
from services.mediation.domain.second_opinion import AgreeWithRuling, DisagreeWithRuling
from services.mediation.domain.standing import AwaitingRuling, Complying, Mediating, Suspended
from services.mediation.domain.suspending import ResumeCase, SuspendCase
from services.mediation.entrypoints.deadlines import command_for
from services.mediation.publications import publish
from services.mediation.views.deadlines import VIEW as DEADLINES
from services.mediation.views.mediation_file import VIEW as MEDIATION_FILE
from shared.eventing.agenda import Agenda, Due
from shared.eventing.messages import Command
from shared.eventing.model import About
from shared.kernel.actors import SYSTEM, Actor, Side
from shared.kernel.reasons import RulingKind
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Terms
from tests.examples import mediation as the
from tests.kit.deciding import NOON, History, document_of, given

STAGES = [history.facts for history in the.every_stage()]
CALLERS = [the.LIN, the.QINGYAO, the.MEI, the.GAO, the.PASSER_BY, SYSTEM]
ROSTER = (*the.ROSTER, *the.SPECIALISTS[1:])
TERMS = [the.REFUND, the.PARTIAL_REFUND, the.RETURN_REFUND, the.EXCHANGE, the.REPAIR]
FAR = NOON + timedelta(days=10_000)

Steps = list[tuple[type[Command], Actor | None, int, int]]


def steps_of(kinds: list[type[Command]]) -> st.SearchStrategy[Steps]:
    callers = st.sampled_from([None, None, None, *CALLERS])
    step = st.tuples(st.sampled_from(kinds), callers, st.integers(0, 80), st.integers(0, 5))
    return st.lists(step, max_size=15)


# Few kinds a run, so that they meet each other often enough to matter.
STEPS = st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=4, unique=True).flatmap(steps_of)


def bodies(state: Any, pick: int, terms: Terms) -> dict[type[Command], tuple[Actor, dict[str, Any]]]:
    """Of each command, who would usually ask and for what, on the state as it stands."""
    state = state.held if isinstance(state, Suspended) else state
    adjudicator = getattr(state, "adjudicator", the.MEI)
    clocks = running(state)
    clock = clocks[pick % len(clocks)] if clocks else None
    reminder = {"clock": clock.kind if clock else "comply_by", "key": clock.key if clock else "", "row": "row/1"}
    offer = state.offer.offer_id if isinstance(state, Mediating) and state.offer else the.offer_id()
    debts = getattr(state, "debts", ()) or (None,)
    debt = debts[pick % len(debts)]
    owed = {"obligation_id": debt.obligation.id if debt else "refund-of-a-bowl"}
    buyer_owes = debt is not None and debt.obligation.debtor is Side.BUYER
    debtor, creditor = (the.LIN, the.QINGYAO) if buyer_owes else (the.QINGYAO, the.LIN)
    kept = tuple(each.obligation for each in debts if each)
    new = kept if pick % 2 else the.decided(terms)
    appeal = {"appeal_id": f"appeal-{pick % 2}"}
    ruling = {**dict(the.a_ruling(terms)), "kind": RulingKind.GRANT}
    return {
        OpenFile: (SYSTEM, dict(the.accepted())),
        OpenMediation: (SYSTEM, dict(the.sealed())),
        StopMediation: (SYSTEM, {"reason": "withdrawn"}),
        SuspendCase: (SYSTEM, {}),
        ResumeCase: (SYSTEM, {}),
        AssignAdjudicator: (SYSTEM, {"roster": ROSTER}),
        HandOver: (adjudicator, {"reason": "It is beyond me."}),
        RequestSpecialist: ((the.LIN, the.QINGYAO)[pick % 2], {"reason": "It takes too long."}),
        ReassignCase: ((SYSTEM, adjudicator)[pick % 2], {"reason": "I know the seller."}),
        Remind: (SYSTEM, reminder),
        SendNotice: (adjudicator, {"with_side": Side.BUYER, "text": "Please answer."}),
        LogContact: (adjudicator, {"channel": "sms", "with_side": Side.BUYER, "note": "Hello.", "outcome": "sent"}),
        MakeOffer: ((the.LIN, the.QINGYAO, adjudicator)[pick % 3], {"terms": terms}),
        AcceptOffer: ((the.LIN, the.QINGYAO)[pick % 2], {"offer_id": offer}),
        DeclineOffer: ((the.LIN, the.QINGYAO)[pick % 2], {"offer_id": offer, "reason": "No."}),
        LapseOffer: (SYSTEM, {"offer_id": offer}),
        WithdrawOffer: ((the.LIN, the.QINGYAO, adjudicator)[pick % 3], {"offer_id": offer}),
        FailMediation: (adjudicator, {"reason": "No way."}),
        CloseOverdueMediation: (SYSTEM, {}),
        NoteRulingOverdue: (SYSTEM, {}),
        IssueRuling: (adjudicator, ruling),
        AgreeWithRuling: (adjudicator, {}),
        DisagreeWithRuling: (adjudicator, {"reason": "It is too much."}),
        ReportPerformed: (debtor, {**owed, "proof": "Receipt."}),
        ConfirmPerformed: (creditor, owed),
        DisputePerformance: (creditor, {**owed, "reason": "No."}),
        DecideDispute: (adjudicator, {**owed, "performed": pick % 2 == 0, "reason": "The receipt says so."}),
        ConfirmBySilence: (SYSTEM, owed),
        EnforceObligation: (SYSTEM, owed),
        StayObligations: (SYSTEM, appeal),
        LiftStay: (SYSTEM, appeal),
        ReplaceObligations: (SYSTEM, {"obligations": new}),
    }


def played(facts: tuple[Any, ...], steps: Steps) -> tuple[History, list[tuple[datetime, Any]]]:
    """The history after all steps, and its facts with their moments."""
    state: Any = given(MEDIATION, *facts).state
    told: list[tuple[datetime, Any]] = [(the.APPEALED_AT, fact) for fact in facts]
    at = the.APPEALED_AT
    for number, (kind, caller, hours, pick) in enumerate(steps):
        at += timedelta(hours=hours)
        usual, body = bodies(state, pick, TERMS[pick % len(TERMS)])[kind]
        asking = {**body, "id": f"step-{number}", "case_id": the.CASE, "at": at, "by": caller or usual}
        command: Any = kind(**asking)
        outcome = MEDIATION.decide(command, state)
        if not isinstance(outcome, Refused):
            for fact in outcome:
                told.append((at, fact))
                state = MEDIATION.evolve(state, fact)
            MEDIATION.decide(command, state)
    return given(MEDIATION, *(fact for _, fact in told)), told


@settings(max_examples=300, deadline=None)
@any_of(st.sampled_from(STAGES), STEPS)
def test_any_history_replays_is_told_and_is_shown(facts: tuple[Any, ...], steps: Steps) -> None:
    """INVARIANT: no order or repetition of commands makes a decision, a publication or a view fail.

    A decision that emits a fact its own state cannot take, or a view that forgets a fact, breaks it.
    """
    history, told = played(facts, steps)

    stored = [(type(fact), fact.model_dump_json()) for _, fact in told]
    replayed = given(MEDIATION, *(kind.model_validate_json(data) for kind, data in stored))
    for at, fact in told:
        publish(fact, About(stream=the.CASE, at=at, by=SYSTEM))
    document = document_of(MEDIATION_FILE, *(fact for _, fact in told))

    assert replayed.state == history.state
    state = history.state.held if isinstance(history.state, Suspended) else history.state
    assert (document.debts if document else ()) == getattr(state, "debts", ())
    assert (document.waiting_on if document else ()) == running(history.state)


@settings(max_examples=300, deadline=None)
@any_of(st.sampled_from(STAGES), STEPS)
def test_a_row_is_due_exactly_while_its_command_has_something_to_do(facts: tuple[Any, ...], steps: Steps) -> None:
    """INVARIANT: the agenda holds a row if and only if firing it at its instant decides something.

    A row left behind would fire for ever; a row forgotten would let a deadline pass in silence.
    """
    check_agenda(*played(facts, steps))


def check_agenda(history: History, told: list[tuple[datetime, Any]]) -> None:
    agenda = document_of(DEADLINES, *(fact for _, fact in told)) or Agenda()
    if isinstance(history.state, Suspended):
        assert agenda.next_due is None
        at = max(told[-1][0], history.state.since) + timedelta(hours=30)
        resumed = CaseResumed(suspended_at=history.state.since, resumed_at=at)
        check_agenda(given(MEDIATION, *history.facts, resumed), [*told, (at, resumed)])
        return

    for row in agenda.due:
        assert decides(history, row, row.at), row
    held = {(row.kind, row.key) for row in agenda.due if row.kind != "reminder"}
    assert held == {(row.kind, row.key) for row in thinkable(history) if decides(history, row, FAR)}


def thinkable(history: History) -> list[Due]:
    state = history.state
    rows = [Due(kind=kind, at=FAR) for kind in ("assignment", "mediation_due", "ruling_due")]
    if isinstance(state, Mediating) and state.offer:
        rows.append(Due(kind="offer_lapse", key=state.offer.offer_id, at=FAR))
    if isinstance(state, Complying):
        kinds = ("comply_by", "confirmation")
        rows += [Due(kind=kind, key=debt.obligation.id, at=FAR) for debt in state.debts for kind in kinds]
    return rows


def decides(history: History, row: Due, at: datetime) -> bool:
    command: Any = command_for(row, the.CASE, at)
    if isinstance(command, AssignAdjudicator):
        command = command.model_copy(update={"roster": ROSTER})
    outcome = MEDIATION.decide(command, history.state)
    return not isinstance(outcome, Refused) and len(outcome) > 0


def test_every_command_on_every_stage_is_answered_and_leaves_the_agenda_true() -> None:
    for facts in STAGES:
        check_agenda(*played(facts, []))
        for kind in COMMANDS:
            for caller in (None, *CALLERS):
                history, told = played(facts, [(kind, caller, 1, 0)])
                if len(told) > len(facts):
                    check_agenda(history, told)


def test_a_fact_of_another_stage_changes_no_state() -> None:
    every_fact: dict[type[Any], Any] = {type(fact): fact for facts in STAGES for fact in facts}

    for facts in STAGES:
        state = given(MEDIATION, *facts).state
        for fact in every_fact.values():
            MEDIATION.evolve(state, fact)
    late: Any = the.a_settled_case().facts[-1]
    assert isinstance(MEDIATION.evolve(the.a_failed_mediation().state, late), AwaitingRuling)


def test_the_catalogues_are_complete() -> None:
    assert set(FACTS) == set(get_args(MediationFact))
    assert set(COMMANDS) == set(get_args(MediationCommand))
    assert len({fact.TYPE for fact in FACTS}) == len(FACTS)
    assert len({command.NAME for command in COMMANDS}) == len(COMMANDS)
