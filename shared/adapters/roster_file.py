"""The adjudicators on duty, from a YAML document: a list of `role` and `id`."""

from importlib import resources
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from shared.adapters.failures import Misconfigured
from shared.kernel.actors import ADJUDICATORS, Actor

SHIPPED = Path(str(resources.files("shared"))) / "roster.yaml"

_ACTORS = TypeAdapter(tuple[Actor, ...])


def read_roster(file: Path | None) -> tuple[Actor, ...]:
    """The roster of a file, or the shipped one; raises Misconfigured naming file and fault."""
    file = file or SHIPPED
    try:
        roster = _ACTORS.validate_python(yaml.safe_load(file.read_text("utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise Misconfigured(f"roster {file.name} cannot be used: {error}") from error
    if strangers := [actor.id for actor in roster if actor.role not in ADJUDICATORS]:
        raise Misconfigured(
            f"roster {file.name}: {', '.join(strangers)}: role must be frontline, specialist or reviewer"
        )
    return roster
