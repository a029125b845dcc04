"""From which liver reserve on a benefit is gone, with an interval, and 'not reached' where it is not.

Gone from a reserve on: there and at every worse reserve that the data show, the curve is at or below a level. The
smallest such ALBI is found on the curve; its interval from the same search on each of many curves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

State = Literal["reached", "not reached", "at every reserve"]
QUANTILES = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where a curve goes to a level and stays there.

    Attributes
    ----------
    state, value
        ``value`` is the reserve, None unless reached.
    lower, upper
        95 % limits, the better end first: minus infinity for a reserve better than the data show, infinity where the
        level is not reached; None without curves to take them from.
    reached_percent, everywhere_percent
        Per cent of those curves that reach the level, and that are at or below it at every reserve.
    """

    state: State
    value: float | None
    lower: float | None = None
    upper: float | None = None
    reached_percent: float | None = None
    everywhere_percent: float | None = None


def gone_from(reserve: np.ndarray, curve: np.ndarray, level: float, *, stepwise: bool = False) -> float:
    """The reserve from which on ``curve`` is at or below ``level``.

    Parameters
    ----------
    reserve, curve
        Shape (points,), from the best reserve to the worst.
    stepwise
        Whether reserve goes in steps, as a score does, so that nothing is interpolated.

    Returns
    -------
    The reserve, interpolated linearly; infinity where the curve ends above the level, minus infinity where it is at or
    below it everywhere.
    """
    above = np.flatnonzero(curve > level)
    if above.size == 0:
        return -np.inf
    last = int(above[-1])
    if last == len(curve) - 1:
        return np.inf
    if stepwise:
        return float(reserve[last + 1])
    share = (curve[last] - level) / (curve[last] - curve[last + 1])
    return float(reserve[last] + share * (reserve[last + 1] - reserve[last]))


def threshold(
    reserve: np.ndarray,
    curve: np.ndarray,
    level: float,
    curves: np.ndarray | None = None,
    *,
    stepwise: bool = False,
) -> Threshold:
    """Where the benefit is gone, with the interval of ``curves`` (curves, points) that stand for what is not known.

    When not to use: as the reserve above which to withhold treatment. Where a benefit cannot be shown any more, it may
    still be there.
    """
    at = gone_from(reserve, curve, level, stepwise=stepwise)
    state: State = "not reached" if at == np.inf else "at every reserve" if at == -np.inf else "reached"
    value = at if np.isfinite(at) else None
    if curves is None or len(curves) == 0:
        return Threshold(state, value)
    found = np.sort([gone_from(reserve, one, level, stepwise=stepwise) for one in curves])
    # By rank, since infinities cannot be interpolated.
    low, high = (found[min(int(q * len(found)), len(found) - 1)] for q in QUANTILES)
    return Threshold(
        state,
        value,
        lower=float(low),
        upper=float(high),
        reached_percent=100.0 * float(np.mean(found < np.inf)),
        everywhere_percent=100.0 * float(np.mean(found == -np.inf)),
    )
