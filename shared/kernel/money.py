"""Money as a whole number of minor units (fen, cents) and a currency; never a float."""

from typing import Annotated

from pydantic import Field

from shared.kernel.values import Value


class Money(Value):
    """An amount that is never negative, in minor units of one ISO 4217 currency."""

    minor: Annotated[int, Field(ge=0)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"

    def plus(self, other: "Money") -> "Money":
        """The sum of two amounts of one currency; raises ValueError across currencies."""
        return Money(minor=self.minor + self._same(other).minor, currency=self.currency)

    def less(self, other: "Money") -> "Money":
        """What is left after `other` is taken off, never below zero."""
        return Money(minor=max(0, self.minor - self._same(other).minor), currency=self.currency)

    def exceeds(self, limit: "Money") -> bool:
        """Whether this is more than `limit`; raises ValueError across currencies."""
        return self.minor > self._same(limit).minor

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            message = f"cannot combine {self.currency} with {other.currency}"
            raise ValueError(message)
        return other

    def __str__(self) -> str:
        return f"{self.minor // 100}.{self.minor % 100:02d} {self.currency}"
