"""What the trials taught: each unknown's prior beside its posterior, how observations are met, what hangs together.

Priors of all unknowns are N(0, 1), so that everything here is in prior standard deviations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hepatrial.calibration.finished import Finished
from hepatrial.calibration.observation import Observation
from hepatrial.calibration.observed import EvidenceKind

Learnt = Literal["identified", "partly", "not at all"]
Group = Literal["population", "hierarchy", "agents", "trials"]
GROUPS: tuple[Group, ...] = ("population", "hierarchy", "agents", "trials")
IDENTIFIED, PARTLY = 0.5, 0.9
"""Posterior over prior standard deviation below which an unknown counts as identified, and as partly identified; both
by judgement."""


@dataclass(frozen=True, slots=True)
class LearntUnknown:
    """Posterior of one unknown, in prior standard deviations from the prior's centre.

    Attributes
    ----------
    mode, laplace_sd
        Most probable value, and standard deviation of the linearised posterior there.
    mean, sd
        Over the draws.
    """

    name: str
    group: Group
    mode: float
    laplace_sd: float
    mean: float
    sd: float

    @property
    def learnt(self) -> Learnt:
        """How far the trials narrowed it, by the wider of both posteriors: neither is exact."""
        wider = max(self.sd, self.laplace_sd)
        if wider < IDENTIFIED:
            return "identified"
        return "partly" if wider < PARTLY else "not at all"


@dataclass(frozen=True, slots=True)
class Misfit:
    """One published number: simulated minus published in standard deviations of its error and discrepancy.

    Attributes
    ----------
    at_mode
        At the most probable point.
    mean, sd
        Over the draws.
    """

    trial: str
    kind: EvidenceKind
    observation: Observation
    at_mode: float
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Correlation:
    """Correlation of two unknowns in the linearised posterior."""

    first: str
    second: str
    value: float


@dataclass(frozen=True, slots=True)
class Identifiability:
    """What the observations tell of directions in the space of unknowns.

    Attributes
    ----------
    information
        Eigenvalues of J'J, largest first: precision that observations add along a direction to the prior's own 1.
    effective_unknowns
        Sum of information / (1 + information): how many unknowns the observations pay for.
    correlations
        The strongest, first.
    """

    information: np.ndarray
    effective_unknowns: float
    correlations: tuple[Correlation, ...]

    @property
    def directions_learnt(self) -> int:
        """Directions of which the observations tell more than the prior."""
        return int(np.sum(self.information > 1.0))


def learnt_unknowns(found: Finished) -> tuple[LearntUnknown, ...]:
    """Every unknown, in the order of the problem."""
    laplace = np.sqrt(np.diag(np.linalg.inv(found.at.precision)))
    return tuple(
        LearntUnknown(
            name,
            group_of(name, found.problem.unknowns.hierarchy.population),
            float(found.at.z[place]),
            float(laplace[place]),
            float(found.draws[:, place].mean()),
            float(found.draws[:, place].std(ddof=1)),
        )
        for place, name in enumerate(found.problem.unknowns.names)
    )


def group_of(name: str, population: tuple[str, ...]) -> Group:
    """The kind of unknown that a name stands for."""
    if name in population:
        return "population"
    start = name.split(".")[0]
    return "agents" if start == "agent" else "trials" if start == "trial" else "hierarchy"


def misfits(found: Finished) -> tuple[Misfit, ...]:
    """Every observation, in the order of the problem."""
    rows = []
    for trial in found.problem.trials:
        places = found.problem.rows[trial.key]
        sd = np.sqrt(np.sum(trial.cholesky**2, axis=1))
        at_mode = trial.cholesky @ found.at.residuals[places] / sd
        drawn = found.draw_residuals[:, places] @ trial.cholesky.T / sd
        rows += [
            Misfit(trial.key, trial.kind, each, float(one), float(mean), float(spread))
            for each, one, mean, spread in zip(
                trial.observations, at_mode, drawn.mean(axis=0), drawn.std(axis=0, ddof=1), strict=True
            )
        ]
    return tuple(rows)


def identifiability(found: Finished, strongest: int = 15) -> Identifiability:
    """Eigenvalues and the strongest correlations of the linearised posterior."""
    jacobian = found.at.jacobian
    information = np.clip(np.linalg.eigvalsh(jacobian.T @ jacobian)[::-1], 0.0, None)
    covariance = np.linalg.inv(found.at.precision)
    sd = np.sqrt(np.diag(covariance))
    first, second = np.triu_indices(len(sd), k=1)
    values = (covariance / np.outer(sd, sd))[first, second]
    names = found.problem.unknowns.names
    order = np.argsort(-np.abs(values), kind="stable")[:strongest]
    return Identifiability(
        information,
        float(np.sum(information / (1.0 + information))),
        tuple(Correlation(names[first[at]], names[second[at]], float(values[at])) for at in order),
    )


def log_likelihoods(found: Finished) -> dict[str, np.ndarray]:
    """Logarithm of the density of each trial's published numbers under each draw, shape (draws,) by trial."""
    result = {}
    for trial in found.problem.trials:
        white = found.draw_residuals[:, found.problem.rows[trial.key]]
        constant = 0.5 * white.shape[1] * np.log(2.0 * np.pi) + np.log(np.diag(trial.cholesky)).sum()
        result[trial.key] = -0.5 * np.sum(white**2, axis=1) - constant
    return result
