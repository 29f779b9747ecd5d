"""The writer is helped, never judged: advice on a description, beside the answer and without weight in it."""

import re
from collections.abc import Sequence

from shared.kernel.orders import OrderLine
from shared.kernel.policy import AdviceRule
from shared.kernel.values import Value


class Advice(Value):
    """What would make a description clearer, in Chinese and English."""

    about: str
    zh: str
    en: str


def advice_on(description: str, line: OrderLine, rules: Sequence[AdviceRule]) -> tuple[Advice, ...]:
    """What the description leaves out of what is needed, and what in its wording does not help."""
    names = tuple(name for name in (line.product, line.model) if name)
    return tuple(
        Advice(about=rule.about, zh=rule.text.zh, en=rule.text.en)
        for rule in rules
        if _found(rule, description, names) is (rule.when == "present")
    )


def _found(rule: AdviceRule, description: str, names: tuple[str, ...]) -> bool:
    if rule.named_product and any(name.casefold() in description.casefold() for name in names):
        return True
    return any(re.search(cue, description, re.IGNORECASE) for cue in rule.cues)
