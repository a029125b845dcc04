"""The effect of a continuous marker as a curve: natural cubic splines in a Cox model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.prognostic.outcome import event_times
from hepatrial.survival.checks import critical_value, misuse
from hepatrial.survival.cox import cox

KNOT_SHARES = {3: (0.10, 0.50, 0.90), 4: (0.05, 0.35, 0.65, 0.95), 5: (0.05, 0.275, 0.50, 0.725, 0.95)}
"""Quantiles at which knots stand. Source: Harrell 2015, 10.1007/978-3-319-19425-7, table 2.3."""
POINTS = 121
SHOWN = (0.025, 0.975)
"""Quantiles of the marker between which the curve is drawn: beyond them it rests on a handful of patients."""


@dataclass(frozen=True, slots=True)
class SplineEffect:
    """The hazard ratio along a marker, relative to its median.

    Attributes
    ----------
    value
        Shape (points,), the marker on its transformed scale.
    log_hr, lower, upper
        Shape (points,): log hazard ratio against ``reference``, and pointwise limits.
    reference
        The median of the marker.
    knots
        Where the cubic pieces meet.
    p_overall, p_nonlinear
        Likelihood-ratio tests of any effect, and of any departure from a straight line.
    adjusted_for
        Columns beside the marker.
    """

    name: str
    scale: str
    value: np.ndarray
    log_hr: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    reference: float
    knots: np.ndarray
    p_overall: float
    p_nonlinear: float
    n: int
    events: int
    adjusted_for: tuple[str, ...]
    observed: np.ndarray


def natural_spline(x: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Basis (n, k - 1) of cubic splines that are straight beyond the outer of k knots; the first column is x.

    Source: Harrell 2015, section 2.4.5.
    """
    last, before = knots[-1], knots[-2]
    width = (last - knots[0]) ** 2

    def cube(at: float) -> np.ndarray:
        return np.maximum(x - at, 0.0) ** 3

    columns = [x]
    for knot in knots[:-2]:
        curved = (
            cube(knot)
            - cube(before) * (last - knot) / (last - before)
            + cube(last) * (before - knot) / (last - before)
        )
        columns.append(curved / width)
    return np.column_stack(columns)


def spline_effect(
    frame: MarkerFrame, name: str, *, adjusted: bool = False, knots: int = 4, confidence: float = 0.95
) -> SplineEffect | None:
    """Fit a natural cubic spline of one marker; None where it has too few distinct values for the knots.

    Raises
    ------
    UsageError
        A number of knots other than 3, 4 or 5.
    InvalidInput, RunFailed
        As for `hepatrial.survival.cox`.

    Notes
    -----
    The number of knots is fixed beforehand, not chosen by the data, so that the tests keep their level. When not to
    use: with fewer than about 30 events; to read a threshold off the curve (its position is far less certain than
    the band looks).
    """
    if knots not in KNOT_SHARES:
        raise misuse("knots: no such number", str(knots), "3, 4 or 5", "knots=4")
    place = frame.marker_names.index(name)
    covariates = frame.adjust if adjusted else frame.adjust[:, :0]
    scale = frame.scales[place]
    marker = frame.markers[:, place] * scale.width + scale.centre
    rows = np.isfinite(marker) & np.isfinite(covariates).all(axis=1)
    x, beside = marker[rows], covariates[rows]
    at = np.quantile(x, KNOT_SHARES[knots])
    if len(np.unique(at)) < knots or len(np.unique(x)) < 2 * knots:
        return None
    times = event_times(frame).select(rows)
    strata = None if frame.arm is None else frame.arm[rows]
    middle, spread = x.mean(), x.std()
    basis = natural_spline((x - middle) / spread, (at - middle) / spread)
    names = [f"spline {j}" for j in range(basis.shape[1])]
    beside_names = [*frame.adjust_names][: beside.shape[1]]
    full = cox(times, np.column_stack([basis, beside]), [*names, *beside_names], strata=strata)
    straight = cox(times, np.column_stack([x, beside]), [name, *beside_names], strata=strata)
    without = (
        cox(times, beside, beside_names, strata=strata).log_likelihood
        if beside_names
        else straight.log_likelihood_null
    )
    value = np.linspace(*np.quantile(x, SHOWN), POINTS)
    reference = float(np.median(x))
    inside, origin = (
        natural_spline((np.atleast_1d(points) - middle) / spread, (at - middle) / spread)
        for points in (value, reference)
    )
    contrast, k = inside - origin, basis.shape[1]
    log_hr = contrast @ full.beta[:k]
    error = np.sqrt(np.einsum("ij,jk,ik->i", contrast, full.covariance[:k, :k], contrast))
    reach = critical_value(confidence) * error
    return SplineEffect(
        name=name,
        scale=scale_text(scale.name, scale.transform),
        value=value,
        log_hr=log_hr,
        lower=log_hr - reach,
        upper=log_hr + reach,
        reference=reference,
        knots=at,
        p_overall=float(chdtrc(k, max(2 * (full.log_likelihood - without), 0.0))),
        p_nonlinear=float(chdtrc(k - 1, max(2 * (full.log_likelihood - straight.log_likelihood), 0.0))),
        n=int(rows.sum()),
        events=full.events,
        adjusted_for=tuple(beside_names),
        observed=x,
    )


def scale_text(name: str, transform: str) -> str:
    """A marker's name on its transformed scale."""
    return {"none": name, "log1p": f"log(1 + {name})", "rank": f"rank of {name}"}[transform]
