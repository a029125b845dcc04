"""ADSL, ADTTE, ADTR, ADRS and ADLB from `TrialData` (ADaM Implementation Guide 1.3; ADaM BDS for time-to-event 1.0).

CNSR is 0 for an event and above 0 for censoring. Days are study days counted from randomisation, which is day 1 in ADY.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hepatrial.trialdata import TrialData

ENDPOINT_NAMES = {"OS": "Overall Survival", "TTP": "Time to Progression", "PFS": "Progression-Free Survival"}
LAB_NAMES = {
    "AFP": ("AFP", "Alpha-Fetoprotein (ng/mL)"),
    "ALBUMIN": ("ALB", "Albumin (g/L)"),
    "BILIRUBIN": ("BILI", "Bilirubin (umol/L)"),
    "ALBI": ("ALBI", "ALBI Score"),
    "CHILDPUGH": ("CPSCORE", "Child-Pugh Score"),
    "VEGF": ("VEGF", "Vascular Endothelial Growth Factor (pg/mL)"),
    "SVEGFR2": ("SVEGFR2", "Soluble VEGF Receptor 2 (pg/mL)"),
}
CRITERIA_CODES = {"RECIST 1.0": "R10", "RECIST 1.1": "R11", "mRECIST": "MRC"}


@dataclass(frozen=True, slots=True)
class AdamDataset:
    """One dataset: its name, label, and a table whose columns have labels."""

    name: str
    label: str
    table: pl.DataFrame
    labels: dict[str, str]


def adam_datasets(trial: TrialData) -> tuple[AdamDataset, ...]:
    """All ADaM datasets of a trial."""
    return (_adsl(trial), _adtte(trial), _adtr(trial), _adrs(trial), _adlb(trial))


LABELS = {
    "STUDYID": "Study Identifier",
    "USUBJID": "Unique Subject Identifier",
    "SUBJID": "Subject Identifier for the Study",
    "TRT01P": "Planned Treatment for Period 01",
    "TRT01A": "Actual Treatment for Period 01",
    "TRTP": "Planned Treatment",
    "ITTFL": "Intent-To-Treat Population Flag",
    "AGE": "Age",
    "AGEU": "Age Units",
    "SEX": "Sex",
    "WEIGHTBL": "Baseline Weight (kg)",
    "REGION1": "Geographic Region 1",
    "AETIOL": "Aetiology of Liver Disease",
    "ECOGBL": "Baseline ECOG Performance Status",
    "BCLCBL": "Baseline BCLC Stage",
    "MVIFL": "Macrovascular Invasion Flag",
    "EHSFL": "Extrahepatic Spread Flag",
    "PRLOCFL": "Prior Local Therapy Flag",
    "AFPBL": "Baseline AFP (ng/mL)",
    "CPSCORBL": "Baseline Child-Pugh Score",
    "CPCLBL": "Baseline Child-Pugh Class",
    "ALBIBL": "Baseline ALBI Score",
    "SLDBL": "Baseline Sum of Diameters (mm)",
    "STRATAR": "Strata at Randomization",
    "RANDDY": "Day of Randomization since First Subject",
    "TRTDURD": "Total Treatment Duration (Days)",
    "DCTREAS": "Reason for End of Treatment",
    "PARAMCD": "Parameter Code",
    "PARAM": "Parameter",
    "AVAL": "Analysis Value",
    "AVALC": "Analysis Value (C)",
    "AVALU": "Analysis Value Unit",
    "CNSR": "Censor",
    "EVNTDESC": "Event or Censoring Description",
    "CNSDTDSC": "Censor Date Description",
    "STARTDY": "Time-to-Event Origin Day",
    "ADY": "Analysis Relative Day",
    "AVISITN": "Analysis Visit (N)",
    "AVISIT": "Analysis Visit",
    "ABLFL": "Baseline Record Flag",
    "BASE": "Baseline Value",
    "CHG": "Change from Baseline",
    "PCHG": "Percent Change from Baseline",
    "ANL01FL": "Analysis Flag 01",
}


def _dataset(name: str, label: str, table: pl.DataFrame) -> AdamDataset:
    return AdamDataset(name, label, table, {column: LABELS[column] for column in table.columns})


def _yes_no(column: str, name: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit("Y")).otherwise(pl.lit("N")).alias(name)


def _keys(trial: TrialData) -> pl.DataFrame:
    study = trial.name.upper()[:20]
    number = pl.col("subject").cast(pl.String).str.zfill(6)
    return trial.subjects.select(
        "subject",
        pl.lit(study).alias("STUDYID"),
        (pl.lit(f"{study}-") + number).alias("USUBJID"),
        pl.col("arm").alias("TRTP"),
    )


def _adsl(trial: TrialData) -> AdamDataset:
    table = trial.subjects.join(_keys(trial), on="subject").select(
        "STUDYID",
        "USUBJID",
        pl.col("subject").cast(pl.String).str.zfill(6).alias("SUBJID"),
        pl.col("TRTP").alias("TRT01P"),
        pl.col("TRTP").alias("TRT01A"),
        pl.lit("Y").alias("ITTFL"),
        pl.col("age_years").floor().alias("AGE"),
        pl.lit("YEARS").alias("AGEU"),
        pl.when(pl.col("male")).then(pl.lit("M")).otherwise(pl.lit("F")).alias("SEX"),
        pl.col("weight_kg").alias("WEIGHTBL"),
        pl.col("region").alias("REGION1"),
        pl.col("aetiology").alias("AETIOL"),
        pl.col("ecog").cast(pl.Float64).alias("ECOGBL"),
        pl.col("bclc").alias("BCLCBL"),
        _yes_no("mvi", "MVIFL"),
        _yes_no("ehs", "EHSFL"),
        _yes_no("prior_local_therapy", "PRLOCFL"),
        pl.col("afp_ng_ml").alias("AFPBL"),
        pl.col("child_pugh_score").cast(pl.Float64).alias("CPSCORBL"),
        pl.col("child_pugh_class").alias("CPCLBL"),
        pl.col("albi").alias("ALBIBL"),
        pl.col("sld_mm").alias("SLDBL"),
        pl.col("stratum").alias("STRATAR"),
        pl.col("randomised_day").alias("RANDDY"),
        pl.col("treatment_days").alias("TRTDURD"),
        pl.col("treatment_end").str.to_uppercase().alias("DCTREAS"),
    )
    return _dataset("ADSL", "Subject-Level Analysis Dataset", table)


def _adtte(trial: TrialData) -> AdamDataset:
    rows = []
    joined = trial.subjects.join(_keys(trial), on="subject")
    for code, name in ENDPOINT_NAMES.items():
        key = code.lower()
        happened = pl.col(f"{key}_event") == 1 if code == "TTP" else pl.col(f"{key}_event") > 0
        reason = pl.col(f"{key}_reason").str.to_uppercase()
        rows.append(
            joined.select(
                "STUDYID",
                "USUBJID",
                "TRTP",
                pl.lit(code).alias("PARAMCD"),
                pl.lit(f"{name} (days)").alias("PARAM"),
                pl.col(f"{key}_days").alias("AVAL"),
                pl.lit("DAYS").alias("AVALU"),
                pl.when(happened).then(0.0).otherwise(1.0).alias("CNSR"),
                reason.alias("EVNTDESC"),
                pl.when(happened).then(pl.lit("")).otherwise(reason).alias("CNSDTDSC"),
                pl.lit(1.0).alias("STARTDY"),
                (pl.col(f"{key}_days").floor() + 1.0).alias("ADY"),
            )
        )
    return _dataset("ADTTE", "Time to Event Analysis Dataset", pl.concat(rows).sort("USUBJID", "PARAMCD"))


def _with_change(table: pl.DataFrame) -> pl.DataFrame:
    """Visit, baseline and change columns; ``table`` has USUBJID, PARAMCD, day and AVAL."""
    base = table.filter(pl.col("day") == 0.0).select("USUBJID", "PARAMCD", pl.col("AVAL").alias("BASE"))
    first = pl.col("day") == 0.0
    return (
        table.join(base, on=["USUBJID", "PARAMCD"], how="left")
        .with_columns(
            (pl.col("day") + 1.0).alias("ADY"),
            pl.col("day").alias("AVISITN"),
            pl.when(first)
            .then(pl.lit("BASELINE"))
            .otherwise(pl.lit("DAY ") + pl.col("day").cast(pl.Int64).cast(pl.String))
            .alias("AVISIT"),
            pl.when(first).then(pl.lit("Y")).otherwise(pl.lit("")).alias("ABLFL"),
            (pl.col("AVAL") - pl.col("BASE")).alias("CHG"),
            (100.0 * (pl.col("AVAL") - pl.col("BASE")) / pl.col("BASE")).alias("PCHG"),
        )
        .drop("day")
    )


COURSE = (
    "STUDYID",
    "USUBJID",
    "TRTP",
    "PARAMCD",
    "PARAM",
    "AVAL",
    "BASE",
    "CHG",
    "PCHG",
    "AVISIT",
    "AVISITN",
    "ADY",
    "ABLFL",
)


def _adtr(trial: TrialData) -> AdamDataset:
    joined = trial.tumour.join(_keys(trial), on="subject")
    parts = [
        joined.select(
            "STUDYID", "USUBJID", "TRTP", "day", pl.lit(code).alias("PARAMCD"), pl.lit(text).alias("PARAM"),
            pl.col(column).cast(pl.Float64).alias("AVAL"),
        )
        for code, text, column in (
            ("SUMDIAM", "Sum of Longest Diameters (mm)", "sld_mm"),
            ("SUMVIAB", "Sum of Viable Tumour Diameters (mm)", "viable_sld_mm"),
        )
    ]  # fmt: skip
    table = _with_change(pl.concat(parts)).select(COURSE).sort("USUBJID", "PARAMCD", "AVISITN")
    return _dataset("ADTR", "Tumor Results Analysis Dataset", table)


def _adrs(trial: TrialData) -> AdamDataset:
    keys = _keys(trial)
    code = pl.col("criteria").replace_strict(CRITERIA_CODES)
    scans = trial.responses.join(keys, on="subject").select(
        "STUDYID",
        "USUBJID",
        "TRTP",
        (pl.lit("OVR") + code).alias("PARAMCD"),
        (pl.lit("Overall Response by ") + pl.col("criteria")).alias("PARAM"),
        pl.col("response").alias("AVALC"),
        (pl.lit("DAY ") + pl.col("day").cast(pl.Int64).cast(pl.String)).alias("AVISIT"),
        pl.col("day").alias("AVISITN"),
        (pl.col("day") + 1.0).alias("ADY"),
    )
    best = trial.best.join(keys, on="subject").select(
        "STUDYID",
        "USUBJID",
        "TRTP",
        (pl.lit("BOR") + code).alias("PARAMCD"),
        (pl.lit("Best Overall Response by ") + pl.col("criteria")).alias("PARAM"),
        pl.col("best").alias("AVALC"),
        pl.lit("").alias("AVISIT"),
        pl.lit(None, dtype=pl.Float64).alias("AVISITN"),
        pl.lit(None, dtype=pl.Float64).alias("ADY"),
    )
    table = (
        pl.concat([scans, best])
        .with_columns(pl.lit("Y").alias("ANL01FL"))
        .sort("USUBJID", "PARAMCD", "AVISITN")
    )
    return _dataset("ADRS", "Response Analysis Dataset", table)


def _adlb(trial: TrialData) -> AdamDataset:
    codes = {name: code for name, (code, _) in LAB_NAMES.items()}
    texts = {name: text for name, (_, text) in LAB_NAMES.items()}
    table = trial.labs.join(_keys(trial), on="subject").select(
        "STUDYID",
        "USUBJID",
        "TRTP",
        "day",
        pl.col("parameter").replace_strict(codes).alias("PARAMCD"),
        pl.col("parameter").replace_strict(texts).alias("PARAM"),
        pl.col("value").alias("AVAL"),
    )
    table = _with_change(table).select(COURSE).sort("USUBJID", "PARAMCD", "AVISITN")
    return _dataset("ADLB", "Laboratory Analysis Dataset", table)
