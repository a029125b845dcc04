"""The truth that only a virtual trial has: each patient's gain, beside what trials of these patients would see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hepatrial.analysis.benefit_curve import spline_basis
from hepatrial.biomarkers.frame import Per, Transform, marker_frame
from hepatrial.biomarkers.predictive.arrays import TwoArms
from hepatrial.biomarkers.predictive.curve_basis import KNOT_SHARES
from hepatrial.simulation.streams import Streams
from hepatrial.survival.checks import misuse
from hepatrial.survival.times import SurvivalTimes

if TYPE_CHECKING:
    from hepatrial.virtual_trial import VirtualTrial


@dataclass(frozen=True, slots=True)
class TwinTruth:
    """N patients who exist under both arms.

    Attributes
    ----------
    gain_days
        Shape (N,): days lived within ``at_days`` under the treated arm less those under control. True, and with the
        patient's own chance in it, which no marker knows.
    expected_days
        Shape (N,): the mean gain of patients with these markers (additive splines over all N): the best that any
        method could predict from them.
    observed
        What a trial would see of each patient under control and treated.
    markers, names
        Shape (N, m).
    """

    arms: tuple[str, str]
    at_days: float
    gain_days: np.ndarray
    expected_days: np.ndarray
    observed: tuple[SurvivalTimes, SurvivalTimes]
    markers: np.ndarray
    names: tuple[str, ...]

    def trial(self, size: int, seed: int, *, treated_share: float = 0.5) -> tuple[TwoArms, np.ndarray]:
        """One randomised trial of ``size`` of the patients, and the patients that are left (indices)."""
        if not 0 < size < len(self.gain_days):
            raise misuse(
                "size: no such trial",
                f"{size} of {len(self.gain_days)} virtual patients",
                f"1 to {len(self.gain_days) - 1}, so that some are left to predict",
                "simulate more virtual patients",
            )
        generator = Streams(seed).generator("replicate of twins")
        chosen = generator.permutation(len(self.gain_days))
        taken, left = chosen[:size], chosen[size:]
        arm = np.zeros(size, dtype=np.int8)
        arm[: round(size * treated_share)] = 1
        control, treated = self.observed
        days = np.where(arm == 1, treated.time_days[taken], control.time_days[taken])
        event = np.where(arm == 1, treated.event[taken], control.event[taken])
        return (
            TwoArms(
                SurvivalTimes(days, event),
                arm,
                self.markers[taken],
                self.names,
                np.empty((size, 0)),
                self.arms,
            ),
            left,
        )


def twin_truth(
    result: VirtualTrial,
    markers: Sequence[str],
    at_days: float,
    *,
    arm: str | None = None,
    transform: Transform = "none",
    per: Per = "sd",
) -> TwinTruth:
    """The twins of a virtual trial, with baseline columns as markers.

    Parameters
    ----------
    arm
        Treated arm; the first comparison's if left out.
    at_days
        Horizon of the gain, within the follow-up of the trial.

    Notes
    -----
    When not to use: as what a trial can show. Which of two twins lives longer is chance in part; sensitivity and
    specificity against a patient's own gain are bounded by it, and ``expected_days`` says by how much.
    """
    names = tuple(one.name for one in result.protocol.arms)
    if arm is None:
        arm = result.protocol.comparisons[0][0]
    if arm not in names or arm == result.protocol.control:
        raise misuse(
            "arm: no such treated arm", repr(arm), ", ".join(names), "name an arm other than the control"
        )
    frame = marker_frame(result.population, endpoint="OS", markers=markers, transform=transform, per=per)
    place = frame.arms.index(arm)
    rows = [np.flatnonzero(frame.arm == code) for code in (0, place)]
    patient = result.population.subjects["patient"].to_numpy()
    order = [side[np.argsort(patient[side], kind="stable")] for side in rows]
    deaths = [result.outcomes[names.index(one)].death for one in (result.protocol.control, arm)]
    # Outcomes stand in the order of the population's patients.
    ranked = np.argsort(patient[rows[0]], kind="stable")
    lived = [np.minimum(days, at_days)[ranked] for days in deaths]
    gain = lived[1] - lived[0]
    values = frame.markers[order[0]]
    known = np.isfinite(values).all(axis=1)
    times = frame.times.any_event()
    return truth_of(
        gain[known],
        tuple(times.select(side[known]) for side in order),
        values[known],
        frame.marker_names,
        at_days,
        arms=(result.protocol.control, arm),
    )


def truth_of(
    gain_days: np.ndarray,
    observed: tuple[SurvivalTimes, ...],
    markers: np.ndarray,
    names: tuple[str, ...],
    at_days: float,
    *,
    arms: tuple[str, str] = ("control", "treated"),
) -> TwinTruth:
    """The same from arrays: gains (N,), times under control and treated, and markers (N, m)."""
    columns = [np.ones(len(gain_days))]
    for values in markers.T:
        knots = np.unique(np.quantile(values, KNOT_SHARES[5]))
        columns += list(spline_basis(values, knots)[:, 1:].T) if len(knots) > 2 else [values]
    design = np.column_stack(columns)
    expected = design @ np.linalg.lstsq(design, gain_days, rcond=None)[0]
    return TwinTruth(
        arms, float(at_days), gain_days, expected, (observed[0], observed[1]), markers, tuple(names)
    )
