"""What callers may ask of appeals, by HTTP and by topic."""

from services.appeals.domain.lodging import LodgeAppeal
from services.appeals.domain.review import DecideAppeal
from services.appeals.domain.withdrawal import WithdrawAppeal
from shared.eventing.messages import Command

OPEN: tuple[type[Command], ...] = (LodgeAppeal, WithdrawAppeal, DecideAppeal)
