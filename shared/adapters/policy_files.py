"""Policy versions from a folder of YAML documents; the content's hash is part of the version's name."""

from hashlib import sha256
from importlib import resources
from pathlib import Path

import yaml
from pydantic import ValidationError

from shared.adapters.failures import Misconfigured
from shared.kernel.policy import Policy, PolicyBook

SHIPPED = Path(str(resources.files("shared"))) / "policy"


def read_policies(folder: Path = SHIPPED) -> PolicyBook:
    """Every policy version of a folder; raises Misconfigured naming the file and field at fault."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise Misconfigured(f"no policy found: {folder} holds no .yaml file; set REDRESS_POLICIES to the policy folder")
    return PolicyBook(versions=tuple(_read(file) for file in files))


def _read(file: Path) -> Policy:
    text = file.read_bytes()
    try:
        document = yaml.safe_load(text)
        name = document.pop("name")
        return Policy.model_validate({**document, "version": f"{name}-{sha256(text).hexdigest()[:12]}"})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "document"
        raise Misconfigured(f"policy {file.name}: {field}: {first['msg']}") from error
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise Misconfigured(f"policy {file.name} is not a policy document: {error}") from error
