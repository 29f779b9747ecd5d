"""Where the process cannot help, it says who can, and how to take the case file there."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from shared.kernel.policy import Policy, Text
from shared.kernel.refusals import Refused
from shared.kernel.values import Value

Reason: TypeAlias = Literal["rejected", "insufficient_evidence", "final", "rights_gravely_harmed"]
"""Why somebody turns elsewhere. That rights are gravely harmed nobody but the person can judge, so they say it."""


class HelpOutside(Value):
    """Where a party can turn, why it may have to, and where the case file is."""

    reason: Reason
    policy_version: str
    ways: Mapping[str, Text]
    case_file: Text
    case_file_at: str
    bundle_at: str
    """Of the evidence service: the case bundle, which anybody can verify offline."""


def outside_help(case_id: str, reason: Reason | None, policy: Policy) -> HelpOutside | Refused:
    """`reason` is why the process cannot help, or None while it still can."""
    if reason is None:
        return Refused(
            "process_must_be_unable_to_help",
            detail="the case is under way here, or it ended by consent",
            cure="ask again when the complaint is rejected, evidence was insufficient, or the outcome is final; "
            "if your rights are gravely harmed, say so and do not wait",
        )
    return HelpOutside(
        reason=reason,
        policy_version=policy.version,
        ways=policy.outside_help.ways,
        case_file=policy.outside_help.case_file,
        case_file_at=f"/cases/{case_id}",
        bundle_at=f"/cases/{case_id}/bundle",
    )
