"""Every text in a view's document is masked for the other side where that wrote it, or it is said why not."""

from collections.abc import Iterator
from enum import Enum
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel

from redress.registry import DEFINITIONS

MASKED: Final = {
    "evidence_file.Figures.place",
    "evidence_file.Item.caption",
    "mediation_file.Offer.reason",
    "mediation_file.Contact.note",
    "mediation_file.Contact.outcome",
    "mediation_file.Statement.words",
    "mediation_file.Successor.reason",
    "appeal_file.AppealShown.reason",
    "appeal_file.AppealShown.new_evidence",
    "appeal_file.AppealShown.late_evidence",
    "appeal_file.AppealShown.withdrawn_because",
    "case_timeline.Line.summary",
}
"""Words of a party, or with one. tests/pure has a test for each view that they are masked."""

STAFF: Final = "an adjudicator wrote it for both sides to read"
PLATFORM: Final = "the platform's own words, or a code"
RULES: Final = "a rule's own words"
PUBLIC: Final = "it stood in the listing, for everybody to read"
IN_THE_FILE: Final = "a camera or a program wrote it into a file that the other side is shown"
OWN: Final = "only its own side is answered with it"
DECLARED: Final = {
    **dict.fromkeys(
        (
            "appeal_file.DecisionShown.explanation",
            "appeal_file.DecisionShown.what_changed",
            "appeal_file.Finding.reasoning",
            "appeal_file.RulingShown.explanation",
            "evidence_file.ShownRequest.note",
            "evidence_file.ShownRequest.question",
            "mediation_file.Draft.explanation",
            "mediation_file.Drafted.reason",
            "mediation_file.Finding.reasoning",
            "mediation_file.MediationFile.failed_because",
            "mediation_file.Ruling.explanation",
        ),
        STAFF,
    ),
    **dict.fromkeys(
        (
            "appeal_file.Failure.clause",
            "appeal_file.Failure.cure",
            "appeal_file.Failure.detail",
            "appeal_file.Failure.rule",
            "case_timeline.Advice.about",
            "case_timeline.Advice.en",
            "case_timeline.Advice.zh",
            "case_timeline.Failure.clause",
            "case_timeline.Failure.cure",
            "case_timeline.Failure.detail",
            "case_timeline.Failure.rule",
        ),
        RULES,
    ),
    **dict.fromkeys(
        (
            "case_timeline.Listing.after_sales_promise",
            "case_timeline.Listing.cautions",
            "case_timeline.Listing.description",
            "case_timeline.Listing.specifications",
            "case_timeline.Listing.title",
            "case_timeline.OrderLine.category",
            "case_timeline.OrderLine.model",
            "case_timeline.OrderLine.product",
            "case_timeline.Review.text",
            "evidence_file.Listing.after_sales_promise",
            "evidence_file.Listing.cautions",
            "evidence_file.Listing.description",
            "evidence_file.Listing.specifications",
            "evidence_file.Listing.title",
            "evidence_file.Review.text",
            "order_book.Listing.after_sales_promise",
            "order_book.Listing.cautions",
            "order_book.Listing.description",
            "order_book.Listing.specifications",
            "order_book.Listing.title",
            "order_book.Order.promises",
            "order_book.OrderLine.category",
            "order_book.OrderLine.model",
            "order_book.OrderLine.product",
            "order_book.Review.text",
        ),
        PUBLIC,
    ),
    **dict.fromkeys(
        ("drafts.Draft.caption",),
        OWN,
    ),
    **dict.fromkeys(
        ("evidence_file.Figures.device", "evidence_file.Figures.software", "evidence_file.Remark.text"),
        IN_THE_FILE,
    ),
    **dict.fromkeys(
        (
            "appeal_file.DecisionShown.clauses",
            "appeal_file.Finding.cites",
            "appeal_file.Obligation.follows",
            "appeal_file.RulingShown.clauses",
            "case_outcome.CaseOutcome.adjudicators",
            "case_outcome.CaseOutcome.category",
            "case_outcome.CaseOutcome.outcome",
            "case_outcome.CaseOutcome.reviewer",
            "case_outcome.CaseOutcome.sub_reason",
            "case_timeline.CaseTimeline.line_and_ground",
            "case_timeline.CaseTimeline.tier_reasons",
            "case_timeline.CaseTimeline.urged",
            "case_timeline.Line.source",
            "case_timeline.Line.type",
            "clocks.Clock.consequence",
            "clocks.Clock.kind",
            "drafts.Draft.supersedes",
            "duties.Clock.consequence",
            "duties.Clock.kind",
            "evidence_file.Angles.ask",
            "evidence_file.Figures.hashes",
            "evidence_file.FileScreening.angles",
            "evidence_file.FileScreening.editors",
            "evidence_file.Item.supersedes",
            "evidence_file.Seal.reason",
            "evidence_file.Seal.replaces",
            "evidence_file.Standing.items_in",
            "evidence_file.Standing.platform_items",
            "mediation_file.Clock.consequence",
            "mediation_file.Clock.kind",
            "mediation_file.Draft.clauses",
            "mediation_file.Draft.violation",
            "mediation_file.Finding.cites",
            "mediation_file.MediationFile.category",
            "mediation_file.MediationFile.violation",
            "mediation_file.Obligation.follows",
            "mediation_file.Ruling.clauses",
            "order_book.Order.unreal",
            "order_book.Order.waybill",
            "unscreened.Work.person",
            "pictures.Pictured.hashes",
        ),
        PLATFORM,
    ),
}
NAMES: Final = (
    "id",
    "_id",
    "_ids",
    "digest",
    "_digest",
    "_fingerprint",
    "version",
    "sha256",
    "media_type",
    "currency",
    "_by",
    "key",
)
"""What ends so is an id, a hash or a code of ours, and nobody's words."""


def texts(kind: Any, seen: frozenset[type] = frozenset()) -> Iterator[tuple[str, str]]:
    """Every field below a type that holds text, as `Model`, `field`."""
    for model in models(kind):
        if model in seen:
            continue
        for name, field in model.model_fields.items():
            if holds_text(field.annotation):
                yield model.__name__, name
            yield from texts(field.annotation, seen | {model})


def models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from models(part)


def holds_text(kind: Any) -> bool:
    """Whether a value of the type may be free text: strings, several, or by name; codes are none."""
    if isinstance(kind, type):
        return issubclass(kind, str) and not issubclass(kind, Enum)
    if get_origin(kind) is Literal:
        return False
    return any(holds_text(part) for part in get_args(kind))


def found() -> set[str]:
    return {
        f"{view.name}.{model}.{name}"
        for definition in DEFINITIONS.values()
        for view in definition.views
        for model, name in texts(view.document)
        if not name.endswith(NAMES)
    }


def test_every_text_is_masked_or_declared() -> None:
    """INVARIANT: a new text in a view is either masked for the other side, or somebody said why it need not be."""
    assert sorted(found() - MASKED - DECLARED.keys()) == []


def test_nothing_is_declared_that_is_not_there() -> None:
    assert sorted((MASKED | DECLARED.keys()) - found()) == []
    assert not MASKED & DECLARED.keys()
