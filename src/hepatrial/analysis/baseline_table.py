"""Table one: the baseline of each arm, with standardised differences between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.trialdata import TrialData

# Covariates of `TrialData.subjects` in the order in which a clinician reads them.
NUMBERS = (
    "age_years",
    "weight_kg",
    "child_pugh_score",
    "albi",
    "albumin_g_l",
    "bilirubin_umol_l",
    "inr",
    "afp_ng_ml",
    "sld_mm",
    "n_target_lesions",
)
SKEWED = ("bilirubin_umol_l", "afp_ng_ml", "sld_mm")
"""Numbers whose differences are taken on the log scale, since a few subjects rule their mean."""

CATEGORIES = (
    "male",
    "region",
    "aetiology",
    "ecog",
    "mvi",
    "ehs",
    "mvi_or_ehs",
    "bclc",
    "child_pugh_class",
    "albi_grade",
    "ascites",
    "encephalopathy",
    "prior_local_therapy",
    "line",
)


@dataclass(frozen=True, slots=True)
class NumberCell:
    """Mean, standard deviation and quartiles of a covariate in one arm."""

    mean: float
    sd: float
    quartiles: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class ShareCell:
    """Subjects of one arm at one level of a covariate."""

    count: int
    percent: float


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One row: a covariate, or one level of it.

    Attributes
    ----------
    level
        None for a number.
    cells
        By arm; None for an arm without subjects.
    difference
        The largest absolute standardised difference of an arm from control, None where it has no meaning.
    """

    covariate: str
    level: str | None
    cells: dict[str, NumberCell | ShareCell | None]
    difference: float | None


def baseline_table(trial: TrialData, arms: Sequence[str] | None = None) -> tuple[BaselineRow, ...]:
    """Rows for every covariate that the data hold; covariates with one level only are left out.

    Notes
    -----
    The standardised difference is that of means or shares over the root of the mean of the two variances. In
    a randomised trial it shows how large chance imbalance is; a p value would test what is known to be true.

    References
    ----------
    Austin 2009, 10.1002/sim.3697.
    """
    names = tuple(arms or trial.arms)
    tables = {arm: trial.subjects.filter(pl.col("arm") == arm) for arm in names}
    rows: list[BaselineRow] = []
    for name in NUMBERS:
        if name in trial.subjects.columns:
            rows.append(_number_row(name, tables, trial.control))
    for name in CATEGORIES:
        if name in trial.subjects.columns:
            rows += _level_rows(name, trial.subjects[name], tables, trial.control)
    return tuple(rows)


def standardised_difference(
    mean: float, variance: float, other_mean: float, other_variance: float
) -> float | None:
    """Difference over the root of the mean variance; None where nothing varies but the means differ."""
    pooled = np.sqrt((variance + other_variance) / 2.0)
    if pooled > 0.0:
        return float((mean - other_mean) / pooled)
    return 0.0 if mean == other_mean else None


def _number_row(name: str, tables: dict[str, pl.DataFrame], control: str) -> BaselineRow:
    values = {arm: table[name].drop_nulls().to_numpy().astype(np.float64) for arm, table in tables.items()}
    scale = np.log if name in SKEWED else np.asarray
    moments = {arm: (float(scale(x).mean()), _variance(scale(x))) for arm, x in values.items() if len(x)}
    cells = {arm: _number_cell(x) if len(x) else None for arm, x in values.items()}
    return BaselineRow(name, None, cells, _largest(moments, control))


def _number_cell(values: np.ndarray) -> NumberCell:
    low, middle, high = (float(value) for value in np.quantile(values, (0.25, 0.5, 0.75)))
    return NumberCell(float(values.mean()), float(np.sqrt(_variance(values))), (low, middle, high))


def _level_rows(
    name: str, column: pl.Series, tables: dict[str, pl.DataFrame], control: str
) -> list[BaselineRow]:
    is_flag = column.dtype == pl.Boolean
    levels = ["yes"] if is_flag else sorted(column.cast(pl.String).drop_nulls().unique().to_list())
    if not is_flag and len(levels) < 2:
        return []
    rows = []
    for level in levels:
        shares, cells = {}, {}
        for arm, table in tables.items():
            own = table[name]
            hits = int(own.sum() if is_flag else (own.cast(pl.String) == level).sum())
            cells[arm] = ShareCell(hits, 100.0 * hits / len(own)) if len(own) else None
            if len(own):
                share = hits / len(own)
                shares[arm] = (share, share * (1.0 - share))
        rows.append(BaselineRow(name, level, cells, _largest(shares, control)))
    return rows


def _variance(values: np.ndarray) -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else 0.0


def _largest(moments: dict[str, tuple[float, float]], control: str) -> float | None:
    if control not in moments:
        return None
    found = [standardised_difference(*moments[arm], *moments[control]) for arm in moments if arm != control]
    return max(map(abs, found)) if found and None not in found else None
