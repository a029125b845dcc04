"""Laboratory values at clinic visits, as the laboratory reports them."""

from __future__ import annotations

import numpy as np
import polars as pl

from hepatrial.conduct.long_table import by_visit, long_table
from hepatrial.disease.liver import albumin_and_bilirubin
from hepatrial.disease.parameters import Parameters
from hepatrial.patients.liver_scores import albi_score, child_pugh_score
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
    baseline and ``albi_change``, shape (visits, n). Measured values carry the assays' error.
    """
    n, visits = len(subject), len(days)
    day = days[:, None] + np.zeros(n)

    def error(name: str, cv: str) -> np.ndarray:
        draws = streams.normal(f"laboratory error of {name}", patients.patient, 4 * (-(-visits // 4)))
        return np.exp(parameters[f"markers.{cv}"] * draws[:, :visits].T)

    def marker(name: str, shown: str) -> np.ndarray:
        level = marker_baseline_pg_ml(name, patients.patient, parameters, streams)
        return level * course[name] * error(shown, "lab_measurement_cv")

    albumin, bilirubin = (
        np.asarray(values, dtype=np.float64)
        for values in albumin_and_bilirubin(
            patients.albumin_g_l,
            patients.bilirubin_umol_l,
            course["albi_change"],
            parameters["liver.albumin_share"],
        )
    )
    albumin = albumin * error("albumin", "lab_measurement_cv")
    bilirubin = bilirubin * error("bilirubin", "lab_measurement_cv")
    score = child_pugh_score(albumin, bilirubin, patients.inr, patients.ascites, patients.encephalopathy)
    values = {
        "AFP": (patients.afp_ng_ml * course["afp"] * error("AFP", "afp_measurement_cv"), "ng/mL"),
        "ALBUMIN": (albumin, "g/L"),
        "BILIRUBIN": (bilirubin, "umol/L"),
        "ALBI": (albi_score(albumin, bilirubin), "1"),
        "CHILDPUGH": (score.astype(np.float64), "1"),
        "VEGF": (marker("vegf", "VEGF"), "pg/mL"),
        "SVEGFR2": (marker("svegfr2", "sVEGFR-2"), "pg/mL"),
    }
    tables = [
        long_table(day <= last, subject=by_visit(subject, visits), day=day, value=value).with_columns(
            pl.lit(name).alias("parameter"), pl.lit(unit).alias("unit"), pl.lit(False).alias("below_limit")
        )
        for name, (value, unit) in values.items()
    ]
    columns = ("subject", "day", "parameter", "value", "unit", "below_limit")
    return pl.concat(tables).select(columns).sort("subject", "parameter", "day")
