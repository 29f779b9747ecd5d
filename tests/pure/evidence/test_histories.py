"""Any history of requests: nothing raises, and its facts lead to the same file, view and agenda."""

from datetime import timedelta

from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from services.evidence.domain.clocks import running
from services.evidence.domain.decider import EVIDENCE
from services.evidence.domain.events import FACTS, SideFinished
from services.evidence.domain.evidence_file import Collecting, EvidenceFile, NoFile, Sealed, Stopped, Suspended
from services.evidence.views.clocks import VIEW as CLOCKS
from services.evidence.views.clocks import Clocks
from services.evidence.views.deadlines import VIEW as DEADLINES
from services.evidence.views.drafts import VIEW as DRAFTS
from services.evidence.views.drafts import Drafts
from services.evidence.views.evidence_file import VIEW as EVIDENCE_FILE
from services.evidence.views.evidence_file import EvidenceFileView
from shared.eventing.agenda import REMINDER, Agenda, clock_of
from shared.eventing.messages import Command, Fact
from shared.kernel.actors import Side
from shared.kernel.ids import derived_id
from shared.kernel.items import ItemType
from shared.kernel.refusals import Refused
from tests.examples.evidence import (
    LIN,
    QINGYAO,
    STRANGER,
    a_kiln_certificate,
    a_later_appeal_of_lin,
    a_photo_of_the_spout,
    a_reminded_round,
    a_round_with_a_draft,
    a_statement_of_the_buyer,
    a_stopped_file,
    a_suspended_round,
    acknowledging,
    an_account_of_the_seller,
    an_ended_file,
    an_open_first_round,
    asking_for_an_explanation,
    asking_the_seller,
    discarding_the_draft,
    drafting_a_photo,
    ending,
    falling_due,
    finishing,
    giving_up_the_appeal,
    later,
    no_file,
    opening_the_appeal_round,
    opening_the_first_round,
    reminding,
    resuming,
    stopping,
    submitting_the_draft,
    suspending,
)
from tests.kit.deciding import History, document_of, given

ASKED: tuple[Command, ...] = (
    opening_the_first_round(),
    opening_the_appeal_round(LIN),
    opening_the_appeal_round(QINGYAO),
    a_photo_of_the_spout(),
    a_photo_of_the_spout(item_id="sharper-photo", supersedes="photo-of-the-spout"),
    a_photo_of_the_spout(item_id="no-file", files=(), stored=()),
    a_statement_of_the_buyer(),
    a_statement_of_the_buyer(by=STRANGER),
    a_kiln_certificate(),
    asking_the_seller(),
    asking_the_seller(id="ask-the-buyer", side="buyer", items=(ItemType.PHOTO,)),
    acknowledging("photo-of-the-spout", "account-of-lin"),
    acknowledging("kiln-certificate", by=LIN),
    finishing(LIN),
    finishing(QINGYAO),
    falling_due(),
    stopping(),
    ending(),
    giving_up_the_appeal(),
    asking_for_an_explanation(),
    an_account_of_the_seller(request_id=derived_id("ask-why", "request")),
    a_later_appeal_of_lin(),
    drafting_a_photo(),
    submitting_the_draft(),
    discarding_the_draft(),
    suspending(),
    resuming(),
    *(reminding(clock, side) for clock in ("evidence_due", "rebuttal_due") for side in Side),
)

# Most orders that do not begin with an opening are refused from end to end; half of them begin with one.
beginnings = st.sampled_from([[], [(opening_the_first_round(), 0)]])
rests = st.lists(st.tuples(st.sampled_from(ASKED), st.integers(0, 40)), max_size=25)
histories = st.builds(lambda beginning, rest: [*beginning, *rest], beginnings, rests)


@settings(deadline=None)
@for_any(histories)
def test_any_sequence_of_requests_is_answered_and_replays(asked: list[tuple[Command, int]]) -> None:
    """INVARIANT: any order and repetition of commands is answered, and state, view and agenda agree.

    A decision that raises, an evolve that depends on more than the facts, or an agenda whose one row
    differs from the instant the state waits for breaks it.
    """
    state, facts, at = EVIDENCE.initial, list[Fact](), later(0)
    for command, hours in asked:
        at += timedelta(hours=hours)
        outcome = EVIDENCE.decide(command.model_copy(update={"at": at}), state)  # type: ignore[arg-type]
        if isinstance(outcome, Refused):
            continue
        for fact in outcome:
            state = EVIDENCE.evolve(state, fact)
            facts.append(fact)

    assert History(EVIDENCE, tuple(facts)).state == state
    stored = [type(fact).model_validate_json(fact.model_dump_json()) for fact in facts]
    assert History(EVIDENCE, tuple(stored)).state == state
    _agenda_agrees(document_of(DEADLINES, *facts), state)
    _file_agrees(document_of(EVIDENCE_FILE, *facts), state)
    _drafts_agree(document_of(DRAFTS, *facts), state)
    _clocks_agree(document_of(CLOCKS, *facts), state)


def _standing(state: EvidenceFile) -> EvidenceFile:
    return state.paused if isinstance(state, Suspended) else state


def _agenda_agrees(agenda: Agenda | None, state: EvidenceFile) -> None:
    standing = _standing(state)
    rows = agenda.due if agenda else ()
    waits_for = [standing.closes_at] if isinstance(standing, Collecting) else []
    assert [row.at for row in rows if row.kind != REMINDER] == waits_for
    # A reminder of a clock that does not run would fire for ever.
    assert {clock_of(row) for row in rows if row.kind == REMINDER} <= {(c.kind, c.key) for c in running(standing)}
    assert isinstance(state, Suspended) == (agenda is not None and agenda.paused_at is not None)


def _clocks_agree(clocks: Clocks | None, state: EvidenceFile) -> None:
    shown = {(clock.kind, clock.key, clock.due_at) for clock in clocks.running} if clocks else set()
    assert shown == {(clock.kind, clock.key, clock.due_at) for clock in running(_standing(state))}
    assert (clocks.suspended_at if clocks else None) == (state.since if isinstance(state, Suspended) else None)


def _file_agrees(file: EvidenceFileView | None, state: EvidenceFile) -> None:
    standing = _standing(state)
    assert (file.closes_at if file else None) == (standing.closes_at if isinstance(standing, Collecting) else None)
    assert (file.suspended_at if file else None) == (state.since if isinstance(state, Suspended) else None)
    if file and isinstance(standing, Collecting):
        assert (file.due, frozenset(file.finished)) == (standing.due, standing.finished)
    assert file is None or EVIDENCE_FILE.document.model_validate_json(file.model_dump_json()) == file


def _drafts_agree(drafts: Drafts | None, state: EvidenceFile) -> None:
    shown = {(side, saved.draft.item_id): saved.draft for side in Side for saved in (drafts.of[side] if drafts else ())}
    assert shown == ({} if isinstance(state, NoFile) else state.file.drafts)


def test_a_fact_that_does_not_fit_changes_nothing() -> None:
    done = SideFinished(side=Side.BUYER, finished_at=later(12))
    receipt = an_open_first_round().after(a_photo_of_the_spout()).after(acknowledging("photo-of-the-spout")).facts[-1]
    shut = an_open_first_round().after(stopping()).facts[-1]

    drafts = (a_round_with_a_draft().facts[-1], a_round_with_a_draft().after(discarding_the_draft()).facts[-1])
    rest, go_on = a_suspended_round().facts[-1], a_suspended_round().after(resuming()).facts[-1]
    for fact in (done, receipt, shut, *drafts, rest, go_on, an_ended_file().facts[-1], a_reminded_round().facts[-1]):
        assert given(EVIDENCE, fact).state == no_file().state
    assert given(EVIDENCE, *a_suspended_round().facts, done).state.paused.finished == {Side.BUYER}
    assert given(EVIDENCE, *a_stopped_file().facts, done).state == a_stopped_file().state


def test_every_state_with_a_case_knows_its_parties_and_policy() -> None:
    opened = an_open_first_round()
    sealed = opened.after(finishing(LIN)).after(finishing(QINGYAO))
    states = (opened.state, sealed.state, opened.after(stopping()).state, opened.after(suspending()).state)

    assert [type(state) for state in states] == [Collecting, Sealed, Stopped, Suspended]
    assert {state.policy_version for state in states} == {"2026-11"}
    assert {state.parties.buyer_id for state in states} == {"lin"}


def test_every_fact_has_a_stored_name_of_its_own() -> None:
    assert len({fact.TYPE for fact in FACTS}) == len(FACTS)
    assert all(fact.TYPE.startswith("evidence.") for fact in FACTS)
