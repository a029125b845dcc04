"""How well reconstructed patients give back what was published of their arm."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import kolmogorov

from hepatrial.errors import Issue
from hepatrial.evidence.reconstruction.advice import advise
from hepatrial.evidence.reconstruction.published import PublishedArm
from hepatrial.evidence.reconstruction.reconstruct import Reconstruction
from hepatrial.survival import Estimate, KaplanMeier, kaplan_meier


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One arm, reconstructed against given.

    Attributes
    ----------
    rmse, largest, largest_at_days
        Root mean square and largest distance of survival at the digitised points, and where.
    ks_distance, ks_p
        Largest distance of the two curves anywhere up to the end of the drawn one, and the chance of a larger one if
        n patients had been drawn from the given curve (Kolmogorov). A reconstruction is no sample: below 0.99 it is
        already poor.
    risk_days, at_risk_published, at_risk_reconstructed
        Shape (r,).
    events_published, events_reconstructed
        None where not published.
    median_published_days, median
        The published median or None, and the reconstructed one with its interval (days; nan where not reached).
    warnings
        What should be looked at, and what to do about it; empty if all is well.
    """

    rmse: float
    largest: float
    largest_at_days: float
    ks_distance: float
    ks_p: float
    risk_days: np.ndarray
    at_risk_published: np.ndarray
    at_risk_reconstructed: np.ndarray
    events_published: int | None
    events_reconstructed: int
    median_published_days: float | None
    median: Estimate
    warnings: tuple[Issue, ...]


def diagnose(reconstruction: Reconstruction, published: PublishedArm | None = None) -> Diagnosis:
    """Hold reconstructed patients against the curve, the numbers at risk and the published numbers.

    Parameters
    ----------
    published
        Events, median and interval as far as published; events given to `reconstruct` count as published.

    Notes
    -----
    Root mean square error, largest distance and Kolmogorov-Smirnov as in Liu 2021. That a curve is given back well
    says nothing of whether it was digitised well: compare median and hazard ratio with the article.

    References
    ----------
    Liu 2021, 10.1186/s12874-021-01308-8.
    """
    published = published or PublishedArm()
    curve, risk = reconstruction.curve, reconstruction.risk
    km = kaplan_meier(reconstruction.times)
    distance = np.abs(_survival(km, curve.time_days) - curve.survival)
    ks = _largest_anywhere(reconstruction, km)
    events = published.events if published.events is not None else reconstruction.published_events
    worst = int(np.argmax(distance)) if len(distance) else None
    found = Diagnosis(
        rmse=0.0 if worst is None else float(np.sqrt(np.mean(distance**2))),
        largest=0.0 if worst is None else float(distance[worst]),
        largest_at_days=0.0 if worst is None else float(curve.time_days[worst]),
        ks_distance=ks,
        ks_p=float(kolmogorov(np.sqrt(risk.n) * ks)),
        risk_days=risk.time_days,
        at_risk_published=risk.at_risk,
        at_risk_reconstructed=km.at_risk_at(risk.time_days),
        events_published=events,
        events_reconstructed=reconstruction.events,
        median_published_days=published.median_days,
        median=km.median(),
        warnings=(),
    )
    return replace(found, warnings=advise(found, reconstruction, published))


def _survival(km: KaplanMeier, days: np.ndarray) -> np.ndarray:
    """Reconstructed survival, held at its last value beyond the last patient."""
    return np.append(1.0, km.survival)[np.searchsorted(km.time_days, days, side="right")]


def _largest_anywhere(reconstruction: Reconstruction, km: KaplanMeier) -> float:
    """Two step curves are farthest apart just before or at a step of one of them."""
    curve = reconstruction.curve
    days = np.union1d(curve.time_days, km.time_days[km.time_days <= curve.end_days])
    before = np.nextafter(days, 0.0)
    return float(max(np.max(np.abs(_survival(km, at) - curve.at(at)), initial=0.0) for at in (days, before)))
