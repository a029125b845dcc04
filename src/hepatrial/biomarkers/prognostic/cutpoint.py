"""A cut-point that is searched for, and the optimism that the search creates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.prognostic.martingale import martingale_residuals
from hepatrial.biomarkers.prognostic.max_statistics import altman_p, lausen_schumacher_p, two_sided
from hepatrial.biomarkers.prognostic.outcome import event_times
from hepatrial.biomarkers.prognostic.screen import fit_each
from hepatrial.biomarkers.prognostic.splines import scale_text
from hepatrial.survival.checks import invalid
from hepatrial.survival.times import SurvivalTimes

SHARES = (0.10, 0.90)
"""Shares of patients between which cut-points are tried, those of Altman et al. 1994."""
MOST_RUNAWAY = 0.2
"""Share of bootstrap samples whose hazard ratio may run to infinity before no corrected ratio is given."""


@dataclass(frozen=True, slots=True)
class CutPoint:
    """The best cut-point of one marker, with what it is worth.

    Attributes
    ----------
    value
        Patients above it form the high group; on the transformed scale, as ``values`` and ``statistics``, shape
        (cuts,): every cut-point tried and its standardised log-rank statistic.
    n_high, n
        Patients in the high group, and all.
    hr, lower, upper
        Naive hazard ratio of high against low, with naive limits.
    p_naive
        p-value as if the cut-point had been named beforehand.
    p_lausen_schumacher, p_altman, p_permutation
        The same corrected for the search: by the asymptotic bound, by Altman's formula (NaN outside its range),
        and by permutation.
    hr_corrected, hr_bootstrap
        Hazard ratio less the optimism of the bootstrap; and (2.5 %, 97.5 %) of the ratio that a cut-point found in
        a bootstrap sample has among patients who are not in that sample.
    cut_bootstrap
        2.5 %, 25 %, 75 % and 97.5 % of the cut-points found in bootstrap samples.
    optimism
        Mean log hazard ratio in the samples searched, less that among the patients left out.
    """

    name: str
    scale: str
    value: float
    n_high: int
    n: int
    values: np.ndarray
    statistics: np.ndarray
    hr: float
    lower: float
    upper: float
    p_naive: float
    p_lausen_schumacher: float
    p_altman: float
    p_permutation: float
    hr_corrected: float
    hr_bootstrap: tuple[float, float]
    cut_bootstrap: tuple[float, float, float, float]
    optimism: float


def search_cutpoint(
    frame: MarkerFrame,
    name: str,
    *,
    permutations: int = 2000,
    samples: int = 600,
    seed: int = 1,
) -> CutPoint:
    """Search the cut-point of one marker with the largest log-rank statistic, and correct for the search.

    Raises
    ------
    InvalidInput
        A marker without a cut-point that leaves a tenth of the patients on either side.

    Notes
    -----
    The group low against high is the same test as the log-rank test of the two groups, standardised by permutation.
    The hazard ratio at the best cut-point is too far from 1, and its limits too narrow: the bootstrap repeats the
    search in each sample and looks at the patients left out, whom the search has not seen.

    When not to use: to choose a threshold for patients, unless another data set confirms it. A continuous marker
    keeps its information only as a continuous one (`spline_effect`).

    References
    ----------
    Lausen & Schumacher 1992, 10.2307/2532740; Altman et al. 1994, 10.1093/jnci/86.11.829; Hollander, Sauerbrei &
    Schumacher 2004, 10.1002/sim.1611.
    """
    place = frame.marker_names.index(name)
    scale = frame.scales[place]
    marker = frame.markers[:, place] * scale.width + scale.centre
    rows = np.isfinite(marker)
    times, x = event_times(frame).select(rows), marker[rows]
    stratum = None if frame.arm is None else frame.arm[rows]
    # By name, so that a marker gets the same answer whichever others stand beside it.
    rng = np.random.default_rng([seed, *name.encode()])
    residual = martingale_residuals(times, stratum)
    cuts, statistics = all_cuts(x, residual)
    if not len(cuts):
        raise invalid(
            f"marker {name} has no cut-point to search for",
            f"{len(np.unique(x))} distinct values",
            "a value with a tenth of the patients or more on either side",
            "leave it out of the search for a cut-point",
        )
    best = int(np.argmax(np.abs(statistics)))
    largest = float(np.abs(statistics[best]))
    drawn = _largest_permuted(x, residual, permutations, rng)
    beta, se = _log_hr(times, x > cuts[best], stratum)
    inside, outside, found = _bootstrap(times, x, stratum, samples, rng)
    steady = len(inside) >= (1 - MOST_RUNAWAY) * samples
    optimism = float(np.mean(np.abs(inside) - outside * np.sign(inside))) if steady else float("nan")
    naive = two_sided(largest)
    return CutPoint(
        name=name,
        scale=scale_text(scale.name, scale.transform),
        value=float(cuts[best]),
        n_high=int((x > cuts[best]).sum()),
        n=len(x),
        values=cuts,
        statistics=statistics,
        hr=float(np.exp(beta)),
        lower=float(np.exp(beta - 1.959963984540054 * se)),
        upper=float(np.exp(beta + 1.959963984540054 * se)),
        p_naive=naive,
        p_lausen_schumacher=lausen_schumacher_p(largest, *SHARES),
        p_altman=altman_p(naive),
        p_permutation=float((1 + (drawn >= largest * (1 - 1e-12)).sum()) / (permutations + 1)),
        hr_corrected=float(np.exp(np.sign(beta) * (abs(beta) - optimism))),
        hr_bootstrap=_quantiles(np.exp(outside * np.sign(inside) * np.sign(beta)), (0.025, 0.975)),
        cut_bootstrap=_quantiles(found, (0.025, 0.25, 0.75, 0.975)),
        optimism=optimism,
    )


def all_cuts(x: np.ndarray, residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut-points with a tenth of the patients or more on either side, and the statistic of each, shape (cuts,).

    A cut-point is a value of the data; the high group is above it.
    """
    order = np.argsort(x, kind="stable")
    n, ordered = len(x), x[order]
    last = np.append(ordered[1:] != ordered[:-1], False)
    share = np.arange(1, n + 1) / n
    kept = np.flatnonzero(last & (share >= SHARES[0]) & (share <= SHARES[1]))
    low = np.arange(1, n + 1)[kept]
    centred = residual[order] - residual.mean()
    above = -np.cumsum(centred)[kept]
    variance = centred @ centred * low * (n - low) / (n * (n - 1.0))
    return ordered[kept], above / np.sqrt(variance)


def _largest_permuted(
    x: np.ndarray, residual: np.ndarray, permutations: int, rng: np.random.Generator
) -> np.ndarray:
    """Largest statistic, (permutations,), with the residuals dealt out anew."""
    found = np.empty(permutations)
    for draw in range(permutations):
        found[draw] = np.abs(all_cuts(x, rng.permutation(residual))[1]).max()
    return found


def _log_hr(times: SurvivalTimes, high: np.ndarray, stratum: np.ndarray | None) -> tuple[float, float]:
    from hepatrial.biomarkers.prognostic import screen_kernel as kernel

    row = fit_each(times, high.astype(np.float64)[:, None], np.empty((len(high), 0)), stratum)[0]
    return float(row[kernel.BETA]), float(row[kernel.SE])


def _bootstrap(
    times: SurvivalTimes, x: np.ndarray, stratum: np.ndarray | None, samples: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log hazard ratios inside and outside of the samples, and the cut-points; samples without a ratio left out."""
    inside, outside, found = [], [], []
    n = len(x)
    for _ in range(samples):
        taken = rng.integers(0, n, n)
        left = np.setdiff1d(np.arange(n), taken)
        own = None if stratum is None else stratum[taken]
        cuts, statistics = all_cuts(x[taken], martingale_residuals(times.select(taken), own))
        if not len(cuts):
            continue
        cut = cuts[np.argmax(np.abs(statistics))]
        here = _log_hr(times.select(taken), x[taken] > cut, own)[0]
        there = _log_hr(times.select(left), x[left] > cut, None if stratum is None else stratum[left])[0]
        if np.isfinite(here) and np.isfinite(there):
            inside.append(here)
            outside.append(there)
            found.append(cut)
    return np.array(inside), np.array(outside), np.array(found)


def _quantiles(values: np.ndarray, shares: tuple[float, ...]) -> tuple:
    return (
        tuple(float(q) for q in np.quantile(values, shares)) if len(values) else (float("nan"),) * len(shares)
    )
