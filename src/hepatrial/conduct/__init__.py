"""Conduct of a trial: accrual, randomisation, what is observed, and the data cut."""

from hepatrial.conduct.cutting import cut

__all__ = ["cut"]
