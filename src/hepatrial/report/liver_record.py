"""Benefit by liver reserve as the plain record that ``--json`` prints and ``result.json`` holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from hepatrial.analysis import CauseRatios, Interval, ReserveEffect, TimeChange
from hepatrial.conduct.unfitted_warnings import treatment_warnings
from hepatrial.report.definitions import NOTICE
from hepatrial.reserve import NamedThreshold, ReserveAnswer
from hepatrial.simulation.blocks import Work

LIMITS = (0.025, 0.975)


def liver_record(work: Work, answer: ReserveAnswer) -> dict[str, Any]:
    """Stable keys; intervals are ``{"value": ..., "lower": ..., "upper": ...}``, null where there is none."""
    return {
        "notice": NOTICE,
        "warnings": list(treatment_warnings(work.protocol, work.recorded_agents)),
        "protocol": work.protocol.name,
        "hash": work.protocol.hash,
        "parameters_hash": work.parameters.hash,
        "seed": work.seed,
        "patients": answer.patients,
        "patients_left_out": answer.left_out,
        "arm": answer.arm,
        "control": answer.control,
        "window_months": answer.window_months,
        "margin_months": answer.margin_months,
        "draws": answer.drawn.draws if answer.drawn is not None else 0,
        "drawn_parameters": answer.drawn.names if answer.drawn is not None else {},
        "groups": [_group(effect, answer) for effect in answer.effects],
        "thresholds": [_threshold(named) for named in answer.thresholds],
        "curve": curve_rows(answer),
    }


def curve_rows(answer: ReserveAnswer) -> list[dict[str, float | None]]:
    """A row a point of the benefit over ALBI."""
    curve, drawn = answer.curve, answer.drawn
    low, high = (
        (np.full(len(curve.albi), np.nan),) * 2
        if drawn is None
        else np.quantile(drawn.curves, LIMITS, axis=0)
    )
    return [
        {
            "albi": float(curve.albi[i]),
            "gain_months": float(curve.estimate[i]),
            "lower": float(curve.lower[i]),
            "upper": float(curve.upper[i]),
            "parameters_lower": float(low[i]) if np.isfinite(low[i]) else None,
            "parameters_upper": float(high[i]) if np.isfinite(high[i]) else None,
            "trial_standard_error": float(curve.trial_error[i]),
        }
        for i in range(len(curve.albi))
    ]


def group_rows(answer: ReserveAnswer) -> list[dict[str, Any]]:
    """A row a group and time: lived, or lost to a cause."""
    return [
        {
            "scale": effect.scale,
            "group": effect.label,
            "patients": effect.n_arm,
            "time": time.what,
            "arm_months": time.arm_months,
            "control_months": time.control_months,
            "change_months": time.change.value,
            "lower": time.change.lower,
            "upper": time.change.upper,
        }
        for effect in answer.effects
        for time in effect.times
    ]


def _group(effect: ReserveEffect, answer: ReserveAnswer) -> dict[str, Any]:
    hazard = effect.hazard_ratio
    gains = None if answer.drawn is None else answer.drawn.gains.get((effect.scale, effect.label))
    return {
        "scale": effect.scale,
        "group": effect.label,
        "patients": effect.n_arm,
        "hazard_ratio": None if hazard is None else _interval(Interval(hazard.hr, hazard.lower, hazard.upper)),
        "times": [_time(time) for time in effect.times],
        "time_lived_over_parameters": None
        if gains is None
        else {"lower": float(np.quantile(gains, LIMITS[0])), "upper": float(np.quantile(gains, LIMITS[1]))},
        "causes": [_ratios(found) for found in effect.ratios],
        "decompensation_free": None
        if effect.decompensation_free is None
        else _time(effect.decompensation_free),
        "gain": None if effect.true_gain is None else {
            "longer_percent": effect.true_gain.longer_percent,
            "shorter_percent": effect.true_gain.shorter_percent,
            "at_least_1_month_percent": effect.true_gain.at_least_1_month_percent,
        },
    }  # fmt: skip


def _time(time: TimeChange) -> dict[str, Any]:
    return {
        "time": time.what,
        "arm_months": time.arm_months,
        "control_months": time.control_months,
        "change_months": _interval(time.change),
    }


def _ratios(found: CauseRatios) -> dict[str, Any]:
    return {
        "cause": found.cause,
        "deaths_arm": found.events_arm,
        "deaths_control": found.events_control,
        "cause_specific_hazard_ratio": _interval(found.cause_specific),
        "subdistribution_hazard_ratio": _interval(found.subdistribution),
    }


def _threshold(named: NamedThreshold) -> dict[str, Any]:
    found = named.found
    return {
        "scale": named.scale,
        "asked": named.asked,
        "inside": named.inside,
        "state": found.state,
        "from": found.value,
        "lower": _finite(found.lower),
        "upper": _finite(found.upper),
        "reached_percent": found.reached_percent,
        "everywhere_percent": found.everywhere_percent,
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _interval(found: Interval | None) -> dict[str, float | None] | None:
    return None if found is None else {"value": found.value, "lower": found.lower, "upper": found.upper}
