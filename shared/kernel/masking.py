"""What reaches or identifies a person is masked where the other side reads: numbers, addresses, chat names.

It looks at how things are written, not at what they mean: a number that a checksum or a label says is no person's
stays, and what is written in words alone is not found. docs/access.md says how much of a labelled set it finds.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final, Literal, TypeAlias, TypeVar

from shared.kernel import address_patterns as addresses
from shared.kernel import contact_patterns as contacts
from shared.kernel.texts import TOKEN
from shared.kernel.values import Value

V = TypeVar("V", bound=Value)
Kind: TypeAlias = Literal["email", "id", "card", "phone", "chat", "address"]
Span: TypeAlias = tuple[int, int, Kind]

LABELS: Final[dict[Kind, str]] = {
    "email": "[e-mail masked]",
    "id": "[identity number masked]",
    "card": "[account number masked]",
    "phone": "[phone number masked]",
    "chat": "[chat name masked]",
    "address": "[address masked]",
}
_HIDDEN: Final = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
_NEAR: Final = 14
"""So many characters before a number may say what it counts."""
_CITIZEN_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SEPARATORS: Final = re.compile(r"[ -]")


def mask(text: str) -> str:
    """The text with every stretch that reaches or identifies a person replaced by what kind it was.

    A sealed text in it cannot be looked into: it is marked, and masked by whoever opens it.
    """
    pieces, end = [], 0
    for token in TOKEN.finditer(text):
        pieces += [_mask(text[end : token.start()]), "pm1" + token[0].removeprefix("pd1")]
        end = token.end()
    return "".join([*pieces, _mask(text[end:])])


def _mask(text: str) -> str:
    spans = found(text)
    if not spans:
        return text
    pieces, end = [], 0
    for start, stop, kind in spans:
        pieces += [text[end:start], LABELS[kind]]
        end = stop
    return "".join([*pieces, text[end:]])


def found(text: str) -> list[Span]:
    """The stretches to be masked, in order and apart from each other; of two that overlap, the earlier found."""
    plain, places = _plain(text)
    taken: list[Span] = []
    for start, stop, kind in _spans(plain):
        if start < stop and not any(start < other_stop and other < stop for other, other_stop, _ in taken):
            taken.append((start, stop, kind))
    return sorted((places[start], places[stop - 1] + 1, kind) for start, stop, kind in taken)


def _plain(text: str) -> tuple[str, list[int]]:
    """The text as it is meant to be read: full-width forms as plain ones, nothing invisible; and where each was."""
    read: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character in _HIDDEN:
            continue
        narrow = unicodedata.normalize("NFKC", character) if character > "\x7f" else character
        read.append(narrow if len(narrow) == 1 else character)
        places.append(place)
    return "".join(read), places


def _spans(text: str) -> Iterator[Span]:
    """Every stretch, the surest kinds first."""
    for address in (contacts.EMAIL, contacts.SPOKEN_EMAIL):
        yield from _all(address, "email", text)
    yield from _all(contacts.CITIZEN, "id", text, _is_citizen)
    yield from _all(contacts.HONG_KONG, "id", text, _is_hong_kong)
    yield from _all(contacts.NAMED_IDENTITY, "id", text)
    yield from (span for span in _all(contacts.CARD, "card", text) if _is_card(text, span))
    yield from _all(contacts.IBAN, "card", text, _is_iban)
    for named in (contacts.ADDED, contacts.CHAT, contacts.QQ, contacts.PAYEE):
        yield from _all(named, "chat", text)
    for number in contacts.PHONES:
        yield from (span for span in _all(number, "phone", text) if not _is_counted(text, span[0]))
    yield from _all(contacts.NAMED_PHONE, "phone", text)
    for written in (*addresses.CHINESE, *addresses.WESTERN):
        yield from _all(written, "address", text)


def _all(
    pattern: re.Pattern[str], kind: Kind, text: str, holds: Callable[[str], bool] = lambda _: True
) -> Iterator[Span]:
    """Where a pattern stands; of one with named groups, where the group that took part stands."""
    for match in pattern.finditer(text):
        group = next((name for name, value in match.groupdict().items() if value), 0)
        start, stop = match.span(group)
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        if holds(text[start:stop]):
            yield start, stop, kind


def _is_counted(text: str, start: int) -> bool:
    """Whether what stands right before a number says that it counts things, and nothing later that it is called."""
    before = text[max(start - _NEAR, 0) : start]
    counted = [one.end() for one in contacts.COUNTED.finditer(before)]
    called = [one.end() for one in contacts.CALLED.finditer(before)]
    return bool(counted) and counted[-1] > max(called, default=-1)


def _is_card(text: str, span: Span) -> bool:
    """A number that an issuer could have given out, its check digit right, and not counting things."""
    digits = _SEPARATORS.sub("", text[span[0] : span[1]])
    if contacts.ISSUERS.match(digits) is None or not _luhn(digits):
        return False
    before = text[max(span[0] - _NEAR, 0) : span[0]]
    return contacts.NAMED_CARD.search(before) is not None or not _is_counted(text, span[0])


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[::-2]))) % 10 == 0


def _is_citizen(number: str) -> bool:
    digits = _SEPARATORS.sub("", number)
    total = sum(int(digit) * weight for digit, weight in zip(digits, _CITIZEN_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == digits[-1].upper()


def _is_hong_kong(number: str) -> bool:
    letters, check = number.partition("(")[0], number[-2]
    values = [ord(one) - 55 if one.isalpha() else int(one) for one in letters.rjust(8)[-8:] if one != " "]
    padded = [36] * (8 - len(values)) + values
    total = sum(value * weight for value, weight in zip(padded, range(9, 1, -1), strict=True))
    return (total + int(check, 16)) % 11 == 0


def _is_iban(number: str) -> bool:
    plain = number.replace(" ", "")
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


def masking(value: V, *names: str) -> V:
    """The value with these of its texts masked; each is a text, several, or missing."""
    changes = {name: _masked(getattr(value, name)) for name in names}
    return value.model_copy(update={name: text for name, text in changes.items() if text != getattr(value, name)})


def _masked(text: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
    if text is None:
        return None
    return mask(text) if isinstance(text, str) else tuple(map(mask, text))
