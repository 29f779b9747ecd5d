"""The table of rights: every command and every route, with who may ask it. What stands nowhere here is refused."""

from collections.abc import Mapping
from typing import Final

from shared.kernel.actors import Role
from shared.kernel.rights import EVERY, Relation, Right

_OWN: Final = frozenset({Relation.OWN})
_NEW: Final = frozenset({Relation.NONE})
_OWN_OR_NEW: Final = _OWN | _NEW

_BUYER: Final = {Role.BUYER: _OWN}
_SELLER: Final = {Role.SELLER: _OWN}
_PARTIES: Final = _BUYER | _SELLER
_MEDIATORS: Final = {Role.FRONTLINE: _OWN, Role.SPECIALIST: _OWN}
_REVIEWER: Final = {Role.REVIEWER: _OWN}
_AT_THE_DESK: Final = {Role.FRONTLINE: _OWN_OR_NEW, Role.SPECIALIST: _OWN_OR_NEW}
"""Cases that nobody has yet are at every adjudicator's desk: an item is asked for before anybody is assigned."""
_ADJUDICATORS: Final = _AT_THE_DESK | {Role.REVIEWER: _OWN_OR_NEW}
_PLATFORM: Final = {Role.PLATFORM: EVERY}
_AUDITOR: Final = {Role.AUDITOR: EVERY}
_OFFICE: Final = {Role.FRONTLINE: EVERY, Role.SPECIALIST: EVERY, Role.REVIEWER: EVERY} | _PLATFORM | _AUDITOR

_CASE: Final = Right(_PARTIES | _ADJUDICATORS | _PLATFORM | _AUDITOR)
_PAGES: Final = Right(_PARTIES | _ADJUDICATORS | _PLATFORM | _AUDITOR, "pages")
_OF_A_PARTY: Final = Right(_PARTIES)
_OF_MEDIATORS: Final = Right(_MEDIATORS)
_OF_SPECIALISTS: Final = Right({Role.SPECIALIST: _OWN})
_FIGURES: Final = Right(_OFFICE, "nothing")
_OPERATING: Final = Right(_PLATFORM | _AUDITOR, "nothing")

COMMANDS: Final[Mapping[str, Right]] = {
    # intake
    "open_negotiation": Right({Role.BUYER: _OWN_OR_NEW}),
    "offer_in_negotiation": Right(_SELLER),
    "refuse_in_negotiation": Right(_SELLER),
    "accept_negotiated_offer": Right(_BUYER),
    "decline_negotiated_offer": Right(_BUYER),
    "file_complaint": Right({Role.BUYER: _OWN_OR_NEW} | _AT_THE_DESK | _PLATFORM),
    "withdraw_complaint": Right(_BUYER),
    "consent_to_suspension": _OF_A_PARTY,
    "suspend_complaint": Right(_ADJUDICATORS | _PLATFORM),
    "resume_complaint": Right(_PARTIES | _ADJUDICATORS | _PLATFORM),
    "urge": _OF_A_PARTY,
    "erase_person": Right(_PLATFORM),
    # evidence
    "request_evidence": Right(_ADJUDICATORS),
    "request_explanation": Right(_ADJUDICATORS),
    "submit_evidence": _OF_A_PARTY,
    "save_draft": _OF_A_PARTY,
    "submit_draft": _OF_A_PARTY,
    "discard_draft": _OF_A_PARTY,
    "acknowledge_disclosure": _OF_A_PARTY,
    "finish_evidence": _OF_A_PARTY,
    # mediation
    "log_contact": _OF_MEDIATORS,
    "send_notice": _OF_MEDIATORS,
    "make_offer": Right(_PARTIES | _MEDIATORS),
    "accept_offer": _OF_A_PARTY,
    "decline_offer": _OF_A_PARTY,
    "withdraw_offer": Right(_PARTIES | _MEDIATORS),
    "fail_mediation": _OF_MEDIATORS,
    "hand_over": Right({Role.FRONTLINE: _OWN}),
    "request_specialist": _OF_A_PARTY,
    "reassign_case": Right(_MEDIATORS | _PLATFORM),
    "issue_ruling": _OF_MEDIATORS,
    "agree_with_ruling": _OF_SPECIALISTS,
    "disagree_with_ruling": _OF_SPECIALISTS,
    "report_performed": _OF_A_PARTY,
    "confirm_performed": _OF_A_PARTY,
    "dispute_performance": _OF_A_PARTY,
    "decide_dispute": _OF_MEDIATORS,
    # appeals
    "lodge_appeal": _OF_A_PARTY,
    "withdraw_appeal": _OF_A_PARTY,
    "decide_appeal": Right(_REVIEWER),
}
"""By the name of the command, over HTTP and on a topic alike."""

ROUTES: Final[Mapping[str, Right]] = {
    # every service
    "GET /cases/{case_id}/actions": _CASE,
    "GET /cases/{case_id}/reads": Right(_PARTIES | _AUDITOR),
    "GET /cases/{case_id}/equal-treatment": _CASE,
    "POST /case-ids": Right(
        {Role.BUYER: EVERY, Role.FRONTLINE: EVERY, Role.SPECIALIST: EVERY} | _PLATFORM, about="nothing"
    ),
    "POST /opened-texts": Right(_PLATFORM, "nothing"),
    # intake
    "GET /cases": _PAGES,
    "GET /cases/{case_id}": _CASE,
    "GET /cases/{case_id}/duties": _CASE,
    "GET /cases/{case_id}/outside-help": _CASE,
    "GET /duties": _PAGES,
    "GET /orders": Right(_PARTIES | _PLATFORM | _AUDITOR, "pages"),
    "GET /orders/{case_id}": Right(_PARTIES | {Role.FRONTLINE: EVERY, Role.SPECIALIST: EVERY} | _PLATFORM | _AUDITOR),
    "GET /erasures": _OPERATING,
    "GET /erasures/{case_id}": _OPERATING,
    "GET /scorecards/sellers": _FIGURES,
    "GET /scorecards/sellers/{seller_id}": Right(_OFFICE | _SELLER, "person", Role.SELLER),
    "GET /scorecards/categories/{category}": _FIGURES,
    "GET /scorecards/adjudicators/{adjudicator_id}": Right(
        {**_MEDIATORS, **_REVIEWER, **_PLATFORM, **_AUDITOR}, "person"
    ),
    "GET /scorecards/buyers/{buyer_id}": Right(_OFFICE, "nothing"),
    "GET /cycle-times/{category}": _FIGURES,
    # evidence
    "GET /evidence": _PAGES,
    "GET /evidence-clocks": _PAGES,
    "GET /evidence-time": _PAGES,
    "GET /cases/{case_id}/evidence": _CASE,
    "GET /cases/{case_id}/evidence/clocks": _CASE,
    "GET /cases/{case_id}/evidence/time": _CASE,
    "GET /cases/{case_id}/evidence/drafts": _OF_A_PARTY,
    "GET /cases/{case_id}/bundle": _CASE,
    "POST /cases/{case_id}/files": _OF_A_PARTY,
    "GET /cases/{case_id}/files/{sha256}": Right(_CASE.grants, by_link=True),
    "HEAD /cases/{case_id}/files/{sha256}": Right(_CASE.grants, by_link=True),
    "POST /cases/{case_id}/files/{sha256}/links": _CASE,
    "OPTIONS /cases/{case_id}/uploads": Right(_PARTIES),
    "POST /cases/{case_id}/uploads": _OF_A_PARTY,
    "HEAD /cases/{case_id}/uploads/{upload_id}": _OF_A_PARTY,
    "GET /cases/{case_id}/uploads/{upload_id}": _OF_A_PARTY,
    "PATCH /cases/{case_id}/uploads/{upload_id}": _OF_A_PARTY,
    "DELETE /cases/{case_id}/uploads/{upload_id}": _OF_A_PARTY,
    # mediation
    "GET /mediations": _PAGES,
    "GET /cases/{case_id}/mediation": _CASE,
    # appeals
    "GET /appeals": _PAGES,
    "GET /cases/{case_id}/appeal": _CASE,
}
"""By method and path as the router has them; the path of a command stands for its name."""

_COMMAND_PATH: Final = "POST /cases/{case_id}/"


def right_to(action: str) -> Right | None:
    """The right that a route stands under, by method and path, or a command by its name; None if nobody declared it."""
    if action in COMMANDS:
        return COMMANDS[action]
    if action in ROUTES or not action.startswith(_COMMAND_PATH):
        return ROUTES.get(action)
    return COMMANDS.get(action.removeprefix(_COMMAND_PATH).replace("-", "_"))
