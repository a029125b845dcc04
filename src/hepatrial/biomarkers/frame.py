"""`MarkerFrame`: the outcome, the markers and the covariates of one analysis, coded and ready for a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from hepatrial.biomarkers.columns import design_of, is_text, numbers_of, why_no_marker
from hepatrial.biomarkers.scales import PERS, TRANSFORMS, Scale, scaled
from hepatrial.errors import InvalidInput, Issue, UsageError, near_miss
from hepatrial.run_arguments import checked_name
from hepatrial.survival.times import SurvivalTimes
from hepatrial.trialdata import TrialData

Transform = Literal["none", "log1p", "rank"]
Per = Literal["unit", "sd", "iqr"]


@dataclass(frozen=True, slots=True)
class MarkerFrame:
    """What every analysis of markers reads: n subjects, m markers, k columns of covariates.

    Attributes
    ----------
    subject
        Shape (n,), the subjects' names as the data have them.
    times
        Time and event code of the endpoint; codes above 1 are further causes.
    arm
        Shape (n,) int8, the place of each subject's arm in ``arms``: 0 control, 1 treated, higher where there are
        more arms; None where all stand in one arm.
    arms
        Names of the arms, the control first.
    markers
        Shape (n, m) float64 after transformation, centred and divided by ``unit``'s width; NaN where missing. A
        marker of two levels is 0 or 1.
    marker_names, unit
        Names, and what a hazard ratio is per: "per SD (0.85) of log1p(AFP)", "yes against no".
    adjust, adjust_names
        Shape (n, k) float64 design of the adjustment covariates, NaN where missing; text has a column a level but
        the first ("bclc=C").
    scales
        How each marker was transformed, by which a new data set is coded alike.
    endpoint
        What the times are a time to.
    notes
        Which columns were left out and why, a sentence each.
    """

    subject: np.ndarray
    times: SurvivalTimes
    arm: np.ndarray | None
    arms: tuple[str, ...]
    markers: np.ndarray
    marker_names: tuple[str, ...]
    adjust: np.ndarray
    adjust_names: tuple[str, ...]
    unit: tuple[str, ...]
    scales: tuple[Scale, ...] = ()
    endpoint: str = "OS"
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.times)


def marker_frame(
    data: TrialData,
    *,
    endpoint: str = "OS",
    markers: Sequence[str] | None = None,
    adjust: Sequence[str] = (),
    transform: Transform = "none",
    per: Per = "sd",
) -> MarkerFrame:
    """Code the markers and covariates of a trial or cohort.

    Parameters
    ----------
    data
        A virtual trial or a user's data.
    endpoint
        One of the endpoints that the data hold.
    markers
        Columns of ``data.subjects``; None takes every numeric or two-level column that is no outcome, identifier
        or covariate of ``adjust``, and ``notes`` say what was left out.
    adjust
        Columns to adjust for. Numbers enter as they are, words by level.
    transform
        Of markers of more than two levels: ``"none"``, ``"log1p"`` (log(1 + x)) or ``"rank"`` (share of patients
        at or below, ties at their mean).
    per
        Hazard ratios are per ``"unit"``, standard deviation or interquartile range of the transformed marker, over
        the patients who have it.

    Raises
    ------
    UsageError
        A column, endpoint or choice that the data do not have, one column in two roles, or no marker at all.
    InvalidInput
        Markers that cannot be coded as asked: words of many levels, one value, values below 0 with ``log1p``, an
        interquartile range of 0.
    """
    checked_name("transform", transform, TRANSFORMS)
    checked_name("per", per, PERS)
    times = data.times(endpoint)
    names, notes = _chosen(data, endpoint, markers, adjust)
    coded = [_coded(data.subjects[name], transform, per) for name in names]
    issues = [found for found in coded if isinstance(found, Issue)]
    if issues:
        raise InvalidInput(tuple(issues))
    ready = [found for found in coded if not isinstance(found, Issue)]
    designs = [design_of(data.subjects[name]) for name in adjust]
    arm = _arm(data) if len(data.arms) > 1 else None
    return MarkerFrame(
        subject=data.subjects["subject"].to_numpy(),
        times=times,
        arm=arm,
        arms=_arms(data),
        markers=np.column_stack([values for values, _ in ready]),
        marker_names=names,
        adjust=np.column_stack([np.empty((len(data), 0)), *[design for design, _ in designs]]),
        adjust_names=tuple(name for _, columns in designs for name in columns),
        unit=tuple(scale.unit for _, scale in ready),
        scales=tuple(scale for _, scale in ready),
        endpoint=endpoint,
        notes=notes,
    )


def _chosen(
    data: TrialData, endpoint: str, markers: Sequence[str] | None, adjust: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the markers, and which columns were left out and why."""
    columns = tuple(data.subjects.columns)
    outcome = {f"{endpoint.lower()}_{part}" for part in ("days", "event", "reason")}
    usable = tuple(name for name in columns if name not in outcome)
    covariates = tuple(dict.fromkeys(_known("adjust", name, usable) for name in adjust))
    one_valued = [name for name in covariates if data.subjects[name].drop_nulls().n_unique() < 2]
    if one_valued:
        raise InvalidInput(
            (
                Issue(
                    f"covariate {one_valued[0]} has one value",
                    found=str(data.subjects[one_valued[0]].drop_nulls().unique().to_list()),
                    allowed="two values or more",
                    fix=f"leave {one_valued[0]} out of the adjustment",
                ),
            )
        )
    if markers is not None:
        named = tuple(dict.fromkeys(_known("markers", name, usable) for name in markers))
        both = [name for name in named if name in covariates]
        if both:
            raise _misuse(
                "one column is a marker and a covariate",
                both[0],
                "a column in one role",
                "leave it out of one",
            )
        if not named:
            raise _misuse("markers: none is named", "no name", "one or more columns", "name a column")
        return named, ()
    return _all_markers(data.subjects.select([n for n in usable if n not in covariates]))


def _all_markers(table: pl.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    reasons = {name: why_no_marker(table[name]) for name in table.columns}
    found = tuple(name for name, reason in reasons.items() if reason is None)
    if not found:
        raise _misuse(
            "no column can be a marker",
            ", ".join(table.columns) or "no further column",
            "a column of numbers, or of two levels",
            "name the columns of the markers",
        )
    by_reason: dict[str, list[str]] = {}
    standing = {"subject", "arm", "randomised_day", "stratum"}
    for name, reason in reasons.items():
        if reason is not None and name not in standing:
            by_reason.setdefault(reason, []).append(name)
    notes = tuple(f"No marker, since {reason}: {', '.join(left)}." for reason, left in by_reason.items())
    return found, notes


def _coded(column: pl.Series, transform: str, per: str) -> tuple[np.ndarray, Scale] | Issue:
    present = column.drop_nulls()
    levels = present.n_unique()
    if levels < 2 or (is_text(column) and levels > 2):
        what = "has one value" if levels < 2 else f"is text of {levels} levels"
        return Issue(
            f"marker {column.name} {what}",
            found=", ".join(str(value) for value in present.unique().sort().to_list()[:4]) or "no value",
            allowed="numbers, or two levels",
            fix="leave it out, adjust for it, or code it as numbers",
        )
    values, named = numbers_of(column)
    return scaled(column.name, values, named, transform, per)


def _arms(data: TrialData) -> tuple[str, ...]:
    return (data.control, *(name for name in data.arms if name != data.control))


def _arm(data: TrialData) -> np.ndarray:
    place = {name: code for code, name in enumerate(_arms(data))}
    return np.array([place[name] for name in data.subjects["arm"]], dtype=np.int8)


def _known(argument: str, name: str, columns: tuple[str, ...]) -> str:
    if name in columns:
        return name
    meant = near_miss(name, columns)
    listed = ", ".join(columns[:30]) + (f" and {len(columns) - 30} more" if len(columns) > 30 else "")
    raise _misuse(
        f"{argument}: there is no such column",
        name,
        listed,
        f"did you mean {meant}?" if meant else "name a column of the data",
    )


def _misuse(what: str, found: str, allowed: str, fix: str) -> UsageError:
    return UsageError(str(Issue(what=what, found=found, allowed=allowed, fix=fix)))
