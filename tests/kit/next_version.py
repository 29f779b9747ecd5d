"""`python -m tests.kit.next_version`: the service that NEXT_VERSION_OF names, as its next version could be.

It writes an optional field more into a fact of its log, one more into a fact that others hear, and shows its first view
in a new shape. With words behind it, it is the command line of that version.
"""

import os
import sys
from importlib import import_module
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.adapters.process import run
from shared.contracts.topology import SERVICES
from shared.eventing.views import View

FIELD: Final = "since_next"
OWN: Final = {"intake": "ComplaintAccepted", "evidence": "SideFinished"}
TOLD: Final = {"intake": "ComplaintAccepted", "evidence": "EvidenceClosed"}
NEWER: Final = tuple(OWN)
"""Services that write what their version of today cannot read."""


def widen(message: type[BaseModel]) -> None:
    """Add an optional field; it is written with its default, as every field is."""
    optional: Any = str | None
    message.__annotations__[FIELD] = optional
    message.__pydantic_fields__[FIELD] = FieldInfo.from_annotated_attribute(optional, "yes")
    message.model_rebuild(force=True)


def become_next(service: str) -> Any:
    """The next version's `build`."""
    if service in OWN:
        widen(getattr(import_module(f"services.{service}.domain.events"), OWN[service]))
        widen(getattr(import_module(f"shared.contracts.{service}"), TOLD[service]))
    app = import_module(f"services.{service}.app")
    first: View[Any] = app.DEFINITION.views[0]
    object.__setattr__(first, "version", first.version + 1)
    return app.build


if __name__ == "__main__":
    if sys.argv[1:]:
        for name in SERVICES:
            become_next(name)
        import_module("redress.cli").main()
    else:
        name = os.environ["NEXT_VERSION_OF"]
        sys.exit(run(name, become_next(name)))
