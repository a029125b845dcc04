"""A model of one data set, tested on another that had no part in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.columns import level_text
from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.prognostic.calibration import Calibration, InTheLarge, calibration, in_the_large
from hepatrial.biomarkers.prognostic.outcome import event_times
from hepatrial.biomarkers.prognostic.risk_model import RiskModel, with_baseline
from hepatrial.biomarkers.scales import Scale
from hepatrial.errors import InvalidInput, Issue
from hepatrial.survival.concordance import Concordance, concordance
from hepatrial.survival.cox import cox
from hepatrial.survival.times import SurvivalTimes
from hepatrial.trialdata import COMPETING_DEATH, TrialData

FEWEST_EVENTS = 10


@dataclass(frozen=True, slots=True)
class MarkerModel:
    """A risk model with how its columns are coded, so that it can be used on other data.

    ``adjust`` names the columns of the covariates' design ("bclc=C", "age"), which come before the markers.
    """

    risk: RiskModel
    adjust: tuple[str, ...]
    scales: tuple[Scale, ...]
    endpoint: str
    n: int
    events: int


@dataclass(frozen=True, slots=True)
class ExternalValidation:
    """How the model does on other data.

    Attributes
    ----------
    name
        Of the data.
    n, events, left_out
        Patients with all columns, events among them, and patients without all columns.
    c
        Harrell's C.
    calibration, large
        Groups and slope at the horizon; observed over expected events.
    """

    name: str
    n: int
    events: int
    left_out: int
    c: Concordance
    calibration: Calibration
    large: InTheLarge


def marker_model(frame: MarkerFrame, names: Sequence[str]) -> MarkerModel:
    """Fit the covariates and markers together to the patients who have all; raises as `hepatrial.survival.cox`.

    Arms are left out: the other data need not have the same.
    """
    places = [frame.marker_names.index(name) for name in names]
    x = np.column_stack([frame.adjust, frame.markers[:, places]])
    rows = np.isfinite(x).all(axis=1)
    times = event_times(frame).select(rows)
    columns = (*frame.adjust_names, *names)
    fit = cox(times, x[rows], columns)
    return MarkerModel(
        with_baseline(times, x[rows], columns, fit.beta),
        frame.adjust_names,
        tuple(frame.scales[place] for place in places),
        frame.endpoint,
        fit.n,
        fit.events,
    )


def validate(model: MarkerModel, data: TrialData, horizon_days: float) -> ExternalValidation:
    """Predict the patients of other data and compare.

    Raises
    ------
    InvalidInput
        Columns that the model needs and the data lack, or fewer than `FEWEST_EVENTS` events.

    Notes
    -----
    Nothing of the model is fitted again. Source: Royston & Altman 2013, 10.1186/1471-2288-13-33.
    """
    x = coded_alike(model, data)
    rows = np.isfinite(x).all(axis=1)
    times = _times(data, model.endpoint).select(rows)
    events = int(np.asarray(times.event).sum())
    if events < FEWEST_EVENTS:
        raise _invalid(
            data,
            "too few events to validate a model",
            f"{events} among {int(rows.sum())} patients who have all columns",
            f"{FEWEST_EVENTS} or more",
            "a data set with longer follow-up or fewer missing values",
        )
    log_risk = model.risk.log_risk(x[rows])
    followed = float(np.max(times.time_days))
    horizon = min(horizon_days, followed)
    return ExternalValidation(
        data.name,
        int(rows.sum()),
        events,
        int((~rows).sum()),
        concordance(times, log_risk),
        calibration(times, log_risk, 1 - model.risk.survival(x[rows], np.array([horizon]))[:, 0], horizon),
        in_the_large(times, model.risk.expected(x[rows], np.asarray(times.time_days, dtype=np.float64))),
    )


def _times(data: TrialData, endpoint: str) -> SurvivalTimes:
    times = data.times(endpoint)
    return times.only(1) if endpoint in COMPETING_DEATH else times.any_event()


def coded_alike(model: MarkerModel, data: TrialData) -> np.ndarray:
    """Columns (n, p) of the model, coded as those that it was fitted to."""
    wanted = [_column_and_level(name) for name in model.adjust]
    wanted += [(scale.name, None if scale.levels is None else scale.levels[1]) for scale in model.scales]
    lacking = list(dict.fromkeys(name for name, _ in wanted if name not in data.subjects.columns))
    if lacking:
        raise _invalid(
            data,
            f"the data lack {', '.join(lacking)}, which the model needs",
            ", ".join(data.subjects.columns[:30]),
            "the columns of the data that the model was fitted to, under the same names",
            "rename the columns, or fit the model without them",
        )
    columns = [_values(data, name, level) for name, level in wanted]
    fixed = len(model.adjust)
    scaled = [scale.applied(columns[fixed + place]) for place, scale in enumerate(model.scales)]
    return np.column_stack([*columns[:fixed], *scaled])


def _column_and_level(name: str) -> tuple[str, str | None]:
    column, mark, level = name.rpartition("=")
    return (column, level) if mark else (name, None)


def _values(data: TrialData, name: str, level: str | None) -> np.ndarray:
    column = data.subjects[name]
    if level is not None:
        return np.array([np.nan if v is None else float(level_text(v) == level) for v in column])
    if not column.dtype.is_numeric():
        raise _invalid(
            data,
            f"column {name} holds words, and the model was fitted to numbers",
            str(column.drop_nulls()[:1].to_list()),
            "numbers",
            "code it as in the first data",
        )
    return column.cast(float).fill_null(np.nan).to_numpy().astype(np.float64)


def _invalid(data: TrialData, what: str, found: str, allowed: str, fix: str) -> InvalidInput:
    return InvalidInput((Issue(f"{data.name}: {what}", found=found, allowed=allowed, fix=fix),))
