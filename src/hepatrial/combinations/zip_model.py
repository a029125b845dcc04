"""Zero interaction potency (ZIP): agents that do not change each other's dose-response curve.

Yadav et al. 2015 (10.1016/j.csbj.2015.09.001). Each agent alone is a log-logistic curve from 0 to 1,

    y(x) = (x/m)^s / (1 + (x/m)^s)

and without interaction y_zip = y1 + y2 - y1 y2. At each dose of one agent the effect over doses of the other is fitted
with a log-logistic curve that starts at what the first does alone,

    y_2>1(x) = (y1 + (x/m)^s) / (1 + (x/m)^s)

and the interaction is delta = (y_2>1 + y_1>2) / 2 - y_zip.

When not to use it: where curves do not end at 1 or are not log-logistic. `ZipScores.residual` is the root mean square
of what the curves leave; delta below it says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.combinations.surface import DoseSurface

FEWEST_DOSES = 3
"""Doses above 0 that a curve with two parameters needs."""
LOG_SLOPES = (-5.0, 4.0)
"""Bounds of the log of a curve's slope s."""


@dataclass(frozen=True, slots=True)
class ZipScores:
    """Interaction ``delta``, shape as the surface's (0 where an agent is alone), and the misfit of the curves."""

    delta: np.ndarray
    residual: float


def zip_scores(surface: DoseSurface) -> ZipScores | None:
    """Scores over the surface; None where an agent has no effect or there are too few doses for a curve."""
    first, second, effects = surface.first_doses, surface.second_doses, surface.effects
    if min(len(first), len(second)) <= FEWEST_DOSES or min(effects[-1, 0], effects[0, -1]) <= 0.0:
        return None
    alone_first, alone_second = _curve(first, effects[:, 0], 0.0), _curve(second, effects[0, :], 0.0)
    expected = alone_first[:, None] + alone_second[None, :] - alone_first[:, None] * alone_second[None, :]
    along_first = np.column_stack(
        [_curve(first, effects[:, place], alone_second[place]) for place in range(len(second))]
    )
    along_second = np.vstack(
        [_curve(second, effects[place, :], alone_first[place]) for place in range(len(first))]
    )
    delta = 0.5 * (along_first + along_second) - expected
    delta[0, :] = delta[:, 0] = 0.0
    misfit = np.concatenate([(along_first - effects).ravel(), (along_second - effects).ravel()])
    return ZipScores(delta, float(np.sqrt(np.mean(misfit**2))))


def _curve(doses: np.ndarray, effects: np.ndarray, start: float) -> np.ndarray:
    """The fitted curve at the doses, from ``start`` to 1."""
    from scipy.optimize import least_squares

    log_dose, wanted = np.log(doses[1:]), effects[1:]

    def fitted(free: np.ndarray) -> np.ndarray:
        odds = np.exp(np.clip(np.exp(free[1]) * (log_dose - free[0]), -300.0, 300.0))
        return (start + odds) / (1.0 + odds)

    gained = np.clip((wanted - start) / max(1.0 - start, 1e-12), 1e-6, 1.0 - 1e-6)
    logits = np.log(gained / (1.0 - gained))
    slope = float(np.clip(np.polyfit(log_dose, logits, 1)[0], 1e-2, 50.0))
    guess = [float(np.mean(log_dose - logits / slope)), np.log(slope)]
    bounds = ([-np.inf, LOG_SLOPES[0]], [np.inf, LOG_SLOPES[1]])
    found = least_squares(
        lambda free: fitted(free) - wanted, guess, bounds=bounds, xtol=1e-14, ftol=1e-14, gtol=1e-14
    )
    return np.concatenate([[start], fitted(found.x)])
