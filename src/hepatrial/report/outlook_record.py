"""A trial under draws as plain data, for ``summary.json`` and ``result.json``."""

from __future__ import annotations

from math import isfinite
from typing import Any

from hepatrial.prediction.outlook import EffectOutlook, TrialOutlook
from hepatrial.prediction.run_draws import RunUnderDraws
from hepatrial.prediction.weighted import Estimated, Spread


def run_under_draws_record(found: RunUnderDraws | None) -> dict[str, Any] | None:
    """The part of a run's summary that draws give; None without draws."""
    if found is None:
        return None
    return {
        "draws": found.draws,
        "nested_draws": found.nested,
        "twins": found.twins,
        "posterior_hash": found.posterior_hash,
        "agents_fitted": list(found.fitted_agents),
        "agents_from_hierarchy": list(found.new_agents),
        "population_from_hierarchy": found.new_population,
        **outlook_record(found.outlook),
    }


def outlook_record(found: TrialOutlook) -> dict[str, Any]:
    """Effects, survival and success."""
    return {
        "one_sided_alpha": found.rule.one_sided_alpha,
        "margin": found.rule.margin,
        "between_trial_log_hr_sd": found.rule.between_trial_sd,
        "effects": [effect_record(effect) for effect in found.effects],
        "arms_under_draws": [
            {
                "arm": arm.arm,
                "median_months": {endpoint: spread_record(s) for endpoint, s in arm.medians_months.items()},
                "alive_percent_at_months": {
                    f"{months:g}": spread_record(spread, 100.0)
                    for months, spread in arm.survival_at_months.items()
                },
            }
            for arm in found.arms
        ],
        "window_months": found.window_months,
        "gain_months": {arm: spread_record(spread) for arm, spread in found.gain_months.items()},
    }


def effect_record(effect: EffectOutlook) -> dict[str, Any]:
    """One comparison and endpoint."""
    return {
        "arm": effect.arm,
        "control": effect.control,
        "endpoint": effect.endpoint,
        "true_hr": spread_record(effect.true_hr),
        "estimated_hr": spread_record(effect.estimated_hr),
        "mean_log_hr": estimated_record(effect.mean_log_hr),
        "sd_log_hr": effect.sd_log_hr,
        "sampling_sd": effect.sampling_sd,
        "success": estimated_record(effect.success),
        "true_hr_below": {f"{limit:g}": estimated_record(found) for limit, found in effect.below.items()},
        "variance": [{"source": part.source, "sd": part.sd, "share": part.share} for part in effect.parts],
    }


def spread_record(spread: Spread, factor: float = 1.0) -> dict[str, Any]:
    """Median and intervals; None where not reached."""

    def finite(value: float) -> float | None:
        return factor * value if isfinite(value) else None

    return {
        "median": finite(spread.median),
        **{f"interval_{percent}": [*map(finite, ends)] for percent, ends in spread.intervals.items()},
    }


def estimated_record(found: Estimated) -> dict[str, float]:
    """A number with its Monte-Carlo standard error."""
    return {"value": found.value, "mc_se": found.mc_se}
