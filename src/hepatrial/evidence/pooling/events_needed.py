"""How many events it takes to know: a hazard ratio, a precision, an interaction (Schoenfeld)."""

from __future__ import annotations

import math

from scipy.special import ndtri

from hepatrial.evidence.pooling.refusals import misuse
from hepatrial.evidence.pooling.scales import normal_quantile


def events_for_hazard_ratio(
    hr: float, *, one_sided_alpha: float = 0.025, power: float = 0.9, allocation: float = 1.0
) -> float:
    """Events at which a log-rank test finds the hazard ratio ``hr`` with the wanted power.

    Parameters
    ----------
    hr
        Hazard ratio to be found, not 1.
    allocation
        Patients in the arm for each in control.

    Returns
    -------
    float
        Events of both arms together, not rounded.

    Raises
    ------
    UsageError
        A hazard ratio of 1, or a number outside its range.

    Notes
    -----
    (z_alpha + z_power)^2 / (share (1 - share) log(hr)^2). Assumes proportional hazards, a hazard ratio near enough
    to 1 that events fall in the arms as patients were allocated, and no interim looks.

    When not to use: for strong effects or unequal allocation with long follow-up, where events do not fall as
    patients were allocated.

    References
    ----------
    Schoenfeld 1983, 10.2307/2531021.
    """
    effect = _log_ratio(hr, "hr")
    needed = _standardised(one_sided_alpha, power) ** 2
    return needed / (effect**2 * _allocated(allocation))


def events_for_precision(width_of_ci: float, *, confidence: float = 0.95, allocation: float = 1.0) -> float:
    """Events at which the interval of a hazard ratio reaches from hr / f to hr f, with f = ``width_of_ci`` > 1.

    Parameters
    ----------
    width_of_ci
        Upper limit over hazard ratio, for example 1.25.

    Notes
    -----
    Var(log hr) = 1 / (events share (1 - share)), as in `events_for_hazard_ratio`, with its assumptions and limits.
    """
    half = _log_ratio(width_of_ci, "width_of_ci")
    if half < 0:
        raise misuse(
            "width_of_ci: not a factor", repr(width_of_ci), "above 1", "give upper limit / hazard ratio"
        )
    return (normal_quantile(confidence) / half) ** 2 / _allocated(allocation)


def events_for_interaction(
    ratio: float,
    subgroup_share: float,
    *,
    one_sided_alpha: float = 0.025,
    power: float = 0.9,
    allocation: float = 1.0,
) -> float:
    """Events of a whole trial at which a ratio of hazard ratios between two subgroups is found.

    Parameters
    ----------
    ratio
        Ratio of hazard ratios to be found, not 1.
    subgroup_share
        Share of the events (not of the patients) that falls in the subgroup, between 0 and 1.

    Notes
    -----
    Var(log ratio) = 1 / (events share (1 - share) s (1 - s)) for a subgroup with share s of the events: with equal
    halves four times the events of a main effect of the same size.

    When not to use: see `events_for_hazard_ratio`.

    References
    ----------
    Peterson & George 1993, 10.1016/0197-2456(93)90031-8; Schoenfeld 1983, 10.2307/2531021.
    """
    effect = _log_ratio(ratio, "ratio")
    if not 0 < subgroup_share < 1:
        raise misuse(
            "subgroup_share: not a share", repr(subgroup_share), "between 0 and 1", "write 0.2 for 20%"
        )
    spread = _allocated(allocation) * subgroup_share * (1 - subgroup_share)
    return _standardised(one_sided_alpha, power) ** 2 / (effect**2 * spread)


def _log_ratio(ratio: float, argument: str) -> float:
    if not (math.isfinite(ratio) and ratio > 0 and ratio != 1):
        raise misuse(
            f"{argument}: nothing to find",
            repr(ratio),
            "a positive number other than 1",
            "give a ratio, such as 0.75",
        )
    return math.log(ratio)


def _standardised(one_sided_alpha: float, power: float) -> float:
    if not 0 < one_sided_alpha < 0.5:
        raise misuse(
            "one_sided_alpha: not a level", repr(one_sided_alpha), "between 0 and 0.5", "write 0.025"
        )
    if not 0.5 <= power < 1:
        raise misuse("power: not a power", repr(power), "from 0.5 to below 1", "write 0.9 for 90%")
    return float(ndtri(1 - one_sided_alpha) + ndtri(power))


def _allocated(allocation: float) -> float:
    if not (math.isfinite(allocation) and allocation > 0):
        raise misuse(
            "allocation: not a ratio", repr(allocation), "above 0", "write 2 for 2:1, arm to control"
        )
    share = allocation / (1 + allocation)
    return share * (1 - share)
