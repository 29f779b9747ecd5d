"""Policy as data: clauses, windows, limits, categories and authority of one policy version.

Every number of product.md is a field here and is read from a versioned document, never a
constant in code. A case pins the version in force when it was filed.
"""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, field_validator, model_validator

from shared.kernel.actors import Role, Side
from shared.kernel.items import Element, ItemType
from shared.kernel.money import Money
from shared.kernel.remedies import Remedy
from shared.kernel.values import Value

Days = Annotated[float, Field(gt=0)]
Hours = Annotated[float, Field(gt=0)]


Percent = Annotated[int, Field(gt=0, lt=100)]


class Clause(Value):
    """One numbered article, in Chinese and English."""

    id: str
    zh: str
    en: str


class Windows(Value):
    """How long each step may take, in hours."""

    negotiation_answer: Hours
    no_response_counts_after: Hours
    filing: Hours
    evidence: Hours
    rebuttal: Hours
    offer_valid: Hours
    mediation: Hours
    ruling: Hours
    ship_return: Hours
    refund: Hours
    refund_after_receipt: Hours
    remedy: Hours
    confirmation: Hours
    appeal: Hours
    appeal_evidence: Hours
    review: Hours
    # Facts that keep the windows of their case were stored before these were there.
    suspension: Hours = 720
    suspension_consent: Hours = 72
    urging: Hours = 168
    repeated_party: Hours = 2160
    review_assignment: Hours = 24

    def of(self, name: str) -> timedelta:
        """The named window as a duration."""
        return timedelta(hours=getattr(self, name))


class Limits(Value):
    """Counts and amounts that bound what may be asked or decided."""

    declined_offers: Annotated[int, Field(ge=1)]
    frontline_amount: Money
    specialist_amount: Money
    files_per_item: Annotated[int, Field(ge=1)]
    file_bytes: Annotated[int, Field(ge=1)]
    side_bytes: Annotated[int, Field(ge=1)]
    urges: Annotated[int, Field(ge=1)] = 2
    repeated_buyer_cases: Annotated[int, Field(ge=1)] = 3
    repeated_seller_cases: Annotated[int, Field(ge=1)] = 20
    compensation_percent: Annotated[int, Field(ge=0)] = 300
    """How much compensation may be ordered, in percent of the price paid."""
    appeal_attempts: Annotated[int, Field(ge=1)] = 3
    """How often a party may try to have its one appeal admitted."""
    appeal_reason_characters: Annotated[int, Field(ge=1)] = 20
    """Below this length a reason says nothing that a reviewer could answer."""
    appeal_item_characters: Annotated[int, Field(ge=1)] = 10
    """Below this length a description does not say what an item is and shows."""


class FileScreening(Value):
    """From which figure on a file of evidence is remarked on. Advisory: no decision reads it (docs/screening.md)."""

    sharpness: Annotated[float, Field(ge=0)]
    short_side: Annotated[int, Field(ge=1)]
    """In pixels."""
    darkest: Annotated[float, Field(ge=0, le=255)]
    brightest: Annotated[float, Field(ge=0, le=255)]
    """Mean grey values, from 0 for black to 255 for white."""
    alike_bits: Annotated[int, Field(ge=0, le=16)]
    """In how many of 64 bits two hashes of nearly the same picture may differ; those of any two do in 20 or more."""
    claimed_hours: Hours
    """How far the time in a file may lie from the time that its sender claims."""
    editors: tuple[str, ...]
    """Parts of the names that programs for editing write into what they save; case does not matter."""
    angles: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """By category, how many different views of the problem are wanted."""


class Reminders(Value):
    """At which percents of the time for a duty its owner is reminded; of what a decision orders, at others."""

    percents: tuple[Percent, ...]
    compliance_percents: tuple[Percent, ...]


class SpecialistRequests(Value):
    """When a party may ask for a specialist: once one of these holds."""

    declined_offers: Annotated[int, Field(ge=1)]
    price: Money
    waited: Hours


class MediationRules(Value):
    """How cases are handed out and handed over."""

    handled_recently: Hours
    clocks_on_handover: Literal["keep", "restart"]
    specialist_requests: SpecialistRequests


class Burden(Value):
    """Who must show an element of the claim, and with which kinds of item."""

    element: Element
    bearer: Side
    items: tuple[ItemType, ...]


class Condition(Value):
    """What must hold for a sub-reason beside what its category asks; what it leaves out, the category answers."""

    filing: Hours | None = None
    until_warranty: bool = False
    needs_delivery: bool | None = None
    stalled: Hours | None = None
    promise: str | None = None
    regret_allowed: bool = False
    tier: Role | None = None


class Category(Value):
    """One category of dispute: what may be filed under it and demanded, and on which clause.

    `clauses` names the clause of each sub-reason; `clause` is that of the category as a whole.
    """

    clause: str
    sub_reasons: tuple[str, ...]
    clauses: dict[str, str] = Field(default_factory=dict)
    remedies: tuple[Remedy, ...]
    needs_refusal: bool = False
    needs_delivery: bool = True
    filing: Hours | None = None
    reported: bool = False
    """Whether a complaint that is taken up is also reported to the platform as a violation."""
    tier: Role = Role.FRONTLINE
    burden: tuple[Burden, ...]
    conditions: dict[str, Condition] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _conditions_are_listed(self) -> "Category":
        if unlisted := sorted(set(self.conditions) - set(self.sub_reasons)):
            message = f"conditions on sub-reasons that are not listed: {', '.join(unlisted)}"
            raise ValueError(message)
        return self

    def condition(self, sub_reason: str) -> Condition:
        """What must hold for a sub-reason; nothing more than the category where none is written down."""
        return self.conditions.get(sub_reason, Condition())

    def clause_of(self, sub_reason: str) -> str:
        """The clause that a sub-reason stands on."""
        return self.clauses.get(sub_reason, self.clause)


class Text(Value):
    """One text in Chinese and English."""

    zh: str
    en: str


class AdviceRule(Value):
    """What a writer is advised, when none of the cues is found in the description, or when one is.

    `cues` are regular expressions that ignore case; `named_product` also takes the product's own name for a cue.
    """

    about: str
    when: Literal["absent", "present"]
    cues: tuple[str, ...]
    named_product: bool = False
    text: Text

    @field_validator("cues")
    @classmethod
    def _cues_compile(cls, cues: tuple[str, ...]) -> tuple[str, ...]:
        for cue in cues:
            try:
                re.compile(cue)
            except re.error as error:
                message = f"the cue {cue!r} is no regular expression: {error}"
                raise ValueError(message) from error
        return cues


class BuyerPatterns(Value):
    """From how often on staff are told of what a buyer does: cases within so many days, withdrawn, rejected."""

    days: Annotated[int, Field(ge=1)]
    cases: Annotated[int, Field(ge=1)]
    withdrawn: Annotated[int, Field(ge=1)]
    rejected: Annotated[int, Field(ge=1)]


class OutsideHelp(Value):
    """Where a party can turn when the process cannot help, by kind of help, and how to get the case file."""

    ways: dict[str, Text]
    case_file: Text


class Policy(Value):
    """One version of the rules. `version` is its name and the hash of its content.

    `formerly` lists the versions that it stands for: cases pinned to them go on under this one.
    """

    version: str
    formerly: tuple[str, ...] = ()
    in_force_from: AwareDatetime
    clauses: tuple[Clause, ...]
    screening: dict[str, str]
    windows: Windows
    reminders: Reminders
    limits: Limits
    mediation: MediationRules
    categories: dict[str, Category]
    uncooperative: tuple[str, ...]
    """How a negotiation ended where the seller did not cooperate."""
    advice: tuple[AdviceRule, ...]
    outside_help: OutsideHelp
    file_screening: FileScreening | None = None
    """Without it files are measured and nothing is remarked."""
    patterns: BuyerPatterns | None = None
    """Advisory: no decision reads them."""

    @model_validator(mode="after")
    def _clauses_exist(self) -> "Policy":
        known = {clause.id for clause in self.clauses}
        categories = self.categories.values()
        cited = {category.clause for category in categories} | set(self.screening.values())
        cited |= {clause for category in categories for clause in category.clauses.values()}
        if missing := sorted(cited - known):
            message = f"clauses cited but not defined: {', '.join(missing)}"
            raise ValueError(message)
        return self

    @property
    def name(self) -> str:
        """The version without the hash of its content."""
        return self.version.rpartition("-")[0]

    def knows(self, clause: str) -> bool:
        """Whether this version has a clause of that id."""
        return any(known.id == clause for known in self.clauses)

    def authority(self, role: Role) -> Money | None:
        """The highest amount a role may award alone, or None where nothing bounds it."""
        match role:
            case Role.FRONTLINE:
                return self.limits.frontline_amount
            case Role.SPECIALIST:
                return self.limits.specialist_amount
            case _:
                return None


class PolicyBook(Value):
    """Every version a deployment knows, oldest first."""

    versions: Annotated[tuple[Policy, ...], Field(min_length=1)]

    def in_force(self, moment: AwareDatetime) -> Policy:
        """The newest version in force at a moment; the oldest one for times before all."""
        started = [policy for policy in self.versions if policy.in_force_from <= moment]
        if not started:
            return min(self.versions, key=lambda policy: policy.in_force_from)
        return max(started, key=lambda policy: policy.in_force_from)

    def pinned(self, version: str) -> Policy:
        """The version a case was filed under; raises LookupError when it is not deployed."""
        for policy in self.versions:
            if version == policy.version or version in policy.formerly:
                return policy
        message = f"policy version {version} is not in the policy folder; restore its file"
        raise LookupError(message)
