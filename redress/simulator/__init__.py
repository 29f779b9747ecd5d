"""Whole populations of cases through the real services, on a virtual clock: what may never happen does not."""
