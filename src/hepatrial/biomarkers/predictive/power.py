"""How many events settle an interaction: power and sample size by the marker's variance."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from hepatrial.survival.checks import misuse


def events_to_detect(
    ratio: float,
    *,
    marker_sd: float = 1.0,
    treated_share: float = 0.5,
    power: float = 0.8,
    alpha: float = 0.05,
) -> float:
    """Events with which a ratio of hazard ratios is found at two-sided level ``alpha``.

    Parameters
    ----------
    ratio
        Ratio of hazard ratios per unit of the marker that is worth finding, other than 1.
    marker_sd
        Standard deviation of the marker in its unit, among those who have events; sqrt(q (1 - q)) for a marker that
        a share q has, 1 for one per SD.
    treated_share
        Share of events in the treated arm, near the share of subjects where effects are moderate.

    Returns
    -------
    float
        D = (z_(1 - alpha/2) + z_power)^2 / (p (1 - p) sd^2 log(ratio)^2).

    Notes
    -----
    Schoenfeld's argument for the product of arm and marker, which is nearly uncorrelated with both once they are
    centred. With a marker that half have, a ratio needs four times the events of a treatment effect of that size.

    When not to use: for hazard ratios far from 1 (beyond about 3 over the range of the marker), or with a strongly
    skewed marker: simulate then.

    References
    ----------
    Schoenfeld 1983, 10.2307/2531021; Peterson & George 1993, 10.1016/0197-2456(93)90044-e; Hsieh & Lavori 2000,
    10.1016/s0197-2456(00)00104-5.
    """
    return (
        (ndtri(1 - alpha / 2) + ndtri(power)) ** 2
        * variance_times_events(marker_sd, treated_share)
        / (_log_ratio(ratio) ** 2)
    )


def events_to_rule_out(
    ratio: float,
    *,
    marker_sd: float = 1.0,
    treated_share: float = 0.5,
    power: float = 0.8,
    alpha: float = 0.05,
) -> float:
    """Events with which an interaction of none has its whole interval within (1 / ratio, ratio).

    Arguments as of `events_to_detect`; both sides have to be ruled out, so the share of failures is halved between
    them. The larger of the two numbers, and the one that settles a marker either way.
    """
    return (
        (ndtri(1 - alpha / 2) + ndtri(0.5 + power / 2)) ** 2
        * variance_times_events(marker_sd, treated_share)
        / _log_ratio(ratio) ** 2
    )


def power_to_detect(
    ratio: float, events: float, *, marker_sd: float = 1.0, treated_share: float = 0.5, alpha: float = 0.05
) -> float:
    """Power of the Wald test of an interaction with so many events."""
    error = np.sqrt(variance_times_events(marker_sd, treated_share) / events)
    shift, limit = abs(np.log(ratio)) / error, ndtri(1 - alpha / 2)
    return float(ndtr(shift - limit) + ndtr(-shift - limit))


def variance_times_events(marker_sd: float, treated_share: float) -> float:
    """Variance of the log ratio of hazard ratios, times the number of events."""
    if not (marker_sd > 0 and 0 < treated_share < 1):
        raise misuse(
            "power: no such trial",
            f"marker_sd = {marker_sd:g}, treated_share = {treated_share:g}",
            "a marker that varies, and two arms",
            "give a positive standard deviation and a share between 0 and 1",
        )
    return 1.0 / (treated_share * (1.0 - treated_share) * marker_sd**2)


def _log_ratio(ratio: float) -> float:
    if not ratio > 0 or ratio == 1.0:
        raise misuse(
            "ratio: nothing to find",
            repr(ratio),
            "a ratio of hazard ratios above 0 and other than 1",
            "give the smallest ratio that would matter, such as 1.25",
        )
    return float(np.log(ratio))
