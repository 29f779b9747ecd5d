"""Everything that can be asked of a mediation, and who answers it."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from services.mediation.domain import appeal, assignment, compliance, contacts, failing, offers, opening, ruling
from services.mediation.domain.events import MediationFact
from services.mediation.domain.mediation import Mediation, NoFile, evolve
from shared.eventing.decider import Decider
from shared.eventing.messages import Command
from shared.kernel.refusals import Refused

MediationCommand: TypeAlias = (
    opening.OpenFile
    | opening.OpenMediation
    | opening.StopMediation
    | assignment.AssignAdjudicator
    | contacts.LogContact
    | offers.MakeOffer
    | offers.AcceptOffer
    | offers.DeclineOffer
    | offers.LapseOffer
    | failing.FailMediation
    | failing.CloseOverdueMediation
    | failing.NoteRulingOverdue
    | ruling.IssueRuling
    | compliance.ReportPerformed
    | compliance.ConfirmPerformed
    | compliance.DisputePerformance
    | compliance.ConfirmBySilence
    | compliance.EnforceObligation
    | appeal.StayObligations
    | appeal.LiftStay
    | appeal.ReplaceObligations
)

COMMANDS: tuple[type[Command], ...] = (
    *(opening.OpenFile, opening.OpenMediation, opening.StopMediation, assignment.AssignAdjudicator),
    *(contacts.LogContact, offers.MakeOffer, offers.AcceptOffer, offers.DeclineOffer, offers.LapseOffer),
    *(failing.FailMediation, failing.CloseOverdueMediation, failing.NoteRulingOverdue, ruling.IssueRuling),
    *(compliance.ReportPerformed, compliance.ConfirmPerformed, compliance.DisputePerformance),
    *(compliance.ConfirmBySilence, compliance.EnforceObligation),
    *(appeal.StayObligations, appeal.LiftStay, appeal.ReplaceObligations),
)


def decide(  # noqa: C901, PLR0911, PLR0912 - one arm per command
    command: MediationCommand, state: Mediation
) -> Sequence[MediationFact] | Refused:
    """The facts a command leads to, nothing, or the rule that refuses it."""
    match command:
        case opening.OpenFile():
            return opening.open_file(command, state)
        case opening.OpenMediation():
            return opening.open_mediation(command, state)
        case opening.StopMediation():
            return opening.stop_mediation(command, state)
        case assignment.AssignAdjudicator():
            return assignment.assign_adjudicator(command, state)
        case contacts.LogContact():
            return contacts.log_contact(command, state)
        case offers.MakeOffer():
            return offers.make_offer(command, state)
        case offers.AcceptOffer():
            return offers.accept_offer(command, state)
        case offers.DeclineOffer():
            return offers.decline_offer(command, state)
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
        case compliance.ReportPerformed():
            return compliance.report_performed(command, state)
        case compliance.ConfirmPerformed():
            return compliance.confirm_performed(command, state)
        case compliance.DisputePerformance():
            return compliance.dispute_performance(command, state)
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
