"""The subjects of two arms side by side: what every comparison starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.analysis.arms import endpoint_times
from hepatrial.survival import SurvivalTimes
from hepatrial.trialdata import TrialData


@dataclass(frozen=True, slots=True)
class Pair:
    """Times of an arm and of control in one table.

    Attributes
    ----------
    times
        n subjects of both arms, with the endpoint's own event only.
    treated
        1 in the arm, 0 in control, shape (n,).
    strata, clusters
        Stratum of each subject, None where the comparison does not use it; patient, None unless the arms are twins.
    """

    arm: str
    control: str
    times: SurvivalTimes
    treated: np.ndarray
    strata: np.ndarray | None = None
    clusters: np.ndarray | None = None

    @property
    def events(self) -> tuple[int, int]:
        """Events in the arm and in control."""
        happened = self.times.event > 0
        return int(happened[self.treated == 1].sum()), int(happened[self.treated == 0].sum())


def pair(
    trial: TrialData,
    arm: str,
    control: str,
    endpoint: str,
    *,
    stratified: bool = False,
    causes: bool = False,
) -> Pair:
    """Put two arms side by side; ``causes`` keeps the codes of competing events."""
    rows = trial.subjects["arm"].is_in([arm, control]).to_numpy()
    subjects = trial.subjects.filter(pl.Series(rows))
    times = trial.times(endpoint) if causes else endpoint_times(trial, endpoint)
    return Pair(
        arm=arm,
        control=control,
        times=times.select(rows),
        treated=(subjects["arm"] == arm).to_numpy().astype(np.float64),
        strata=subjects["stratum"].to_numpy() if stratified else None,
        clusters=subjects["patient"].to_numpy() if trial.holds_twins else None,
    )
