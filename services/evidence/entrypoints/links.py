"""Links to a file that work for a short time without headers: signed, for one person in one role."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.actors import Actor, Role
from shared.kernel.refusals import Refused


class Link(BaseModel):
    """What a link says in its query, under its signature."""

    model_config = ConfigDict(frozen=True)

    role: Role
    actor: str = Field(max_length=128)
    until: int = Field(ge=0, le=10**11)
    signature: str = Field(max_length=128)

    @property
    def bearer(self) -> Actor:
        """Whom the link was made for."""
        return Actor(role=self.role, id=self.actor)

    @property
    def expires_at(self) -> datetime:
        """The instant from which it opens nothing."""
        return datetime.fromtimestamp(self.until, UTC)


class Signing:
    """Makes and reads links of one deployment. Without a secret there are none."""

    def __init__(self, secret: bytes | None, lasts: timedelta) -> None:
        self._secret = secret
        self._lasts = lasts

    def link(self, case_id: str, sha256: str, by: Actor, now: datetime) -> Link | Refused:
        """A link of the caller's own to one file."""
        if self._secret is None:
            return Refused(
                "links_must_be_set_up",
                detail="this deployment signs no links: it has no secret for it",
                cure="set REDRESS_FILES__LINK_SECRET, the same for every replica",
            )
        until = int((now + self._lasts).timestamp())
        signature = self._signature(self._secret, case_id, sha256, by.role, by.id, str(until))
        return Link(role=by.role, actor=by.id, until=until, signature=signature)

    def bearer(self, link: Link, case_id: str, sha256: str, now: datetime) -> Actor | Refused:
        """Whom a link speaks for, if it was made here for this file and still holds."""
        until = str(link.until)
        expected = self._signature(self._secret or b"", case_id, sha256, link.role, link.actor, until)
        if self._secret is None or not hmac.compare_digest(expected.encode(), link.signature.encode()):
            return Refused(
                "link_must_be_signed_here",
                detail="the link was changed, or made for another file or elsewhere",
                cure="ask for a new link",
            )
        if now.timestamp() >= link.until:
            detail = f"the link held until {link.expires_at:%Y-%m-%d %H:%M:%S} UTC"
            return Refused("link_must_not_have_expired", detail=detail, cure="ask for a new link")
        return link.bearer

    @staticmethod
    def _signature(secret: bytes, *parts: str) -> str:
        return hmac.new(secret, "\n".join(("redress file link v1", *parts)).encode(), sha256).hexdigest()
