"""ADRS: response at every scan (OVR...) and best overall response (BOR...), by criteria."""

from __future__ import annotations

import polars as pl

from hepatrial.exchange.adam.dataset import AdamDataset, dataset
from hepatrial.exchange.adam.responses import CRITERIA_CODES, RESPONSE_NUMBERS
from hepatrial.exchange.adam.subjects import with_subjects
from hepatrial.exchange.adam.visits import HEAD, PER_VISIT, VISIT, visit_columns
from hepatrial.trialdata import TrialData

VARIABLES = (*HEAD, "AVAL", "AVALC", *VISIT, "ANL01FL")


def adrs(trial: TrialData) -> AdamDataset:
    """The dataset of responses. A best response has no visit and no date."""
    scans = visit_columns(trial, with_subjects(trial, trial.responses))
    scans = _named(scans, "OVR", "Overall Response by ", "response")
    best = _named(with_subjects(trial, trial.best), "BOR", "Best Overall Response by ", "best")
    table = pl.concat([scans, best], how="diagonal")
    return dataset("ADRS", "Response Analysis Dataset", table, VARIABLES, PER_VISIT)


def _named(table: pl.DataFrame, code: str, text: str, column: str) -> pl.DataFrame:
    return table.with_columns(
        PARAMCD=pl.lit(code) + pl.col("criteria").replace_strict(CRITERIA_CODES),
        PARAM=pl.lit(text) + pl.col("criteria"),
        AVALC=pl.col(column),
        AVAL=pl.col(column).replace_strict(RESPONSE_NUMBERS, return_dtype=pl.Int64),
        ANL01FL=pl.lit("Y"),
    )
