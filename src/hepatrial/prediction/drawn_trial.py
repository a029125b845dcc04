"""A trial under draws of the parameters: true hazard ratios and curves; no published outcome is read.

True effects are those of all virtual patients, each of whom is under every arm, cut and analysed as the protocol plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hepatrial.calibration.reading import TrialReading, read_trial
from hepatrial.conduct.endpoints import observe, observed_endpoints
from hepatrial.disease.parameters import Parameters, prior_parameters
from hepatrial.prediction.curves import Curve
from hepatrial.protocol.design import Protocol
from hepatrial.simulation.blocks import Work
from hepatrial.units import DAYS_PER_MONTH

CURVES = ("OS", "TTP", "PFS", "TTUP")
OS_STEP_DAYS = DAYS_PER_MONTH / 4.0
FEWEST_EVENTS = 0.5
"""Expected events of an arm below which its share of the error stays as with so many."""

Effect = tuple[str, str]
"""An arm that is not control, and an endpoint."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Parameters of one draw, and the seed of the virtual patients who meet it."""

    parameters: Parameters
    seed: int


@dataclass(frozen=True, slots=True)
class DrawnTrial:
    """One trial under all draws.

    Attributes
    ----------
    log_hr
        True log hazard ratio against control by arm and endpoint, shape (draws,).
    sampling_sd
        Standard error of its estimate in a trial of the protocol's size, by the same keys, shape (draws,).
    curves
        By arm and endpoint.
    """

    log_hr: dict[Effect, np.ndarray]
    sampling_sd: dict[Effect, np.ndarray]
    curves: dict[tuple[str, str], Curve]

    def part(self, draws: slice) -> DrawnTrial:
        """Some of the draws."""
        return DrawnTrial(
            {name: values[draws] for name, values in self.log_hr.items()},
            {name: values[draws] for name, values in self.sampling_sd.items()},
            {name: replace(curve, free=curve.free[draws]) for name, curve in self.curves.items()},
        )


def work_under_draws(protocol: Protocol, seed: int, patients: int) -> Work:
    """A trial's work with patients spread evenly, whose parameters each draw replaces."""
    return Work(protocol, prior_parameters(), seed, "float32", balanced_over=patients)


def drawn_trial(work: Work, cells: Iterable[Cell], patients: int) -> DrawnTrial:
    """Simulate all twins under each draw.

    Parameters
    ----------
    work
        Of `work_under_draws`.
    """
    grids = _grids(work.protocol)
    effects: list[dict[Effect, tuple[float, float]]] = []
    curves: dict[tuple[str, str], list[np.ndarray]] = {}
    for cell in cells:
        reading = read_trial(replace(work, parameters=cell.parameters, seed=cell.seed), patients)
        effects.append(_effects(reading))
        for arm in work.protocol.arms:
            for endpoint, days in grids.items():
                curves.setdefault((arm.name, endpoint), []).append(_free(reading, arm.name, endpoint, days))
    names = effects[0].keys()
    return DrawnTrial(
        {name: np.array([found[name][0] for found in effects]) for name in names},
        {name: np.array([found[name][1] for found in effects]) for name in names},
        {name: Curve(grids[name[1]], np.stack(rows), name[1] != "OS") for name, rows in curves.items()},
    )


def joined(parts: Sequence[DrawnTrial]) -> DrawnTrial:
    """Draws one after another."""
    first = parts[0]
    return DrawnTrial(
        {name: np.concatenate([part.log_hr[name] for part in parts]) for name in first.log_hr},
        {name: np.concatenate([part.sampling_sd[name] for part in parts]) for name in first.sampling_sd},
        {
            name: replace(curve, free=np.concatenate([part.curves[name].free for part in parts]))
            for name, curve in first.curves.items()
        },
    )


def _effects(reading: TrialReading) -> dict[Effect, tuple[float, float]]:
    protocol, endpoints = reading.protocol, observed_endpoints(reading.protocol)
    events = {arm.name: _expected_events(reading, arm.name, endpoints) for arm in protocol.arms}
    return {
        (arm, endpoint): (
            reading.log_hazard_ratio(endpoint, arm),
            float(np.sqrt(1.0 / events[arm][endpoint] + 1.0 / events[control][endpoint])),
        )
        for arm, control in protocol.comparisons
        for endpoint in endpoints
    }


def _expected_events(reading: TrialReading, arm: str, endpoints: Sequence[str]) -> dict[str, float]:
    """Events by the data cut in a trial of the protocol's size.

    The variance of a log hazard ratio near 0 is 1 / events in one arm + 1 / events in the other (Schoenfeld 1981,
    10.1093/biomet/68.1.316).
    """
    protocol, seen = reading.protocol, reading.end_days >= 0.0
    ratio = dict(zip((each.name for each in protocol.arms), protocol.randomisation.ratio, strict=True))
    patients = protocol.size * ratio[arm] / sum(ratio.values())
    observed = observe(
        reading.outcomes[arm].take(np.flatnonzero(seen)),
        reading.end_days[seen],
        protocol.visits.scan_interval_days,
    )
    shares = {name: observed.times(name)[1].sum() / len(seen) for name in endpoints}
    return {name: max(float(share) * patients, FEWEST_EVENTS) for name, share in shares.items()}


def _grids(protocol: Protocol) -> dict[str, np.ndarray]:
    """Days at which each curve is read: OS every quarter of a month, the others at scans."""
    every, last = protocol.visits.scan_interval_days, protocol.horizon_days
    scans = np.arange(0.0, last + 1e-9, every)
    observed = observed_endpoints(protocol)
    return {
        endpoint: np.arange(0.0, last, OS_STEP_DAYS) if endpoint == "OS" else scans
        for endpoint in CURVES
        if endpoint in observed
    }


def _free(reading: TrialReading, arm: str, endpoint: str, days: np.ndarray) -> np.ndarray:
    """The curve at these days, the first of which is 0."""
    later = [
        reading.survival(arm, day) if endpoint == "OS" else reading.event_free(endpoint, arm, day)
        for day in days[1:]
    ]
    return np.array([1.0, *later])
