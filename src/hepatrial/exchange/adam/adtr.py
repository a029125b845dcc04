"""ADTR: measured sums of diameters and new lesions at every scan, and the best change of the sum."""

from __future__ import annotations

import polars as pl

from hepatrial.exchange.adam.dataset import AdamDataset, dataset
from hepatrial.exchange.adam.responses import CRITERIA_CODES
from hepatrial.exchange.adam.subjects import with_subjects
from hepatrial.exchange.adam.visits import CHANGE, HEAD, PER_VISIT, VISIT, change_columns, visit_columns
from hepatrial.trialdata import TrialData

SUMS = (
    ("SUMDIAM", "Sum of Longest Diameters (mm)", "sld_mm"),
    ("SUMVIAB", "Sum of Viable Tumour Diameters (mm)", "viable_sld_mm"),
)
VARIABLES = (*HEAD, "AVALC", *CHANGE, *VISIT, "ANL01FL")


def adtr(trial: TrialData) -> AdamDataset:
    """The dataset of tumour results."""
    table = pl.concat([_sums(trial), _new_lesions(trial), _best_changes(trial)], how="diagonal")
    return dataset("ADTR", "Tumor Results Analysis Dataset", table, VARIABLES, PER_VISIT)


def _scans(trial: TrialData) -> pl.DataFrame:
    """Scans with their visits; ANL01FL marks those up to the first progression, which decide TTP and PFS."""
    scans = visit_columns(trial, with_subjects(trial, trial.tumour))
    after = (pl.col("ttp_event") == 1) & (pl.col("day") > pl.col("ttp_days"))
    return scans.with_columns(ANL01FL=pl.when(after).then(pl.lit("")).otherwise(pl.lit("Y")))


def _sums(trial: TrialData) -> pl.DataFrame:
    scans = _scans(trial)
    parts = [
        scans.with_columns(PARAMCD=pl.lit(code), PARAM=pl.lit(text), AVAL=pl.col(column).cast(pl.Float64))
        for code, text, column in SUMS
    ]
    return change_columns(pl.concat(parts))


def _new_lesions(trial: TrialData) -> pl.DataFrame:
    seen = pl.col("new_lesion")
    return _scans(trial).with_columns(
        PARAMCD=pl.lit("NEWLES"),
        PARAM=pl.lit("New Lesion up to This Scan"),
        AVAL=seen.cast(pl.Float64),
        AVALC=pl.when(seen).then(pl.lit("Y")).otherwise(pl.lit("N")),
    )


def _best_changes(trial: TrialData) -> pl.DataFrame:
    code = pl.col("criteria").replace_strict(CRITERIA_CODES)
    seen = trial.best.filter(pl.col("best_change_percent").is_not_null())
    return with_subjects(trial, seen).with_columns(
        PARAMCD=pl.lit("BPC") + code,
        PARAM=pl.lit("Best Percent Change of Sum by ") + pl.col("criteria"),
        AVAL=pl.col("best_change_percent").cast(pl.Float64),
        ANL01FL=pl.lit("Y"),
    )
