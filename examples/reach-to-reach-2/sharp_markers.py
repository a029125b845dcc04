"""SHARP's plasma markers in a simulated SHARP: VEGF and sVEGFR-2 at baseline."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from hepatrial import simulate
from hepatrial.biomarkers import marker_frame
from hepatrial.biomarkers.predictive import predictive_results

MARKERS = {"VEGF": "vegf", "SVEGFR2": "svegfr2"}
KEPT = (
    "marker",
    "n",
    "events",
    "hr_control_arm",
    "hr_control_arm_ci",
    "interaction_hr",
    "interaction_ci",
    "verdict",
)


def plasma_markers(patients: int, seed: int) -> list[dict[str, Any]]:
    """A row a marker of one simulated SHARP, per SD of log1p."""
    trial = simulate("sharp", patients=patients, replicates=0, seed=seed).trial
    baseline = trial.labs.filter((pl.col("day") == 0) & pl.col("parameter").is_in(list(MARKERS)))
    wide = baseline.pivot(on="parameter", index="subject", values="value").rename(MARKERS)
    subjects = trial.subjects.join(wide, on="subject", how="left", maintain_order="left")
    frame = marker_frame(replace(trial, subjects=subjects), markers=list(MARKERS.values()), transform="log1p")
    return [{key: row[key] for key in KEPT} for row in predictive_results(frame, treated="sorafenib").rows()]
