"""ADLB: laboratory values at every visit."""

from __future__ import annotations

import polars as pl

from hepatrial.exchange.adam.dataset import AdamDataset, dataset
from hepatrial.exchange.adam.subjects import with_subjects
from hepatrial.exchange.adam.visits import CHANGE, HEAD, PER_VISIT, VISIT, change_columns, visit_columns
from hepatrial.trialdata import TrialData

PARAMETERS = {
    "AFP": ("AFP", "Alpha-Fetoprotein (ng/mL)"),
    "ALBUMIN": ("ALB", "Albumin (g/L)"),
    "BILIRUBIN": ("BILI", "Bilirubin (umol/L)"),
    "INR": ("INR", "Prothrombin Intl. Normalized Ratio"),
    "ALBI": ("ALBI", "ALBI Score"),
    "CHILDPUGH": ("CPSCORE", "Child-Pugh Score"),
    "VEGF": ("VEGF", "Vascular Endothelial Growth Factor (pg/mL)"),
    "SVEGFR2": ("SVEGFR2", "Soluble VEGF Receptor 2 (pg/mL)"),
}
VARIABLES = (*HEAD, *CHANGE, "BLQFL", *VISIT, "ANL01FL")


def adlb(trial: TrialData) -> AdamDataset:
    """The dataset of laboratory values; BLQFL is Y where AVAL is the assay's limit."""
    name = pl.col("parameter")
    table = with_subjects(trial, trial.labs).with_columns(
        PARAMCD=name.replace_strict({key: code for key, (code, _) in PARAMETERS.items()}),
        PARAM=name.replace_strict({key: text for key, (_, text) in PARAMETERS.items()}),
        AVAL=pl.col("value").cast(pl.Float64),
        BLQFL=pl.when(pl.col("below_limit")).then(pl.lit("Y")).otherwise(pl.lit("")),
        ANL01FL=pl.lit("Y"),
    )
    table = visit_columns(trial, change_columns(table))
    return dataset("ADLB", "Laboratory Analysis Dataset", table, VARIABLES, PER_VISIT)
