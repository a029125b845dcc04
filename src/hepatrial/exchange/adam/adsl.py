"""ADSL: one row a subject (ADaM Implementation Guide 1.3, section 3.2)."""

from __future__ import annotations

import polars as pl

from hepatrial.exchange.adam.dataset import AdamDataset, dataset
from hepatrial.exchange.adam.subjects import WHAT_DATES_MEAN, date_of, identified
from hepatrial.trialdata import TrialData

# CDISC controlled terminology, codelist NCOMPLT: why treatment or participation ended.
TREATMENT_ENDS = {
    "progression": "PROGRESSIVE DISEASE",
    "adverse event": "ADVERSE EVENT",
    "decompensation": "ADVERSE EVENT",
    "death": "DEATH",
    "drop-out": "LOST TO FOLLOW-UP",
}
STUDY_ENDS = {
    "drop-out": ("DISCONTINUED", "LOST TO FOLLOW-UP"),
    "end of follow-up": ("COMPLETED", ""),
    "data cut": ("ONGOING", ""),
}
VARIABLES = (
    "STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "AGEU", "SEX", "RACE", "REGION1",
    "ARM", "ACTARM", "TRT01P", "TRT01PN", "TRT01A", "TRT01AN", "ITTFL", "STRATAR",
    "RANDDT", "TRTSDT", "TRTEDT", "TRTDURD", "EOTSTT", "DCTREAS", "EOSSTT", "DCSREAS",
    "DTHFL", "DTHDT", "DTHCAUS", "LSTALVDT", "REFDTDSC",
    "WEIGHTBL", "ECOGBL", "BCLCBL", "AETIOL", "MVIFL", "EHSFL", "METHIFL", "PRLOCFL", "LINE", "NTLBL", "SLDBL", "AFPBL",
    "ALBBL", "BILIBL", "INRBL", "ASCITBL", "ENCEPHBL", "CPSCORBL", "CPCLBL", "ALBIBL", "ALBIGRBL",
)  # fmt: skip


def adsl(trial: TrialData) -> AdamDataset:
    """The dataset of subjects."""
    table = identified(trial).with_columns(_demographics(trial) + _baseline() + _dates() + _disposition())
    return dataset(
        "ADSL", "Subject-Level Analysis Dataset", _measured_sums(trial, table), VARIABLES, ("USUBJID",)
    )


def _demographics(trial: TrialData) -> list[pl.Expr]:
    return [
        # A virtual trial has no sites and no races; the guide asks for both variables.
        pl.lit("VIRTUAL" if trial.simulated else "UNKNOWN").alias("SITEID"),
        pl.lit("UNKNOWN").alias("RACE"),
        pl.col("age_years").floor().cast(pl.Int64).alias("AGE"),
        pl.lit("YEARS").alias("AGEU"),
        pl.when(pl.col("male")).then(pl.lit("M")).otherwise(pl.lit("F")).alias("SEX"),
        pl.col("region").alias("REGION1"),
        *(pl.col("arm").alias(name) for name in ("ARM", "ACTARM", "TRT01P", "TRT01A")),
        *(pl.col("TRTPN").alias(name) for name in ("TRT01PN", "TRT01AN")),
    ]


def _baseline() -> list[pl.Expr]:
    def flag(column: str, name: str) -> pl.Expr:
        return pl.when(pl.col(column)).then(pl.lit("Y")).otherwise(pl.lit("N")).alias(name)

    return [
        pl.col("weight_kg").alias("WEIGHTBL"),
        pl.col("ecog").cast(pl.Int64).alias("ECOGBL"),
        pl.col("bclc").alias("BCLCBL"),
        pl.col("aetiology").alias("AETIOL"),
        flag("mvi", "MVIFL"),
        flag("ehs", "EHSFL"),
        flag("met_high", "METHIFL"),
        flag("prior_local_therapy", "PRLOCFL"),
        pl.col("line").cast(pl.Int64).alias("LINE"),
        pl.col("n_target_lesions").cast(pl.Int64).alias("NTLBL"),
        pl.col("afp_ng_ml").alias("AFPBL"),
        pl.col("albumin_g_l").alias("ALBBL"),
        pl.col("bilirubin_umol_l").alias("BILIBL"),
        pl.col("inr").alias("INRBL"),
        pl.col("ascites").str.to_uppercase().alias("ASCITBL"),
        pl.col("encephalopathy").str.to_uppercase().alias("ENCEPHBL"),
        pl.col("child_pugh_score").cast(pl.Int64).alias("CPSCORBL"),
        pl.col("child_pugh_class").alias("CPCLBL"),
        pl.col("albi").alias("ALBIBL"),
        pl.col("albi_grade").cast(pl.Int64).alias("ALBIGRBL"),
    ]


def _dates() -> list[pl.Expr]:
    """Treatment starts on the day of randomisation; its last day is the one before the day of its end."""
    duration = pl.max_horizontal(pl.col("treatment_days").ceil(), 1.0).cast(pl.Int64)
    last_seen = date_of(pl.col("randomised_day") + pl.col("os_days"))
    died = pl.col("os_event") > 0
    return [
        pl.col("RANDDT").alias("TRTSDT"),
        date_of(pl.col("randomised_day") + duration - 1).alias("TRTEDT"),
        duration.alias("TRTDURD"),
        pl.when(died).then(pl.lit("Y")).otherwise(pl.lit("")).alias("DTHFL"),
        pl.when(died).then(last_seen).alias("DTHDT"),
        last_seen.alias("LSTALVDT"),
        pl.lit(WHAT_DATES_MEAN).alias("REFDTDSC"),
    ]


def _disposition() -> list[pl.Expr]:
    reason, end = pl.col("os_reason"), pl.col("treatment_end")
    died = pl.col("os_event") > 0
    statuses, whys = ({name: pair[place] for name, pair in STUDY_ENDS.items()} for place in (0, 1))
    status = reason.replace_strict(statuses, default="DISCONTINUED")
    why = reason.replace_strict(whys, default=reason.str.to_uppercase())
    return [
        pl.when(end == "ongoing").then(pl.lit("ONGOING")).otherwise(pl.lit("DISCONTINUED")).alias("EOTSTT"),
        pl.when(end == "ongoing")
        .then(pl.lit(""))
        .otherwise(end.replace_strict(TREATMENT_ENDS, default=end.str.to_uppercase()))
        .alias("DCTREAS"),
        pl.when(died).then(pl.lit("DISCONTINUED")).otherwise(status).alias("EOSSTT"),
        pl.when(died).then(pl.lit("DEATH")).otherwise(why).alias("DCSREAS"),
        pl.when(died)
        .then(reason.str.strip_prefix("death: ").str.to_uppercase())
        .otherwise(pl.lit(""))
        .alias("DTHCAUS"),
    ]


def _measured_sums(trial: TrialData, table: pl.DataFrame) -> pl.DataFrame:
    """SLDBL is the measured baseline of ADTR; the covariate where the data hold no scans."""
    if trial.tumour.is_empty():
        return table.with_columns(pl.col("sld_mm").alias("SLDBL"))
    first = trial.tumour.filter(pl.col("day") <= 0.0).sort("subject", "day")
    measured = first.group_by("subject").agg(pl.col("sld_mm").last().alias("SLDBL"))
    return table.join(measured, on="subject", how="left")
