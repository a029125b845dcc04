"""What the gaps of an agent's record do to its outcomes: the share of each missing, assumed or known number."""

from __future__ import annotations

from hepatrial.gaps.answer import AgentShares, OutcomeShares, shares_of_agent
from hepatrial.gaps.shares import Share
from hepatrial.gaps.unknown_numbers import UnknownNumber, unknown_numbers

__all__ = [
    "AgentShares",
    "OutcomeShares",
    "Share",
    "UnknownNumber",
    "shares_of_agent",
    "unknown_numbers",
]
