"""Newton-Raphson for concave likelihoods of standardised covariates, with the failures a user can mend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hepatrial.errors import Issue, RunFailed
from hepatrial.survival.checks import invalid

Derivatives = Callable[[np.ndarray], tuple[float, np.ndarray, np.ndarray]]

MAX_ITERATIONS = 50
# A step of this decrement is short in standard errors wherever there is a maximum (its error is below a
# thousandth of one), but moves linear predictors by 1 and more, for ever, where the maximum lies at infinity.
NEARLY_DONE, LONG_REACH = 1e-6, 0.5
# The furthest that one step may move linear predictors apart, and the furthest that they may lie apart at
# all: beyond it the hazards of a risk set round to 0 beside the highest.
STEP_REACH, GREATEST_REACH = 20.0, 600.0
# Squared length of the last step in standard errors: the error left after it is of the order of its square.
DECREMENT = 1e-12
# A covariate whose variance given the others is below this share of its own is their linear combination.
COLLINEAR = 1e-10


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the likelihood is greatest: ``beta``, ``information`` there, and the score test at 0."""

    beta: np.ndarray
    information: np.ndarray
    value: float
    value_at_zero: float
    score_chi2: float
    iterations: int


def maximise(derivatives: Derivatives, x: np.ndarray, names: tuple[str, ...]) -> Maximum:
    """Maximise from 0.

    Parameters
    ----------
    derivatives
        Maps coefficients (p,) to value, gradient (p,) and information (p, p).
    x
        Shape (n, p): the covariates, with mean 0 and standard deviation 1.
    names
        Names of the covariates for messages.

    Raises
    ------
    InvalidInput
        A covariate that does not vary in any risk set, or is a combination of others.
    RunFailed
        A coefficient that runs to infinity.
    """
    beta = np.zeros(len(names))
    value, gradient, information = derivatives(beta)
    value_at_zero = value
    refuse_singular(information, names)
    score_chi2 = float(gradient @ np.linalg.solve(information, gradient))
    for iteration in range(1, MAX_ITERATIONS + 1):
        step = _solve(information, gradient, names)
        decrement = float(gradient @ step)
        _refuse_runaway(x, beta, step, decrement, names)
        length = min(1.0, STEP_REACH / max(_reach(x, step), STEP_REACH))
        trial = derivatives(beta + length * step)
        while not trial[0] >= value - 1e-9 * max(abs(value), 1.0) and length > 1e-3:
            length /= 2
            trial = derivatives(beta + length * step)
        beta = beta + length * step
        value, gradient, information = trial
        if decrement < DECREMENT:
            return Maximum(beta, information, value, value_at_zero, score_chi2, iteration)
    raise _runaway(names[int(np.argmax(np.abs(step)))])


def refuse_singular(information: np.ndarray, names: tuple[str, ...]) -> None:
    """Refuse covariates that carry no information of their own."""
    own = np.diag(information)
    for j, name in enumerate(names):
        if own[j] <= COLLINEAR * max(own.max(), 1.0):
            raise invalid(
                f"covariates: {name} does not vary among the subjects at risk",
                "at every event the same value in all at risk (in the stratum), or an event of all at risk at once",
                "an event that others at risk, with another value, outlive",
                f"leave {name} out, or do not stratify by it",
            )
        if j == 0:
            continue
        before = information[:j, :j]
        rest = own[j] - information[j, :j] @ np.linalg.solve(before, information[:j, j])
        if rest <= COLLINEAR * own[j]:
            raise invalid(
                f"covariates: {name} is a linear combination of {', '.join(names[:j])}",
                f"share of variance left: {max(rest / own[j], 0.0):.1e}",
                "covariates that are linearly independent",
                f"leave {name} out of the model",
            )


def _solve(information: np.ndarray, gradient: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    try:
        return np.linalg.solve(information, gradient)
    except np.linalg.LinAlgError:
        raise _runaway(names[int(np.argmin(np.diag(information)))]) from None


def _reach(x: np.ndarray, change: np.ndarray) -> float:
    """How far a change of coefficients moves the linear predictors of subjects apart."""
    return float(np.ptp((x * change).sum(axis=1)))


def _refuse_runaway(
    x: np.ndarray, beta: np.ndarray, step: np.ndarray, decrement: float, names: tuple[str, ...]
) -> None:
    """A step that still reaches far while the likelihood hardly gains: the maximum lies at infinity."""
    endless = decrement < NEARLY_DONE and _reach(x, step) > LONG_REACH
    if endless or _reach(x, beta) > GREATEST_REACH - STEP_REACH:
        raise _runaway(names[int(np.argmax(np.abs(step) * np.ptp(x, axis=0)))])


def _runaway(name: str) -> RunFailed:
    return RunFailed(
        str(
            Issue(
                what=f"covariates: the coefficient of {name} runs to infinity",
                found=f"{name} separates the subjects with events from those without (monotone likelihood)",
                allowed="events on both sides of every covariate",
                fix=f"leave {name} out, join its sparse levels, or report the log-rank test instead",
            )
        )
    )
