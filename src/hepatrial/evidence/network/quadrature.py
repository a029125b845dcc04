"""Integration over tau: nodes that follow the prior, with its own error estimate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

HALF_RANGE = 3.4
"""Of the transformed axis: exp(pi/2 sinh 3.4) is 1e10, so nodes run from 1e-10 to 1e10 times the prior's centre."""
FEWEST_STEPS, MOST_STEPS = 512, 8192
PRECISION = 1e-10
"""Relative change of the integral by doubling the nodes at which no more are added."""


@dataclass(frozen=True, slots=True)
class TauGrid:
    """Posterior of tau on nodes.

    Attributes
    ----------
    tau, weight
        Shapes (g,): nodes and posterior probabilities, which sum to 1.
    error
        Relative change of the integral of prior times marginal likelihood by the last doubling of the nodes: a
        bound on the quadrature's error.
    """

    tau: np.ndarray
    weight: np.ndarray
    error: float


def integrate_over_tau(
    log_integrand: Callable[[np.ndarray], np.ndarray], centre: float, upper: float | None = None
) -> TauGrid:
    """Normalise exp(log_integrand) over tau in (0, upper), upper None for infinity.

    Parameters
    ----------
    log_integrand
        Log of prior times marginal likelihood at tau, shape (g,) to (g,).
    centre
        Places the nodes.

    Notes
    -----
    Double-exponential rule: tau = centre exp(pi/2 sinh t) on the half-line, tau = upper / (1 + exp(-pi sinh t)) on a
    finite one, and the trapezoidal rule in t, whose error falls exponentially with the number of nodes for smooth
    integrands.

    References
    ----------
    Takahasi & Mori 1974, 10.2977/prims/1195192451.
    """
    steps = FEWEST_STEPS
    while True:
        grid = _on_nodes(log_integrand, centre, upper, steps)
        if grid.error < PRECISION or steps >= MOST_STEPS:
            return grid
        steps *= 2


def _on_nodes(
    log_integrand: Callable[[np.ndarray], np.ndarray], centre: float, upper: float | None, steps: int
) -> TauGrid:
    t = np.linspace(-HALF_RANGE, HALF_RANGE, steps + 1)
    if upper is None:
        tau = centre * np.exp(np.pi / 2 * np.sinh(t))
        log_slope = np.log(tau) + np.log(np.pi / 2 * np.cosh(t))
    else:
        below, above = 1 / (1 + np.exp(-np.pi * np.sinh(t))), 1 / (1 + np.exp(np.pi * np.sinh(t)))
        tau = upper * below
        log_slope = np.log(upper * below * above) + np.log(np.pi * np.cosh(t))
    log_mass = log_integrand(tau) + log_slope
    mass = np.exp(log_mass - np.max(log_mass))
    total = float(mass.sum())
    # Every second node is the rule before the last doubling.
    coarse = 2.0 * float(mass[::2].sum())
    # What is left out could not be seen in any posterior at float64.
    keep = mass > 1e-20 * total
    return TauGrid(
        tau=tau[keep],
        weight=mass[keep] / total,
        error=abs(coarse - total) / total,
    )
