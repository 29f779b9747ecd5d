"""Every topic of the system: who publishes on it, what stands on it, and how long it is kept."""

from types import ModuleType
from typing import Final

from shared.contracts import appeals, evidence, intake, mediation, notices, platform
from shared.eventing.messages import Published

SERVICES: Final = ("intake", "evidence", "mediation", "appeals")

_MODULES: Final[tuple[ModuleType, ...]] = (platform, intake, evidence, mediation, appeals, notices)

CONTRACTS: Final[tuple[type[Published], ...]] = tuple(
    contract
    for module in _MODULES
    for contract in vars(module).values()
    if isinstance(contract, type) and issubclass(contract, Published) and contract is not Published
)

_DAY_MS: Final = 24 * 60 * 60 * 1000
_FACTS: Final = {"cleanup.policy": "delete", "retention.ms": str(30 * _DAY_MS)}
_PARKED: Final = {"cleanup.policy": "delete", "retention.ms": str(90 * _DAY_MS)}


def group_of(service: str) -> str:
    """The consumer group of a service. The name is the position, so it never changes (style.md 3.4)."""
    return f"{service}.policies"


def topics() -> dict[str, dict[str, str]]:
    """Every topic and its configuration. Logs rebuild views, so Kafka keeps facts for teams, not for us."""
    facts = {contract.TOPIC: _FACTS for contract in CONTRACTS}
    for service in SERVICES:
        facts |= {f"{service}.commands": _FACTS, f"{service}.replies": _FACTS, f"{group_of(service)}.parked": _PARKED}
    return facts
