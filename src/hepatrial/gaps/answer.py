"""What each unknown number of an agent's record is worth: its share in the uncertainty of outcomes that it can move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from hepatrial.agents import Agent
from hepatrial.errors import UsageError
from hepatrial.gaps.drawn_outcomes import OUTCOMES, Outcome, drawn_outcomes
from hepatrial.gaps.shares import Share, fewest_draws, shares
from hepatrial.gaps.unknown_numbers import UnknownNumber, agent_at, unknown_numbers
from hepatrial.simulation.balanced_streams import BalancedStreams

STANDINGS = ("missing", "assumed", "fitted", "derived", "measured")
"""What may stand behind a number; a missing one is one that its class fills."""
LEVEL = 0.95

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class OutcomeShares:
    """One outcome over draws of all unknown numbers.

    Attributes
    ----------
    median, low, high
        Median and 95% interval over draws, in the outcome's unit.
    by_number
        Share of every unknown number, in the order of `AgentShares.numbers`.
    by_standing
        Share of the numbers with each of `STANDINGS` together.
    rest
        Interactions of numbers.
    """

    outcome: Outcome
    median: float
    low: float
    high: float
    by_number: tuple[Share, ...]
    by_standing: dict[str, Share]
    rest: Share

    @staticmethod
    def text(value: float) -> str:
        """A value in three figures, whole from 100 on."""
        return f"{value:.0f}" if value >= 100.0 else f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class AgentShares:
    """The answer for an agent.

    Attributes
    ----------
    draws, failed
        Draws that count, and draws that were left out because no patient was still treated at the first visit.
    """

    agent: Agent
    numbers: tuple[UnknownNumber, ...]
    outcomes: tuple[OutcomeShares, ...]
    draws: int
    failed: int
    seed: int


def shares_of_agent(
    agent: Agent, draws: int = 256, *, seed: int = 1, progress: Progress | None = None
) -> AgentShares:
    """Draw the unknown numbers of an agent and divide the variance of outcomes among them.

    Parameters
    ----------
    agent
        As recorded, with gaps.
    draws
        Of all numbers together, spread evenly (Latin hypercube); each simulates the same virtual patients.

    Raises
    ------
    UsageError
        Too few draws for the numbers of this agent, or in too many of them nobody is treated.
    """
    numbers = unknown_numbers(agent)
    least = fewest_draws(len(numbers))
    if draws < least:
        raise UsageError(
            f"too few draws to tell {len(numbers)} numbers of {agent.name} apart\n  found:   {draws}\n"
            f"  allowed: {least} or more\n  fix:     for example --draws {max(256, least)}"
        )
    scores = _scores(agent, len(numbers), draws, seed)
    told = (lambda done: None) if progress is None else (lambda done: progress("draws", done, draws))
    found = drawn_outcomes([agent_at(agent, numbers, row) for row in scores], seed, told)
    good = np.isfinite(found).all(axis=1)
    if good.sum() < least:
        raise UsageError(
            f"in {draws - int(good.sum())} of {draws} draws of {agent.name} no patient is treated for three weeks\n"
            "  fix:     give its adverse events, with a source, in a file of your own"
        )
    return AgentShares(
        agent=agent,
        numbers=numbers,
        outcomes=tuple(
            _of_outcome(outcome, scores[good], found[good, place], numbers)
            for place, outcome in enumerate(OUTCOMES)
        ),
        draws=int(good.sum()),
        failed=int(draws - good.sum()),
        seed=seed,
    )


def _scores(agent: Agent, numbers: int, draws: int, seed: int) -> np.ndarray:
    """Standard normal scores, shape (draws, numbers)."""
    streams = BalancedStreams(seed, draws)
    return ndtri(streams.uniform(f"record of {agent.name}", np.arange(draws), numbers))


def _of_outcome(
    outcome: Outcome, scores: np.ndarray, values: np.ndarray, numbers: tuple[UnknownNumber, ...]
) -> OutcomeShares:
    standing = np.array([each.standing for each in numbers])
    members = np.stack([standing == name for name in STANDINGS]).astype(float)
    together = np.vstack([np.eye(len(numbers)), members, np.ones(len(numbers))])
    found = shares(scores, values, together)
    tail = (1.0 - LEVEL) / 2.0
    low, median, high = np.quantile(np.exp(values) if outcome.log else values, [tail, 0.5, 1.0 - tail])
    explained = found[-1]
    moves = any(share.value for share in found)
    return OutcomeShares(
        outcome=outcome,
        median=float(median),
        low=float(low),
        high=float(high),
        by_number=tuple(found[: len(numbers)]),
        by_standing=dict(zip(STANDINGS, found[len(numbers) : -1], strict=True)),
        rest=Share(1.0 - explained.value, explained.se) if moves else Share(0.0, 0.0),
    )
