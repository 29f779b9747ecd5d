"""Every free text there is, in what comes in and in what is kept: a person's and sealed, or named here as harmless."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, get_args

import pytest
from pydantic import BaseModel

from redress.registry import DEFINITIONS
from shared.eventing.requests import request_model
from shared.kernel.texts import Personal, Words
from shared.kernel.values import Value

HARMLESS = {
    "a pseudonym that the platform gives": {
        "adjudicator_ids", "buyer_id", "case_id", "creditor_id", "debtor_id", "id", "mediator_id", "seller_id",
    },
    "a name from the policy or from this code": {
        "category", "channel", "clause", "clauses", "clock", "consequence", "duty", "key", "kind", "outcome",
        "policy_version", "promises", "row", "rule", "sub_reason", "tier_reasons", "unreal", "violation", "violations",
    },
    "a number that only the carrier and the platform can lead back to somebody": {"waybill"},
    "a digest, or what kind of file it is": {
        "content_sha256", "digest", "key_fingerprint", "manifest_digest", "media_type", "replaces",
    },
    "what a shop shows to everybody": {
        "after_sales_promise", "cautions", "description", "model", "product", "specifications", "title",
    },
    "what another buyer wrote for everybody, without a name": {"text"},
    "a sentence of this code": {"about", "answer", "cure", "detail", "en", "zh"},
}  # fmt: skip
NAMES = {name for names in HARMLESS.values() for name in names}
OF_A_SHOP = HARMLESS["what a shop shows to everybody"] | {"text"}
"""Names that are harmless in a listing alone: elsewhere people write under them."""


def free_texts(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, bool]]:
    """Each text without a pattern, by its path, and whether it is marked as a person's."""
    for name, field in model.model_fields.items():
        yield from _texts(field.annotation, tuple(field.metadata), (*path, name))


def _texts(kind: Any, marks: tuple[Any, ...], path: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    marks = (*marks, *getattr(kind, "__metadata__", ()))
    if kind is str or (hasattr(kind, "__metadata__") and get_args(kind)[0] is str):
        if not any(getattr(mark, "pattern", None) for mark in marks):
            yield ".".join(path), any(isinstance(mark, Personal) for mark in marks)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from free_texts(kind, path)
    else:
        for part in get_args(kind):
            yield from _texts(part, marks, path)


def leaf(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def open_texts(commands: Iterable[Any]) -> dict[str, bool]:
    """The free texts in what callers send."""
    return {
        f"{command.NAME}.{path}": marked for command in commands for path, marked in free_texts(request_model(command))
    }


INCOMING = open_texts(command for definition in DEFINITIONS.values() for command in definition.open_commands)
SEALED = {leaf(path) for path, marked in INCOMING.items() if marked}


def test_every_text_that_callers_send_is_sealed_or_harmless() -> None:
    """INVARIANT: what a caller may write freely is marked, so that it is sealed where it comes in.

    A new field of a command that is a plain `str` breaks it until it is marked or named in HARMLESS.
    """
    unmarked = {path for path, marked in INCOMING.items() if not marked and leaf(path) not in NAMES - OF_A_SHOP}

    assert unmarked == set()
    assert len(SEALED) > 10


@pytest.mark.parametrize("service", DEFINITIONS)
def test_every_text_that_is_kept_or_told_came_in_sealed_or_is_harmless(service: str) -> None:
    """INVARIANT: a fact holds no free text but those that were sealed at the edge and those named here."""
    model = DEFINITIONS[service].model
    messages: list[Any] = [*model.facts, *model.tells, *model.hears]
    kept = {f"{message.TYPE}.{path}" for message in messages for path, _ in free_texts(message)}

    assert {path for path in kept if leaf(path) not in SEALED | NAMES} == set()


class Planted(Value):
    """Texts of every kind."""

    said: Words
    several: tuple[Annotated[str, Personal()], ...] = ()
    plain: str | None = None
    table: dict[str, str]


def test_the_census_sees_texts_wherever_they_stand() -> None:
    assert dict(free_texts(Planted)) == {"said": True, "several": True, "plain": False, "table": False}
