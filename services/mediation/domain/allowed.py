"""What a caller may do on a case now, each step with the refusal that asking for it would get."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from services.mediation.domain import (
    compliance,
    contacts,
    disputes,
    failing,
    handover,
    offers,
    ruling,
    second_opinion,
)
from services.mediation.domain.access import Guard
from services.mediation.domain.standing import Mediation, Suspended
from shared.kernel.access import case_must_not_be_suspended
from shared.kernel.actors import Actor
from shared.kernel.refusals import Refused

GUARDS: Final[Mapping[str, Guard]] = {
    contacts.LogContact.NAME: contacts.may_contact,
    contacts.SendNotice.NAME: contacts.may_contact,
    offers.MakeOffer.NAME: offers.may_make_offer,
    offers.AcceptOffer.NAME: offers.may_answer_offer,
    offers.DeclineOffer.NAME: offers.may_answer_offer,
    offers.WithdrawOffer.NAME: offers.may_withdraw_offer,
    failing.FailMediation.NAME: failing.may_fail_mediation,
    handover.HandOver.NAME: handover.may_hand_over,
    handover.RequestSpecialist.NAME: handover.may_request_specialist,
    handover.ReassignCase.NAME: handover.may_reassign,
    ruling.IssueRuling.NAME: ruling.may_issue_ruling,
    second_opinion.AgreeWithRuling.NAME: second_opinion.may_give_second_opinion,
    second_opinion.DisagreeWithRuling.NAME: second_opinion.may_give_second_opinion,
    compliance.ReportPerformed.NAME: compliance.may_report,
    compliance.ConfirmPerformed.NAME: compliance.may_confirm,
    disputes.DisputePerformance.NAME: disputes.may_dispute,
    disputes.DecideDispute.NAME: disputes.may_decide_dispute,
}


def allowed(by: Actor, at: datetime, state: Mediation) -> Mapping[str, Refused | None]:
    """By the name of each command: None where this actor may ask for it now, else why not."""
    if isinstance(state, Suspended):
        return dict.fromkeys(GUARDS, case_must_not_be_suspended(state.since))
    return {name: guard(by, at, state) for name, guard in GUARDS.items()}
