"""The share of each unknown number in the variance of an outcome over draws of all of them.

The numbers are drawn independently of each other, so that the variance of an outcome y splits without overlap
(Sobol 2001, 10.1016/S0378-4754(00)00270-6):

    Var(y) = sum over j of Var(E[y | z_j]) + interactions

The function E[y | z_j] is taken as a polynomial of second degree in the standard normal score z_j and fitted by least
squares together with those of all other numbers (polynomial chaos: Sudret 2008, 10.1016/j.ress.2007.04.002):

    y = a + sum over j of (b_j z_j + c_j (z_j^2 - 1) / sqrt 2) + e,    share of j = (b_j^2 + c_j^2) / Var(y)

The polynomials are orthonormal, so that Var(y) is the sum of all squares and of Var(e): chance correlations of the
scores in the draws at hand are not in it. A squared coefficient lies above the true one by its squared standard error,
which is taken off. The rest, Var(e) / Var(y), are interactions and what no polynomial of second degree follows.
The Monte-Carlo error is that of the jackknife over groups of draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

GROUPS = 16
DRAWS_A_NUMBER = 4
"""Fewest draws a number: two coefficients each, and as many draws again for the rest."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of variance with its Monte-Carlo standard error; near 0 it may come out below."""

    value: float
    se: float


def fewest_draws(numbers: int) -> int:
    """The fewest draws that tell the shares of so many numbers, whichever group of them is left out."""
    return -(-DRAWS_A_NUMBER * max(numbers, 8) * GROUPS // (GROUPS - 1))


def shares(scores: np.ndarray, outcome: np.ndarray, together: np.ndarray) -> list[Share]:
    """Shares of sums of numbers in the variance of an outcome.

    Parameters
    ----------
    scores
        Standard normal scores of the numbers, shape (draws, numbers).
    outcome
        Shape (draws,), finite.
    together
        1 where a number belongs to a sum, shape (sums, numbers): the identity for every number by itself.

    Returns
    -------
    list of Share
        One a sum; 0 without error where the outcome does not vary.

    Raises
    ------
    ValueError
        With fewer draws than `fewest_draws`.
    """
    draws, numbers = scores.shape
    if draws < fewest_draws(numbers):
        raise ValueError(f"{draws} draws for {numbers} numbers; at least {fewest_draws(numbers)}")
    if np.ptp(outcome) <= 1e-9 * max(1.0, float(np.abs(outcome).max())):
        return [Share(0.0, 0.0) for _ in together]
    design = np.hstack([np.ones((draws, 1)), scores, (scores**2 - 1.0) / np.sqrt(2.0)])
    whole = together @ _of_numbers(design, outcome)
    group = np.arange(draws) % GROUPS
    without = np.stack(
        [together @ _of_numbers(design[group != each], outcome[group != each]) for each in range(GROUPS)]
    )
    apart = without - without.mean(axis=0)
    se = np.sqrt((GROUPS - 1.0) / GROUPS * np.sum(apart**2, axis=0))
    return [Share(float(value), float(error)) for value, error in zip(whole, se, strict=True)]


def _of_numbers(design: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Share of every number by itself, shape (numbers,)."""
    inverse = np.linalg.pinv(design.T @ design)
    coefficients = inverse @ design.T @ outcome
    residual = outcome - design @ coefficients
    error = float(residual @ residual) / (len(outcome) - design.shape[1])
    squares = coefficients[1:] ** 2 - error * np.diag(inverse)[1:]
    linear, curved = np.split(squares, 2)
    return (linear + curved) / (squares.sum() + error)
