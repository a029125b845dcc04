"""Where the uncertainty of a trial's estimate comes from: variances of the log hazard ratio, each part apart."""

from __future__ import annotations

from dataclasses import dataclass

POPULATION = "population and hierarchies (posterior)"
FITTED_AGENTS = "agents, as fitted"
NEW_AGENTS = "agents, from the hierarchy"
SHIFT = "population of this trial, from the hierarchy"
BETWEEN = "between trials"
PATIENTS = "virtual patients (Monte Carlo)"
SAMPLING = "size of the trial (sampling)"


@dataclass(frozen=True, slots=True)
class VariancePart:
    """One source of uncertainty; ``share`` is of the sum of all."""

    source: str
    variance: float
    share: float

    @property
    def sd(self) -> float:
        """Standard deviation on the scale of the log hazard ratio."""
        return self.variance**0.5


def parts_of(variances: dict[str, float]) -> tuple[VariancePart, ...]:
    """Parts with their shares, which sum to 1; an estimate below 0 is 0.

    Estimated by differences, a small part can come out below 0 by chance.
    """
    positive = {source: max(variance, 0.0) for source, variance in variances.items()}
    whole = sum(positive.values()) or 1.0
    return tuple(VariancePart(source, variance, variance / whole) for source, variance in positive.items())
