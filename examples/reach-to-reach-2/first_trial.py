"""REACH, simulated: what its analysis finds of AFP, in one trial and in many, and what is true of its patients.

Two versions of the patients: as the calibration left them, and with an interaction that is *assumed*: the dependence
of tumours on vessels rises with AFP until the ratio of hazard ratios (400 ng/mL or more against less) is near what
follows from REACH's printed subgroups. Nothing was fitted for it; it is no finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from hepatrial import VirtualTrial, simulate
from hepatrial.biomarkers import marker_frame
from hepatrial.biomarkers.predictive import (
    effect_curve,
    interactions,
    predictive_results,
    twin_truth,
    two_arms,
)
from hepatrial.biomarkers.predictive.curve_basis import StraightLine
from hepatrial.disease.parameters import default_parameters, prior_parameters
from hepatrial.posterior import values_of_draw
from hepatrial.survival import cox
from hepatrial.units import DAYS_PER_MONTH

CUT_NG_ML = 400.0
TREATED = "ramucirumab"
MARKERS = ("afp_ng_ml", "afp_400")
VERSIONS: dict[str, dict[str, float]] = {
    "as fitted": {},
    # ln w0 falls by 0.6 per unit of ln AFP: three spreads of its prior.
    "assumed interaction": {"angiogenesis.afp_log_slope": -0.6},
}
YEAR_DAYS = 12 * DAYS_PER_MONTH
GRID_LOG10 = np.linspace(0.5, 4.5, 33)
KEPT = (
    "events",
    "interaction_hr",
    "interaction_ci",
    "interaction_p",
    "hr_control_arm",
    "hr_control_arm_ci",
    "verdict",
)
PREDICTIVE_RATIO = 1.0 / 1.25
"""The margin of docs/predictive.md, per SD of the marker."""


def reach_of(version: str, patients: int, seed: int) -> VirtualTrial:
    """REACH with AFP of 400 ng/mL or more as a column of its subjects."""
    parameters = default_parameters().with_values(VERSIONS[version])
    result = simulate("reach", patients=patients, replicates=0, seed=seed, parameters=parameters)
    return replace(result, population=_with_cut(result.population), trial=_with_cut(result.trial))


def findings(result: VirtualTrial, trials: int) -> dict[str, Any]:
    """One trial, the share of ``trials`` trials that find AFP, and the truth of the twins."""
    return {
        "failed": sum(result.failures.values()),
        "patients": result.patients,
        "one": _one_trial(result),
        "power": _power(result, trials),
        "truth": _truth(result),
    }


def curve_of(result: VirtualTrial, *, straight: bool = False) -> np.ndarray:
    """Log hazard ratio of death of the twins at ``GRID_LOG10``: a spline of log10 AFP, or a straight line."""
    subjects = result.population.subjects
    log_afp = np.log10(subjects["afp_ng_ml"].to_numpy())
    twins = two_arms(result.population.times("OS").any_event(), _arm(subjects), log_afp[:, None], ("AFP",))
    form = StraightLine() if straight else None
    return effect_curve(twins, "AFP", YEAR_DAYS, form=form, x=GRID_LOG10).log_hr.estimate


def curves_of_draws(draws: Sequence[int], patients: int, seed: int) -> np.ndarray:
    """The straight line under these draws of the posterior, shape (draws, points)."""
    found = []
    for number in draws:
        values = values_of_draw(number, (), "reach", seed=seed)
        parameters = prior_parameters().with_drawn(values)
        result = simulate("reach", patients=patients, replicates=0, seed=seed, parameters=parameters)
        found.append(curve_of(result, straight=True))
    return np.stack(found)


def _with_cut(data):
    high = (pl.col("afp_ng_ml") >= CUT_NG_ML).cast(pl.Int8).alias("afp_400")
    return replace(data, subjects=data.subjects.with_columns(high))


def _arm(subjects: pl.DataFrame) -> np.ndarray:
    return (subjects["arm"] == TREATED).to_numpy().astype(np.int8)


def _subgroups(data) -> dict[str, dict[str, float]]:
    """Hazard ratio of death by AFP, unadjusted, with 95% limits."""
    times, arm = data.times("OS").any_event(), _arm(data.subjects)
    high = data.subjects["afp_400"].to_numpy() == 1
    found = {}
    for name, rows in {"all": np.full(len(high), True), "high": high, "low": ~high}.items():
        fit = cox(times.select(rows), arm[rows].astype(np.float64)[:, None], ["arm"])
        found[name] = {
            "hr": float(fit.hr[0]),
            "lower": float(fit.lower[0]),
            "upper": float(fit.upper[0]),
            "n": int(rows.sum()),
        }
    return found


def _one_trial(result: VirtualTrial) -> dict[str, Any]:
    rows = {}
    for marker in MARKERS:
        frame = marker_frame(result.trial, markers=[marker], transform="log1p")
        row = predictive_results(frame, treated=TREATED).row(0)
        rows[marker] = {key: row[key] for key in KEPT}
    return {"markers": rows, "subgroups": _subgroups(result.trial)}


def _power(result: VirtualTrial, trials: int) -> dict[str, dict[str, float]]:
    """Shares of replicate trials of REACH's size, drawn from the twins."""
    truth = twin_truth(result, MARKERS, YEAR_DAYS, arm=TREATED, transform="log1p")
    log_ratio, p = np.empty((trials, 2)), np.empty((trials, 2))
    for number in range(trials):
        one = interactions(truth.trial(result.protocol.size, number)[0], threads=1)
        log_ratio[number], p[number] = one.log_ratio, one.p
    helped = (p <= 0.05) & (log_ratio < 0)
    found = {}
    for place, marker in enumerate(MARKERS):
        quantiles = np.exp(np.quantile(log_ratio[:, place], (0.025, 0.5, 0.975)))
        found[marker] = {
            "significant": float(helped[:, place].mean()),
            "wrong way": float(((p <= 0.05) & (log_ratio > 0))[:, place].mean()),
            "beyond margin": float(
                (helped[:, place] & (log_ratio[:, place] <= np.log(PREDICTIVE_RATIO))).mean()
            ),
            "low": float(quantiles[0]),
            "median": float(quantiles[1]),
            "high": float(quantiles[2]),
        }
    return found


def _truth(result: VirtualTrial) -> dict[str, Any]:
    truth = twin_truth(result, ["afp_400"], YEAR_DAYS, arm=TREATED)
    gain, high = truth.gain_days / DAYS_PER_MONTH, truth.markers[:, 0] > 0.5
    groups = _subgroups(result.population)
    return {
        "hr": {name: group["hr"] for name, group in groups.items()},
        "ratio": groups["high"]["hr"] / groups["low"]["hr"],
        "gain months": {
            name: {
                "mean": float(gain[rows].mean()),
                "error": float(gain[rows].std(ddof=1) / np.sqrt(rows.sum())),
            }
            for name, rows in {"high": high, "low": ~high}.items()
        },
    }
