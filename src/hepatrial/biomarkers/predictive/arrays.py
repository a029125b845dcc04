"""Two arms, markers and adjusting columns as plain checked arrays: what every method of this room reads."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hepatrial.survival.checks import checked_single_cause, invalid, misuse
from hepatrial.survival.times import SurvivalTimes


@dataclass(frozen=True, slots=True)
class TwoArms:
    """A randomised comparison with markers.

    Attributes
    ----------
    times
        n subjects, event codes 0 and 1.
    arm
        Shape (n,), int8: 0 control, 1 treated.
    markers
        Shape (n, m), float64, NaN where not measured.
    names
        The m names of the markers.
    adjust
        Shape (n, k), float64: coded prognostic covariates, NaN where not known; k may be 0.
    arms
        Names of control and treated arm.
    unit
        What a unit of a marker is: "sd", "iqr" or "unit".
    """

    times: SurvivalTimes
    arm: np.ndarray
    markers: np.ndarray
    names: tuple[str, ...]
    adjust: np.ndarray
    arms: tuple[str, str] = ("control", "treated")
    unit: str = "unit"

    @property
    def n(self) -> int:
        """Subjects."""
        return len(self.arm)

    @property
    def m(self) -> int:
        """Markers."""
        return self.markers.shape[1]

    def marker(self, name: str) -> np.ndarray:
        """Values (n,) of one marker."""
        if name not in self.names:
            raise misuse(
                "marker: no such marker", repr(name), ", ".join(self.names), "choose one of these names"
            )
        return self.markers[:, self.names.index(name)]

    def known(self, name: str) -> TwoArms:
        """The subjects whose value of one marker and adjusting columns are known, with that marker alone."""
        values = self.marker(name)
        rows = np.isfinite(values) & np.isfinite(self.adjust).all(axis=1)
        return replace(
            self,
            times=self.times.select(rows),
            arm=self.arm[rows],
            markers=values[rows, None],
            names=(name,),
            adjust=self.adjust[rows],
        )


def two_arms(
    times: SurvivalTimes,
    arm: np.ndarray | None,
    markers: np.ndarray,
    names: tuple[str, ...],
    *,
    adjust: np.ndarray | None = None,
    arms: tuple[str, str] = ("control", "treated"),
    unit: str = "unit",
) -> TwoArms:
    """Check what a predictive analysis is given.

    Raises
    ------
    InvalidInput
        No arm, one arm, arms other than 0 and 1, rows that do not match, or no events.
    """
    time, _ = checked_single_cause(times, need_events=True)
    n = len(time)
    if arm is None:
        raise invalid(
            "arm: a predictive analysis compares two arms",
            "no column of arms",
            "a control and a treated arm, at best randomised",
            "name the column of arms, or ask for the prognostic analysis alone",
        )
    values = np.asarray(arm)
    levels = np.unique(values)
    if values.shape != (n,) or levels.tolist() != [0, 1]:
        raise invalid(
            "arm: not two arms",
            f"shape {values.shape}, codes {', '.join(map(str, levels[:5].tolist()))}",
            f"shape ({n},), 0 for control and 1 for treated, both present",
            "select the rows of two arms",
        )
    matrix = np.asarray(markers, dtype=np.float64)
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if matrix.shape != (n, len(names)):
        raise invalid(
            "markers: one row a subject and one name a column are needed",
            f"shape {matrix.shape} and {len(names)} names",
            f"shape ({n}, m) and m names",
            "give markers in the order of the times",
        )
    columns = np.empty((n, 0)) if adjust is None else np.asarray(adjust, dtype=np.float64).reshape(n, -1)
    return TwoArms(times, values.astype(np.int8), matrix, tuple(names), columns, arms, unit)
