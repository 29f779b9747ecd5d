"""Notices: what somebody is told, on which way, and why."""

from typing import Literal

Channel = Literal["sms", "online", "phone"]
Purpose = Literal["asked", "reminder", "told"]
"""Why a notice goes out: something is asked of the recipient, is soon due, or is only told."""
