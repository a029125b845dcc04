"""One marker over time for every subject, with the outcome: what all of monitoring reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.errors import InvalidInput, Issue, UsageError, near_miss
from hepatrial.run_arguments import checked_name
from hepatrial.survival import SurvivalTimes
from hepatrial.trialdata import COMPETING_DEATH, TrialData

TUMOUR = {"SLD": ("sld_mm", "mm"), "VIABLE_SLD": ("viable_sld_mm", "mm")}
"""Markers that come from scans: column of the table and unit."""
SKEWED = ("afp", "vegf", "bili", "pivka", "dcp", "alkaline", "ast", "alt", "ldh", "crp")
"""Markers whose names hold one of these are analysed as natural logarithms: their values span powers of ten."""


@dataclass(frozen=True, slots=True)
class Courses:
    """Measurements of one marker, m of them over n subjects, sorted by subject and day.

    Attributes
    ----------
    marker, unit
        Name and unit as in the data.
    subject
        Shape (n,): labels, in the order of ``times``.
    times
        Time to the endpoint in days, event code 0 or 1 (a death that competes is censoring: the hazard is that of
        the cause).
    owner
        Shape (m,): place of the measurement's subject among the n.
    day, value
        Shape (m,): day since the subject's time zero, value in ``unit``.
    below_limit
        Shape (m,): the value is the limit of quantification.
    endpoint
        What the times are a time to.
    """

    marker: str
    unit: str
    subject: np.ndarray
    times: SurvivalTimes
    owner: np.ndarray
    day: np.ndarray
    value: np.ndarray
    below_limit: np.ndarray
    endpoint: str

    def __len__(self) -> int:
        return len(self.subject)

    @property
    def logarithmic(self) -> bool:
        """Whether the marker is analysed as its natural logarithm."""
        return any(part in self.marker.lower() for part in SKEWED) and bool((self.value >= 0).all())

    def scaled(self) -> np.ndarray:
        """Values as models take them, shape (m,): natural logarithm for skewed markers.

        A value of 0 counts as half the lowest that is above 0.
        """
        if not self.logarithmic:
            return self.value
        positive = self.value[self.value > 0]
        floor = positive.min() / 2 if positive.size else 1.0
        return np.log(np.maximum(self.value, floor))

    @property
    def scale_words(self) -> str:
        """What a coefficient is per."""
        unit = f" ({self.unit})" if self.unit and self.unit != "1" else ""
        return f"log {self.marker}{unit}" if self.logarithmic else f"{self.marker}{unit}"

    def last_row(self, days: float | np.ndarray) -> np.ndarray:
        """Row of each subject's last measurement at or before ``days`` (a number or (n,)); -1 without one."""
        asked = np.broadcast_to(np.asarray(days, dtype=np.float64), (len(self),))
        rows = np.full(len(self), -1, dtype=np.int64)
        seen = self.day <= asked[self.owner]
        np.maximum.at(rows, self.owner[seen], np.flatnonzero(seen))
        return rows

    def last_value(self, days: float | np.ndarray) -> np.ndarray:
        """Last scaled value at or before ``days``, shape (n,); NaN without one."""
        rows = self.last_row(days)
        return np.where(rows >= 0, self.scaled()[rows], np.nan)

    def baseline(self) -> np.ndarray:
        """Scaled value of each subject's first measurement up to day 0, shape (n,); NaN without one."""
        return self.last_value(0.0)

    def select(self, kept: np.ndarray) -> Courses:
        """The subjects that a mask (n,) or an index without repeats picks, in its order."""
        picked = np.flatnonzero(kept) if np.asarray(kept).dtype == bool else np.asarray(kept)
        place = np.full(len(self), -1, dtype=np.int64)
        place[picked] = np.arange(len(picked))
        rows = np.flatnonzero(place[self.owner] >= 0)
        rows = rows[np.lexsort((self.day[rows], place[self.owner[rows]]))]
        return Courses(
            self.marker, self.unit, self.subject[picked], self.times.select(picked), place[self.owner[rows]],
            self.day[rows], self.value[rows], self.below_limit[rows], self.endpoint,
        )  # fmt: skip

    def measured(self, kept: np.ndarray) -> Courses:
        """The same subjects with the measurements that a mask (m,) keeps."""
        return Courses(
            self.marker, self.unit, self.subject, self.times, self.owner[kept], self.day[kept],
            self.value[kept], self.below_limit[kept], self.endpoint,
        )  # fmt: skip


def markers_of(data: TrialData) -> tuple[str, ...]:
    """Markers that the data have over time: laboratory values and sums of diameters."""
    names = data.labs["parameter"].unique().sort().to_list() if data.labs.height else []
    scans = [name for name, (column, _) in TUMOUR.items() if column in data.tumour.columns]
    return (*names, *scans)


def marker_courses(data: TrialData, marker: str, *, endpoint: str = "OS") -> Courses:
    """The courses of one marker.

    Parameters
    ----------
    data
        A virtual trial or a user's data with visits.
    marker
        A name of `markers_of`; capitals don't matter.
    endpoint
        One of the endpoints that the data hold.

    Raises
    ------
    UsageError
        A marker or endpoint that the data do not have (with the near miss), or twins: a subject in two arms.
    InvalidInput
        Nobody has more than one measurement.
    """
    checked_name("endpoint", endpoint, data.endpoints)
    if data.holds_twins:
        raise UsageError(
            "monitoring needs subjects that stand in one arm\n  found:   twins, the same patients in several arms\n"
            "  fix:     use the trial of the run, result.trial"
        )
    name = _known(marker, markers_of(data))
    table, unit = _measurements(data, name)
    place = {label: at for at, label in enumerate(data.subjects["subject"].to_list())}
    table = table.filter(pl.col("subject").is_in(list(place)) & pl.col("value").is_finite())
    owner = np.array([place[label] for label in table["subject"].to_list()], dtype=np.int64)
    times = data.times(endpoint)
    times = times.only(1) if endpoint in COMPETING_DEATH else times.any_event()
    day = table["day"].to_numpy().astype(np.float64)
    order = np.lexsort((day, owner))
    order = order[day[order] <= times.time_days[owner[order]]]
    # Two values of one day: the later row of the table stands.
    same = np.append((np.diff(owner[order]) == 0) & (np.diff(day[order]) == 0), False)
    order = order[~same]
    if len(order) == 0 or np.bincount(owner[order]).max() < 2:
        raise InvalidInput(
            (
                Issue(
                    f"{name} is not measured over time",
                    found=f"{len(order)} measurements of {len(place)} subjects, none with two",
                    allowed="repeated measurements, a row a visit",
                    fix="name the columns of subject and visit, or choose another marker",
                    rule="visits",
                ),
            )
        )
    return Courses(
        name, unit, data.subjects["subject"].to_numpy(), times, owner[order], day[order],
        table["value"].to_numpy().astype(np.float64)[order],
        table["below_limit"].fill_null(False).to_numpy().astype(bool)[order], endpoint,
    )  # fmt: skip


def _known(marker: str, names: tuple[str, ...]) -> str:
    found = next((name for name in names if name.lower() == marker.lower()), None)
    if found is not None:
        return found
    if not names:
        raise UsageError(
            "the data have no marker over time\n  found:   one row a subject\n"
            "  allowed: a table with a row a visit\n  fix:     name the column of the visit's day with --visit"
        )
    meant = near_miss(marker, names)
    raise UsageError(
        f"there is no marker {marker!r} over time\n  allowed: {', '.join(names)}\n"
        f"  fix:     {f'did you mean {meant}?' if meant else 'choose one of these'}"
    )


def _measurements(data: TrialData, name: str) -> tuple[pl.DataFrame, str]:
    if name in TUMOUR and (not data.labs.height or name not in data.labs["parameter"].unique().to_list()):
        column, unit = TUMOUR[name]
        table = data.tumour.select("subject", "day", pl.col(column).alias("value"))
        return table.with_columns(below_limit=pl.lit(False)), unit
    table = data.labs.filter(pl.col("parameter") == name)
    return table, table["unit"][0] or ""
