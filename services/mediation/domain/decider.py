"""Everything that can be asked of a mediation, and who answers it."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from services.mediation.domain import (
    appeal,
    assignment,
    compliance,
    contacts,
    disputes,
    failing,
    handover,
    offers,
    opening,
    reminding,
    ruling,
    second_opinion,
    suspending,
)
from services.mediation.domain.events import MediationFact
from services.mediation.domain.mediation import evolve
from services.mediation.domain.standing import Mediation, NoFile, Suspended
from shared.eventing.decider import Decider
from shared.eventing.messages import Command
from shared.kernel.access import case_must_not_be_suspended, only_the_platform
from shared.kernel.refusals import Refused

MediationCommand: TypeAlias = (
    opening.OpenFile
    | opening.OpenMediation
    | opening.StopMediation
    | suspending.SuspendCase
    | suspending.ResumeCase
    | assignment.AssignAdjudicator
    | handover.HandOver
    | handover.RequestSpecialist
    | handover.ReassignCase
    | reminding.Remind
    | contacts.LogContact
    | contacts.SendNotice
    | offers.MakeOffer
    | offers.AcceptOffer
    | offers.DeclineOffer
    | offers.WithdrawOffer
    | offers.LapseOffer
    | failing.FailMediation
    | failing.CloseOverdueMediation
    | failing.NoteRulingOverdue
    | ruling.IssueRuling
    | second_opinion.AgreeWithRuling
    | second_opinion.DisagreeWithRuling
    | compliance.ReportPerformed
    | compliance.ConfirmPerformed
    | disputes.DisputePerformance
    | disputes.DecideDispute
    | compliance.ConfirmBySilence
    | compliance.EnforceObligation
    | appeal.StayObligations
    | appeal.LiftStay
    | appeal.ReplaceObligations
)

COMMANDS: tuple[type[Command], ...] = (
    *(opening.OpenFile, opening.OpenMediation, opening.StopMediation, suspending.SuspendCase, suspending.ResumeCase),
    *(assignment.AssignAdjudicator, handover.HandOver, handover.RequestSpecialist, handover.ReassignCase),
    *(reminding.Remind, contacts.LogContact, contacts.SendNotice),
    *(offers.MakeOffer, offers.AcceptOffer, offers.DeclineOffer, offers.WithdrawOffer, offers.LapseOffer),
    *(failing.FailMediation, failing.CloseOverdueMediation, failing.NoteRulingOverdue),
    *(ruling.IssueRuling, second_opinion.AgreeWithRuling, second_opinion.DisagreeWithRuling),
    *(compliance.ReportPerformed, compliance.ConfirmPerformed, disputes.DisputePerformance, disputes.DecideDispute),
    *(compliance.ConfirmBySilence, compliance.EnforceObligation),
    *(appeal.StayObligations, appeal.LiftStay, appeal.ReplaceObligations),
)


def decide(command: MediationCommand, state: Mediation) -> Sequence[MediationFact] | Refused:
    """The facts a command leads to, nothing, or the rule that refuses it."""
    return _while_suspended(command, state) if isinstance(state, Suspended) else _decided(command, state)


def _while_suspended(command: MediationCommand, state: Suspended) -> Sequence[MediationFact] | Refused:
    match command:
        case suspending.SuspendCase() | suspending.ResumeCase():
            return _decided(command, state)
        case opening.OpenFile() | opening.OpenMediation() | opening.StopMediation():
            return _decided(command, state.held)
        case appeal.StayObligations() | appeal.LiftStay() | appeal.ReplaceObligations():
            # The clocks it sets start where the case stopped; resuming moves them on with all the others.
            at = min(command.at, state.since)
            return _decided(command.model_copy(update={"at": at}), state.held)
        case (
            assignment.AssignAdjudicator()
            | reminding.Remind()
            | offers.LapseOffer()
            | failing.CloseOverdueMediation()
            | failing.NoteRulingOverdue()
            | compliance.ConfirmBySilence()
            | compliance.EnforceObligation()
        ):
            return only_the_platform(command.by) or []
        case _:
            return case_must_not_be_suspended(state.since)


def _decided(  # noqa: C901, PLR0911, PLR0912 - one arm per command
    command: MediationCommand, state: Mediation
) -> Sequence[MediationFact] | Refused:
    match command:
        case opening.OpenFile():
            return opening.open_file(command, state)
        case opening.OpenMediation():
            return opening.open_mediation(command, state)
        case opening.StopMediation():
            return opening.stop_mediation(command, state)
        case suspending.SuspendCase():
            return suspending.suspend_case(command, state)
        case suspending.ResumeCase():
            return suspending.resume_case(command, state)
        case assignment.AssignAdjudicator():
            return assignment.assign_adjudicator(command, state)
        case handover.HandOver():
            return handover.hand_over(command, state)
        case handover.RequestSpecialist():
            return handover.request_specialist(command, state)
        case handover.ReassignCase():
            return handover.reassign_case(command, state)
        case reminding.Remind():
            return reminding.remind(command, state)
        case contacts.LogContact():
            return contacts.log_contact(command, state)
        case contacts.SendNotice():
            return contacts.send_notice(command, state)
        case offers.MakeOffer():
            return offers.make_offer(command, state)
        case offers.AcceptOffer():
            return offers.accept_offer(command, state)
        case offers.DeclineOffer():
            return offers.decline_offer(command, state)
        case offers.WithdrawOffer():
            return offers.withdraw_offer(command, state)
        case offers.LapseOffer():
            return offers.lapse_offer(command, state)
        case failing.FailMediation():
            return failing.fail_mediation(command, state)
        case failing.CloseOverdueMediation():
            return failing.close_overdue_mediation(command, state)
        case failing.NoteRulingOverdue():
            return failing.note_ruling_overdue(command, state)
        case ruling.IssueRuling():
            return ruling.issue_ruling(command, state)
        case second_opinion.AgreeWithRuling():
            return second_opinion.agree_with_ruling(command, state)
        case second_opinion.DisagreeWithRuling():
            return second_opinion.disagree_with_ruling(command, state)
        case compliance.ReportPerformed():
            return compliance.report_performed(command, state)
        case compliance.ConfirmPerformed():
            return compliance.confirm_performed(command, state)
        case disputes.DisputePerformance():
            return disputes.dispute_performance(command, state)
        case disputes.DecideDispute():
            return disputes.decide_dispute(command, state)
        case compliance.ConfirmBySilence():
            return compliance.confirm_by_silence(command, state)
        case compliance.EnforceObligation():
            return compliance.enforce_obligation(command, state)
        case appeal.StayObligations():
            return appeal.stay_obligations(command, state)
        case appeal.LiftStay():
            return appeal.lift_stay(command, state)
        case appeal.ReplaceObligations():
            return appeal.replace_obligations(command, state)
        case _:
            assert_never(command)


MEDIATION: Decider[MediationCommand, Mediation, MediationFact] = Decider(decide=decide, evolve=evolve, initial=NoFile())
