"""The case bundle: who may have it, what each reader may read of the chain, and the route that answers it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeAlias

import orjson
from fastapi import APIRouter, Path
from fastapi.responses import Response, StreamingResponse

from services.evidence.domain.access import why_withheld
from services.evidence.domain.events import EvidenceSubmitted
from services.evidence.entrypoints.bundle_words import WHY, holds_contacts
from services.evidence.views import time_given
from services.evidence.views.time_given import SideTime, TimeGiven
from shared.bundle.exporting import Dossier, Exporter
from shared.bundle.manifest import Reader
from shared.bundle.report import Row
from shared.contracts.intake import ComplaintAccepted, ComplaintFiled, ComplaintRejected
from shared.entrypoints.caller import Caller
from shared.entrypoints.openapi import problems
from shared.entrypoints.problems import problem
from shared.entrypoints.visits import Visiting
from shared.eventing.commits import Commit
from shared.eventing.streams import Codec
from shared.kernel.actors import Actor, Parties, Side
from shared.kernel.ids import Id

Load: TypeAlias = Callable[[str], Awaitable[Sequence[Commit]]]

_NAMES_PARTIES: Final = frozenset({ComplaintFiled.TYPE, ComplaintAccepted.TYPE, ComplaintRejected.TYPE})
_ZIP: Final[dict[str, Any]] = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one reader may not read: reasons by the digest of a commit, and the hashes of files nobody else names.

    Of the files in `copied`, the other side's, a party gets copies without metadata and never the original.
    """

    withheld: dict[str, str]
    hidden: frozenset[str]
    copied: frozenset[str] = frozenset()


def parties_of(commits: Sequence[Commit]) -> Parties | None:
    """The parties of a case, as the first heard fact that names them does."""
    for commit in commits:
        if commit.heard is not None and commit.heard.type in _NAMES_PARTIES:
            return Parties.model_validate(orjson.loads(commit.heard.data)["parties"])
    return None


def allowance(commits: Sequence[Commit], codec: Codec, reader: Side | None) -> Allowance:
    """What a party, or for None whoever is no party, may not read of evidence's chain."""
    facts = {commit.digest: [codec.fact(record) for record in commit.facts] for commit in commits}
    items = [fact.item for many in facts.values() for fact in many if isinstance(fact, EvidenceSubmitted)]
    superseded = frozenset(item.supersedes for item in items if item.supersedes)
    withheld = {digest: why for digest, many in facts.items() if (why := why_withheld(many, reader, superseded))}
    if reader is None:
        return Allowance(withheld, frozenset())
    contacts = {one.digest: WHY for one in commits if holds_contacts(one, facts[one.digest], reader)}
    shown = {file.sha256 for item in items if item.item_id not in superseded for file in item.files}
    older = {file.sha256 for item in items if item.item_id in superseded for file in item.files}
    own = {file.sha256 for item in items if item.submitter is reader for file in item.files}
    others = {file.sha256 for item in items if item.submitter is reader.other for file in item.files}
    return Allowance(contacts | withheld, frozenset(older - shown), frozenset(others - own))


def time_rows(commits: Sequence[Commit], codec: Codec) -> Sequence[Row]:
    """How long each side had, as rows of the report."""
    document: TimeGiven | None = None
    for commit in commits:
        for entry in codec.entries(commit, commits):
            document = time_given.evolve(document, entry)
    rounds = document.rounds if document else ()
    return [
        (f"{one.round}{' (reopened)' if one.reopened else ''}", str(side), *_numbers(time))
        for one in rounds
        for side, time in one.sides.items()
    ]


def dossier_of(case_id: str, commits: Sequence[Commit], codec: Codec, caller: Actor) -> Dossier:
    """Everything that evidence has of a case, for one reader."""
    parties = parties_of(commits)
    side = parties.side_of(caller) if parties else None
    may = allowance(commits, codec, side)
    reader: Reader = "staff" if side is None else side.value
    masked = {parties.party_on(side.other).id} if parties and side else set()
    rows = time_rows(commits, codec)
    chains = {"evidence": commits}
    return Dossier(case_id, reader, chains, rows, may.withheld, may.hidden, frozenset(masked), may.copied)


def bundle_routes(load: Load, codec: Codec, exporter: Exporter) -> APIRouter:
    """`load` answers the commits of a case, in order."""
    router = APIRouter()

    @router.get(
        "/cases/{case_id}/bundle",
        tags=["files"],
        response_class=Response,
        responses={
            200: {"description": "The case bundle, a zip archive (docs/bundle.md).", "content": _ZIP},
            **problems(404, 422, 503),
        },
    )
    async def bundle(case_id: Annotated[Id, Path()], caller: Caller, visit: Visiting) -> Response:
        """Everything public of the case, its evidence files, and a report; verifiable offline."""
        commits = await load(case_id)
        parties = parties_of(commits)
        if parties is None:
            return problem(404, "case_must_exist", f"no complaint {case_id} was filed", cure="check the id")
        await visit.saw({case_id: commits[-1].last})
        pieces = exporter.pieces(dossier_of(case_id, commits, codec, caller))
        # What can fail before the first byte fails as an answer of its own, not as a bundle that breaks off.
        first = await anext(pieces)
        headers = {"Content-Disposition": f'attachment; filename="case-{case_id}.zip"'}
        return StreamingResponse(_all(first, pieces), media_type="application/zip", headers=headers)

    return router


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _numbers(time: SideTime) -> Row:
    hours, seconds = divmod(time.given_seconds, 3600)
    given = f"{hours} h {seconds // 60:02d} min"
    return given, str(time.requests), str(time.reminders), str(time.items), str(time.late_items)
