"""Interaction with a fractional polynomial of the marker (MFPI), its powers taken from the prognostic effect alone."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from hepatrial.biomarkers.predictive.arrays import TwoArms
from hepatrial.biomarkers.predictive.cox_fits import fit_cox
from hepatrial.biomarkers.predictive.curve_basis import FractionalPolynomial
from hepatrial.biomarkers.sorted_subjects import sorted_subjects
from hepatrial.errors import Issue, RunFailed

POWERS = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0)
WITHIN = (0.01, 0.99)


def best_polynomial(
    trial: TwoArms, name: str, *, terms: int = 2, strata: np.ndarray | None = None
) -> FractionalPolynomial:
    """The powers that fit the marker best beside the arm and the adjusting columns, without any interaction.

    Hand the result to `effect_curve`. The powers are the same in both arms and do not look at the interaction, which
    is what keeps the error of its test near nominal (FLEX1 of the source).

    When not to use: for a marker with few values, or with a spike at a limit of detection.

    References
    ----------
    Royston & Altman 1994, 10.2307/2986270; Royston & Sauerbrei 2004, 10.1002/sim.1815; for the move to positive
    values Royston & Sauerbrei 2007, 10.1016/j.csda.2006.05.006.
    """
    complete = np.isfinite(trial.marker(name)) & np.isfinite(trial.adjust).all(axis=1)
    known = trial.known(name)
    values = known.markers[:, 0]
    low, high = (float(limit) for limit in np.quantile(values, WITHIN))
    rows = sorted_subjects(known.times, None if strata is None else np.asarray(strata)[complete])
    beside = np.column_stack([known.arm, known.adjust])
    best, best_value = None, -np.inf
    for powers in combinations_with_replacement(POWERS, terms):
        if not low < high:
            break
        form = FractionalPolynomial(powers, low, high)
        fitted = fit_cox(np.column_stack([beside, form.columns(values)]), rows)
        if fitted.settled and fitted.log_likelihood > best_value:
            best, best_value = form, fitted.log_likelihood
    if best is None:
        raise RunFailed(
            str(
                Issue(
                    what=f"marker {name}: no fractional polynomial can be fitted",
                    found=f"{len(np.unique(values))} values, {int(rows.event.sum())} events",
                    allowed="a continuous marker with events over its range",
                    fix="take a straight line, or compare groups of the marker",
                )
            )
        )
    return best
