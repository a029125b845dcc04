"""What weighted draws say of a trial: effects, as they are and as the trial will estimate them, survival, success."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from hepatrial.calibration.discrepancy import discrepancy_sd
from hepatrial.prediction.curves import Curve
from hepatrial.prediction.drawn_trial import DrawnTrial, Effect
from hepatrial.prediction.predictive import Predictive
from hepatrial.prediction.success import SuccessRule
from hepatrial.prediction.variance import VariancePart
from hepatrial.prediction.weighted import INTERVALS_PERCENT, Estimated, Spread, mean_of, sd_of, spread_of
from hepatrial.protocol.design import Protocol

THRESHOLDS = (0.7, 0.8, 0.9, 1.0)
"""Hazard ratios that the true one may be below."""


@dataclass(frozen=True, slots=True)
class EffectOutlook:
    """One comparison and endpoint.

    Attributes
    ----------
    true_hr
        Distribution of the true hazard ratio in one trial: that of a draw, with what trials differ by.
    mean_log_hr, sd_log_hr
        Of the log hazard ratio over draws alone.
    estimated_hr
        Distribution of the estimate that a trial of this size will make.
    sampling_sd
        Mean over draws of its standard error, as a root of the mean square.
    success
        Probability that the trial succeeds.
    below
        Probability that the true hazard ratio is below each of `THRESHOLDS`.
    parts
        Of the variance of the estimate, which sum to all of it.
    """

    arm: str
    control: str
    endpoint: str
    true_hr: Spread
    mean_log_hr: Estimated
    sd_log_hr: float
    estimated_hr: Spread
    sampling_sd: float
    success: Estimated
    below: dict[float, Estimated]
    parts: tuple[VariancePart, ...]


@dataclass(frozen=True, slots=True)
class ArmOutlook:
    """True survival of one arm over draws: medians by endpoint, share alive by month, months."""

    arm: str
    medians_months: dict[str, Spread]
    survival_at_months: dict[float, Spread]


@dataclass(frozen=True, slots=True)
class TrialOutlook:
    """A trial under weighted draws.

    Attributes
    ----------
    rule
        When the trial succeeds.
    gain_months
        Of each arm over control: mean survival within ``window_months`` of the plan; empty without one.
    """

    rule: SuccessRule
    effects: tuple[EffectOutlook, ...]
    arms: tuple[ArmOutlook, ...]
    window_months: float | None
    gain_months: dict[str, Spread]

    def effect(self, arm: str, endpoint: str) -> EffectOutlook:
        """The outlook of one arm and endpoint."""
        return next(each for each in self.effects if (each.arm, each.endpoint) == (arm, endpoint))


def success_rule(protocol: Protocol, margin: float = 1.0) -> SuccessRule:
    """The test of a protocol's plan."""
    return SuccessRule(protocol.analysis.one_sided_alpha, margin, discrepancy_sd("hazard ratio", "early"))


def outlook(
    protocol: Protocol,
    drawn: DrawnTrial,
    weights: np.ndarray,
    rule: SuccessRule,
    parts: Mapping[Effect, tuple[VariancePart, ...]],
) -> TrialOutlook:
    """Summarise draws.

    Parameters
    ----------
    weights
        Shape (draws,), with sum 1.
    parts
        Of the variance of each effect's estimate.
    """
    order = tuple(dict.fromkeys((*protocol.analysis.endpoints, *(name for _, name in drawn.log_hr))))
    window = protocol.analysis.rmst_months
    lived = {
        arm.name: drawn.curves[arm.name, "OS"].lived_months(window)
        for arm in protocol.arms
        if window is not None
    }
    return TrialOutlook(
        rule,
        tuple(
            _effect(
                (arm, control, endpoint),
                (drawn.log_hr[arm, endpoint], drawn.sampling_sd[arm, endpoint]),
                weights,
                rule,
                parts[arm, endpoint],
            )
            for arm, control in protocol.comparisons
            for endpoint in order
        ),
        tuple(_arm(arm.name, drawn.curves, protocol, weights) for arm in protocol.arms),
        window,
        {
            arm: spread_of(lived[arm] - lived[control], weights)
            for arm, control in protocol.comparisons
            if window is not None
        },
    )


def _effect(
    of: tuple[str, str, str],
    effect: tuple[np.ndarray, np.ndarray],
    weights: np.ndarray,
    rule: SuccessRule,
    parts: tuple[VariancePart, ...],
) -> EffectOutlook:
    log_hr, sampling_sd = effect
    between = rule.between_trial_sd
    return EffectOutlook(
        *of,
        true_hr=true_ratio(log_hr, rule, weights),
        mean_log_hr=mean_of(log_hr, weights),
        sd_log_hr=sd_of(log_hr, weights),
        estimated_hr=_ratios(Predictive(log_hr, rule.noise_sd(sampling_sd), weights)),
        sampling_sd=float(np.sqrt(weights @ sampling_sd**2)),
        success=mean_of(rule.probability(log_hr, sampling_sd), weights),
        below={limit: mean_of(ndtr((np.log(limit) - log_hr) / between), weights) for limit in THRESHOLDS},
        parts=parts,
    )


def true_ratio(log_hr: np.ndarray, rule: SuccessRule, weights: np.ndarray) -> Spread:
    """Distribution of the true hazard ratio in one trial: the effect of a draw, and what trials differ by."""
    return _ratios(Predictive(log_hr, rule.between_trial_sd, weights))


def _ratios(of_logs: Predictive) -> Spread:
    return Spread(
        float(np.exp(of_logs.median)),
        {percent: tuple(np.exp(of_logs.interval(percent)).tolist()) for percent in INTERVALS_PERCENT},
    )


def _arm(
    name: str, curves: Mapping[tuple[str, str], Curve], protocol: Protocol, weights: np.ndarray
) -> ArmOutlook:
    own = {endpoint: curve for (arm, endpoint), curve in curves.items() if arm == name}
    return ArmOutlook(
        name,
        {endpoint: spread_of(curve.median_months(), weights) for endpoint, curve in own.items()},
        {
            months: spread_of(own["OS"].at_months(months), weights)
            for months in protocol.analysis.survival_at_months
        },
    )
