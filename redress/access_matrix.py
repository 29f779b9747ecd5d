"""docs/access-matrix.md: what each role may do in its own cases, in others' and in nobody's, by command and route."""

from collections.abc import Iterator, Mapping
from typing import Final

from shared.kernel.actors import Role
from shared.kernel.rights import CALLER_RULE, ONESELF_RULE, PEOPLE_RULE, ROLE_RULE, Relation, Right
from shared.kernel.rights_table import COMMANDS, ROUTES

_HEAD: Final = f"""# Access matrix

Generated from `shared/kernel/rights_table.py` by `redress docs`; `tests/messaging/test_access_matrix.py` drives every
cell through the real applications. [access.md](access.md) says what the words mean.

Each cell has three letters: for a case of the caller's **own**, for one of **others**, and for one that is **nobody's**
(there is no such case, or no adjudicator of that role has it yet).

| letter | meaning |
|---|---|
| `+` | allowed |
| `P` | 403 `{PEOPLE_RULE}`, in the same words whether the case exists or not |
| `S` | 403 `{ONESELF_RULE}` |
| `R` | 403 `{ROLE_RULE}` |

Pages (`+` once) show the cases for whose relation the role has a right, named behind it. Without a known caller
everything here is answered 401 `{CALLER_RULE}`. What is in no table is answered 403 `action_must_be_declared`.
`/livez`, `/readyz` and `/metrics` ask for no caller; they are on another listener, for those who run the process.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(
        (
            _HEAD,
            "## Commands",
            "\nOver HTTP and on the service's command topic.\n",
            *_table(COMMANDS),
            "\n## Other routes\n",
            *_table(ROUTES),
            "",
        )
    )


def _table(rights: Mapping[str, Right]) -> Iterator[str]:
    roles = list(Role)
    yield f"| | {' | '.join(roles)} |"
    yield f"|---|{'---|' * len(roles)}"
    for action, right in rights.items():
        yield f"| `{action}` | {' | '.join(f'`{_cell(right, role)}`' for role in roles)} |"


def _cell(right: Right, role: Role) -> str:
    granted = right.of(role)
    if right.about == "nothing":
        return "+" if granted else "R"
    if right.about == "pages":
        return f"+ {' '.join(one for one in Relation if one in granted)}" if granted else "R"
    if not granted:
        return "RRR"
    refused = "S" if right.about == "person" else "P"
    return "".join("+" if one in granted else refused for one in Relation)
