"""Who may send files to a case, and who sees which of them: by the headers of a caller, or by a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import Depends, Path, Query
from fastapi.responses import Response
from pydantic import ValidationError

from services.evidence.domain.evidence_file import File
from services.evidence.domain.uploading import may_upload, stays
from services.evidence.entrypoints.file_answers import refused_file
from services.evidence.entrypoints.file_forms import Copies, Form, Given, form_for, given
from services.evidence.entrypoints.links import Link, Signing
from services.evidence.views import evidence_file
from shared.entrypoints.problems import NotAdmittedError, problem, refusal
from shared.entrypoints.visits import Visit, Visiting
from shared.eventing.engine import Engine
from shared.eventing.file_store import FileStore, Inspect, StoredFile
from shared.eventing.ports import Clock
from shared.eventing.reading import Reader
from shared.kernel.actors import Actor, Role, Side, hidden_from
from shared.kernel.ids import Id
from shared.kernel.refusals import Refused

CaseId: TypeAlias = Annotated[Id, Path()]
Digest: TypeAlias = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The SHA-256 of the file's bytes.")]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks to see a file: whom the request names, or what a link says, if it has a part of one."""

    visit: Visit
    link: Sequence[str | None] | None


async def _asking(
    visit: Visiting,
    link_role: Annotated[str | None, Query(description="Of a link: what its bearer acts as.")] = None,
    link_actor: Annotated[str | None, Query(description="Of a link: whom it was made for.")] = None,
    link_until: Annotated[str | None, Query(description="Of a link: the second at which it expires.")] = None,
    link_signature: Annotated[str | None, Query(description="Of a link: its signature.")] = None,
) -> Asking:
    link = (link_role, link_actor, link_until, link_signature)
    return Asking(visit, None if link == (None,) * 4 else link)


Asker: TypeAlias = Annotated[Asking, Depends(_asking)]


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file that a caller is shown, and the version of the case that shows it.

    `others`: it is the other side's, and the caller is a party or names nobody.
    """

    file: StoredFile
    version: int
    others: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes of files work with."""

    engine: Engine
    reader: Reader
    store: FileStore
    inspect: Inspect
    copies: Copies
    signing: Signing
    clock: Clock

    async def allowed(self, case_id: str, by: Actor) -> tuple[File, bool] | Response:
        """The case's file, and whether what is uploaded now stays unnamed; or why this caller may not upload."""
        stream = await self.engine.load(case_id)
        asked = may_upload(by, stream.state)
        if isinstance(asked, Refused):
            return refusal(asked, stream.version)
        return asked[1], stays(stream.state)

    async def found(self, case_id: str, sha256: str, asking: Asking, form: Form | None) -> Given | Response:
        """The file that is asked for, or why it is not given. A link speaks for its bearer, whatever headers say."""
        by = await self._asker(case_id, sha256, asking)
        if isinstance(by, Response):
            return by
        seen = await self.seen(case_id, sha256, by)
        if seen is None:
            return file_must_exist(case_id, sha256)
        await asking.visit.saw({case_id: seen.version}, part=sha256, by=by)
        allowed = form_for(form, others=seen.others)
        answer = allowed if isinstance(allowed, Refused) else await given(self.store, self.copies, seen.file, allowed)
        return refused_file(answer) if isinstance(answer, Refused) else answer

    async def _asker(self, case_id: str, sha256: str, asking: Asking) -> Actor | Response:
        """Who asks: whom the request names, or the bearer of a link, who may have lost the case since it was made."""
        if asking.link is None:
            return asking.visit.by
        bearer = self._bearer(case_id, sha256, asking.link)
        if isinstance(bearer, Refused):
            return refused_file(bearer)
        if refused := await asking.visit.admit(bearer, case_id):
            raise NotAdmittedError(refused)
        return bearer

    async def seen(self, case_id: str, sha256: str, by: Actor) -> SeenFile | None:
        """Who sees what: files of items that the caller is shown, one's own uploads, proof sent after a seal."""
        shown = await self.reader.one(evidence_file.VIEW, case_id)
        if shown is None:
            return None
        parties = shown.document.parties
        owners = {
            parties.party_on(one.item.submitter).id
            for one in evidence_file.as_seen_by(shown.document, by).items
            if isinstance(one.item.submitter, Side) and any(file.sha256 == sha256 for file in one.item.files)
        }
        stored = [one for one in await self.store.of_case(case_id) if one.file.sha256 == sha256]
        own = by.id if parties.side_of(by) else None
        # One's own copy first: the other side's may lie under a key that was destroyed.
        stored.sort(key=lambda one: one.person != own)
        found = next((one for one in stored if one.person in {*owners, own} or _is_proof(one, case_id)), None)
        hidden = {parties.party_on(side).id for side in hidden_from(by, parties)}
        return SeenFile(found, shown.version, found.person in hidden) if found else None

    def _bearer(self, case_id: str, sha256: str, said: Sequence[str | None]) -> Actor | Refused:
        try:
            link = Link.model_validate(dict(zip(("role", "actor", "until", "signature"), said, strict=True)))
        except ValidationError:
            link = Link(role=Role.AUDITOR, actor="", until=0, signature="")  # a changed one, which nobody signed
        return self.signing.bearer(link, case_id, sha256, self.clock.now())


def file_must_exist(case_id: str, sha256: str) -> Response:
    """Answers who asks for a file that is not there or not shown: the same, for either is nobody else's affair."""
    detail = f"no file {sha256} of case {case_id} is shown to you"
    return problem(404, "file_must_exist", detail, cure="take the hash from the evidence file")


def _is_proof(file: StoredFile, case_id: str) -> bool:
    use = file.use(case_id)
    return use is not None and use.proof
