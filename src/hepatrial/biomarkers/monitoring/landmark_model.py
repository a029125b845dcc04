"""Landmark supermodel: from what is known of a patient at a visit to survival over a window from then on.

One row a subject and landmark at which it is at risk, followed for the window; each landmark has a baseline hazard of
its own, coefficients are shared. Markers enter with their last value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.errors import InvalidInput, Issue
from hepatrial.survival import CoxFit, SurvivalTimes, cox
from hepatrial.survival.checks import critical_value


@dataclass(frozen=True, slots=True)
class BaselineHazard:
    """Steps of the cumulative hazard of one landmark, at covariates of 0.

    ``days`` since the landmark (m,); ``hazard`` and ``variance`` up to each; ``mean`` (m, p): sum of the hazard's steps
    times the mean covariates at risk, by which the error of the coefficients enters a prediction.
    """

    days: np.ndarray
    hazard: np.ndarray
    variance: np.ndarray
    mean: np.ndarray


@dataclass(frozen=True, slots=True)
class LandmarkModel:
    """A fitted supermodel.

    Attributes
    ----------
    fit
        Hazard ratios with errors over subjects; markers first, then baseline covariates.
    landmarks_days, window_days
        Where it can predict from, and how far.
    centre
        What is taken from each covariate, shape (p,).
    baselines
        By landmark.
    """

    fit: CoxFit
    landmarks_days: tuple[float, ...]
    window_days: float
    centre: np.ndarray
    baselines: tuple[BaselineHazard, ...]

    def survival(
        self, covariates: np.ndarray, landmark_days: float, days: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Survival of each subject (n, p) at ``days`` (m,) after the last landmark at or before ``landmark_days``.

        Returns the estimate and the standard error of log cumulative hazard, both (n, m).
        """
        place = max(int(np.searchsorted(self.landmarks_days, landmark_days, side="right")) - 1, 0)
        base = self.baselines[place]
        step = np.searchsorted(base.days, days, side="right")
        hazard = np.append(0.0, base.hazard)[step]
        variance = np.append(0.0, base.variance)[step]
        mean = np.vstack([np.zeros(len(self.centre)), base.mean])[step]
        x = covariates - self.centre
        cumulative = hazard * np.exp(x @ self.fit.beta)[:, None]
        # d H(x) / d beta over exp(x beta) is x H - sum of steps times means.
        change = x[:, None, :] * hazard[:, None] - mean
        spread = variance + np.einsum("nmi,ij,nmj->nm", change, self.fit.covariance, change)
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.where(hazard > 0, np.sqrt(np.maximum(spread, 0.0)) / hazard, 0.0)
        return np.exp(-cumulative), error


def known_at(courses: Sequence[Courses], day: float, covariates: np.ndarray | None = None) -> np.ndarray:
    """Last value of each marker at ``day``, then the baseline covariates, shape (n, p)."""
    columns = [one.last_value(day) for one in courses]
    fixed = np.empty((len(courses[0]), 0)) if covariates is None else covariates
    return np.column_stack([*columns, fixed])


def fit_landmark_model(
    courses: Sequence[Courses],
    landmarks_days: Sequence[float],
    window_days: float,
    covariates: np.ndarray | None = None,
    names: Sequence[str] = (),
    *,
    changing: bool = True,
) -> LandmarkModel:
    """Fit over all landmarks at once.

    Parameters
    ----------
    courses
        Markers of the same n subjects.
    landmarks_days, window_days
        Increasing days, and the window after each.
    covariates, names
        Shape (n, k), baseline covariates.
    changing
        False: markers enter with their baseline at every landmark, as the rival to beat.

    Raises
    ------
    InvalidInput
        Nobody at risk has all values at some landmark.

    Notes
    -----
    Assumes coefficients that are the same at every landmark, and proportional hazards within a window. Errors are over
    subjects, since one subject stands at several landmarks.

    When not to use: beyond the window; for patients seen more rarely than those of the data, whose last value is older.

    References
    ----------
    van Houwelingen 2007, 10.1111/j.1467-9469.2006.00529.x; van Houwelingen & Putter 2012, 10.1201/b11311.
    """
    times = courses[0].times
    stacked = []
    for place, day in enumerate(landmarks_days):
        x = known_at(courses, day if changing else 0.0, covariates)
        kept = (times.time_days > day) & np.isfinite(x).all(axis=1)
        if not kept.any():
            raise InvalidInput(
                (
                    Issue(
                        "nobody at risk at a landmark has all values",
                        found=f"day {day:g}",
                        allowed="landmarks with patients at risk",
                        fix="use earlier landmarks or fewer covariates",
                    ),
                )
            )
        left = times.time_days[kept] - day
        event = (times.event[kept] > 0) & (left <= window_days)
        stacked.append(
            (np.minimum(left, window_days), event, x[kept], np.full(kept.sum(), place), np.flatnonzero(kept))
        )
    left, event, x, stratum, owner = (np.concatenate(part) for part in zip(*stacked, strict=True))
    centre = x.mean(axis=0)
    labels = (*(one.marker for one in courses), *names)
    fit = cox(
        SurvivalTimes(left, event.astype(np.int8)), x - centre, labels, strata=stratum, cluster=owner,
        ties="breslow",
    )  # fmt: skip
    risk = np.exp((x - centre) @ fit.beta)
    baselines = tuple(
        _baseline(left[mine], event[mine], (x - centre)[mine], risk[mine])
        for mine in (stratum == place for place in range(len(landmarks_days)))
    )
    return LandmarkModel(fit, tuple(map(float, landmarks_days)), float(window_days), centre, baselines)


def survival_limits(
    survival: np.ndarray, error: np.ndarray, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Limits of survival, symmetric for log cumulative hazard."""
    quantile = critical_value(confidence)
    hazard = -np.log(np.clip(survival, 1e-300, 1.0))
    return np.exp(-hazard * np.exp(quantile * error)), np.exp(-hazard * np.exp(-quantile * error))


def _baseline(left: np.ndarray, event: np.ndarray, x: np.ndarray, risk: np.ndarray) -> BaselineHazard:
    """Breslow's estimate; Andersen et al. 1993, 10.1007/978-1-4612-4348-9, section VII.2."""
    order = np.argsort(-left, kind="stable")
    total, weighted = np.cumsum(risk[order]), np.cumsum(risk[order][:, None] * x[order], axis=0)
    days = np.unique(left[event])
    last = np.searchsorted(-left[order], -days, side="right") - 1
    deaths = np.bincount(np.searchsorted(days, left[event]), minlength=len(days))
    step = deaths / total[last]
    mean = step[:, None] * weighted[last] / total[last][:, None]
    return BaselineHazard(
        days, np.cumsum(step), np.cumsum(deaths / total[last] ** 2), np.cumsum(mean, axis=0)
    )
