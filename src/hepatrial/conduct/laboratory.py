"""Laboratory values at clinic visits, as the laboratory reports them.

AFP, albumin, bilirubin and INR of day 0 are the baseline covariates themselves: those are measured values, and the
model starts from them. At every other visit albumin, bilirubin and INR swing about the patient's course, each visit by
itself, which carries a score over its cut-offs and back; the hazards know the course alone. The other markers carry
the assay's error. ALBI and Child-Pugh score are computed from what is reported. The course of INR is flat; ascites and
encephalopathy stay as at baseline, but a decompensation adds 2 points to the Child-Pugh score until it recovers.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from hepatrial.conduct.assay_limits import assay_limits
from hepatrial.conduct.long_table import by_visit, long_table
from hepatrial.disease.liver import albumin_and_bilirubin
from hepatrial.disease.parameters import Parameters
from hepatrial.patients.liver_scores import (
    HIGHEST_CHILD_PUGH,
    POINTS_OF_DECOMPENSATION,
    albi_score,
    child_pugh_score,
)
from hepatrial.patients.patients import Patients
from hepatrial.simulation.streams import Streams


def marker_baseline_pg_ml(
    name: str, patients: np.ndarray, parameters: Parameters, streams: Streams
) -> np.ndarray:
    """Baseline of ``vegf`` or ``svegfr2`` of the patients with these numbers, pg/mL, shape (n,)."""
    draw = streams.normal(f"baseline of {name}", patients)[:, 0]
    spread = parameters[f"markers.{name}_baseline_log_sd"]
    return parameters[f"markers.{name}_baseline_pg_ml"] * np.exp(spread * draw)


def lab_table(
    patients: Patients,
    subject: np.ndarray,
    days: np.ndarray,
    last: np.ndarray,
    course: dict[str, np.ndarray],
    parameters: Parameters,
    streams: Streams,
) -> pl.DataFrame:
    """Laboratory values at clinic visits up to ``last`` (n,).

    ``days`` has shape (visits,), day 0 first; ``course`` holds ``afp``, ``vegf``, ``svegfr2`` relative to
    baseline, ``albi_change`` and ``decompensated`` (0 or 1), shape (visits, n). A value below the assay's limit is
    reported as the limit.
    """
    n, visits = len(subject), len(days)
    day = days[:, None] + np.zeros(n)

    def noise(name: str, log_sd: str) -> np.ndarray:
        draws = [
            streams.normal(f"laboratory error of {name}, visit {visit}", patients.patient)[:, 0]
            for visit in range(visits)
        ]
        return np.exp(parameters[f"markers.{log_sd}"] * np.stack(draws))

    def after_baseline(name: str, log_sd: str) -> np.ndarray:
        found = noise(name, log_sd)
        found[0] = 1.0
        return found

    def marker(name: str, shown: str) -> np.ndarray:
        level = marker_baseline_pg_ml(name, patients.patient, parameters, streams)
        return level * course[name] * noise(shown, "lab_measurement_cv")

    albumin, bilirubin = _albumin_and_bilirubin(patients, course["albi_change"], parameters)
    albumin = albumin * after_baseline("albumin", "albumin_visit_log_sd")
    bilirubin = bilirubin * after_baseline("bilirubin", "bilirubin_visit_log_sd")
    inr = patients.inr * after_baseline("INR", "inr_visit_log_sd")
    score = child_pugh_score(albumin, bilirubin, inr, patients.ascites, patients.encephalopathy)
    score = np.minimum(score + POINTS_OF_DECOMPENSATION * course["decompensated"], HIGHEST_CHILD_PUGH)
    afp = patients.afp_ng_ml * course["afp"] * after_baseline("AFP", "afp_measurement_cv")
    values = {
        "AFP": (afp, "ng/mL"),
        "ALBUMIN": (albumin, "g/L"),
        "BILIRUBIN": (bilirubin, "umol/L"),
        "INR": (inr, "1"),
        "ALBI": (albi_score(albumin, bilirubin), "1"),
        "CHILDPUGH": (score.astype(np.float64), "1"),
        "VEGF": (marker("vegf", "VEGF"), "pg/mL"),
        "SVEGFR2": (marker("svegfr2", "sVEGFR-2"), "pg/mL"),
    }
    tables = []
    for name, (value, unit) in values.items():
        limit = assay_limits()[name].value if name in assay_limits() else -np.inf
        tables.append(
            long_table(
                day <= last,
                subject=by_visit(subject, visits),
                day=day,
                value=np.maximum(value, limit),
                below_limit=value < limit,
            ).with_columns(pl.lit(name).alias("parameter"), pl.lit(unit).alias("unit"))
        )
    columns = ("subject", "day", "parameter", "value", "unit", "below_limit")
    return pl.concat(tables).select(columns).sort("subject", "parameter", "day")


def _albumin_and_bilirubin(
    patients: Patients, albi_change: np.ndarray, parameters: Parameters
) -> tuple[np.ndarray, np.ndarray]:
    import jax

    # Without this the model's function would round its float64 arguments to float32.
    with jax.enable_x64(True):
        albumin, bilirubin = albumin_and_bilirubin(
            patients.albumin_g_l, patients.bilirubin_umol_l, albi_change, parameters["liver.albumin_share"]
        )
        return np.asarray(albumin), np.asarray(bilirubin)
