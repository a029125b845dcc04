"""The piecewise-constant hazards of two arms that change least, subject to what is known of their curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.errors import RunFailed

# Pieces of the hazard between the start and the longest follow-up.
PIECES = 40
# A change of the hazard ratio costs as much as a change of the control hazard this many times larger: with nothing
# else known, hazards are proportional.
PROPORTIONAL = 4.0
MOST_STEPS = 200
# Largest change of a log hazard in one step, and the change and misfit at which the search ends.
LONGEST_STEP = 1.0
DONE = 1e-8
SAME_TWICE = 1e-13


@dataclass(frozen=True, slots=True)
class Points:
    """Known values of a cumulative hazard: shape (m,) days and values."""

    days: np.ndarray
    cumulative_hazard: np.ndarray


@dataclass(frozen=True, slots=True)
class Hazards:
    """Piecewise-constant hazards.

    Attributes
    ----------
    edges_days
        Shape (PIECES + 1,); the last piece goes on for ever.
    control, experimental
        Shape (PIECES,): events per patient-day.
    """

    edges_days: np.ndarray
    control: np.ndarray
    experimental: np.ndarray

    def cumulative(self, which: int) -> np.ndarray:
        """Cumulative hazard at the edges, shape (PIECES + 1,), of control (0) or the experimental arm (1)."""
        hazard = (self.control, self.experimental)[which]
        return np.append(0.0, np.cumsum(hazard * np.diff(self.edges_days)))

    def survival(self, which: int) -> np.ndarray:
        """Survival at the edges, shape (PIECES + 1,)."""
        return np.exp(-self.cumulative(which))

    def time_of(self, which: int, cumulative_hazard: np.ndarray) -> np.ndarray:
        """Days at which the cumulative hazard reaches the values given."""
        hazard, reached = (self.control, self.experimental)[which], self.cumulative(which)
        piece = np.clip(np.searchsorted(reached, cumulative_hazard, side="right") - 1, 0, PIECES - 1)
        return self.edges_days[piece] + (cumulative_hazard - reached[piece]) / hazard[piece]


def smoothest_hazards(
    control: Points,
    experimental: Points,
    log_hr: float | None,
    followed: np.ndarray,
    end_days: float,
    slope: float = 0.0,
) -> Hazards:
    """Hazards through the points whose logarithms change least.

    Parameters
    ----------
    control, experimental
        Either may be empty, but not both, and not one where ``log_hr`` is None.
    log_hr
        Mean log hazard ratio, None where not known. Pieces are weighted by their events times the product of the
        arms' shares of those at risk, the weights that the score of a Cox model gives them.
    followed
        Shape (2, PIECES): patients of control and experimental whose follow-up would reach the middle of each piece.
    slope
        Change of the log hazard of control, from the start to ``end_days``, that counts as no change at all: 0 for
        the best guess, other values for the range about it.

    Notes
    -----
    Minimises the sum of squared changes of the log hazard of control, and of the log hazard ratio with `PROPORTIONAL`
    times the weight, from piece to piece. With one median it gives an exponential curve, with one median and a hazard
    ratio proportional ones. Sequential quadratic programming: the points are made linear at each step, and the
    problem that is then quadratic is solved exactly.

    Raises
    ------
    RunFailed
        If no hazards that the search can find meet the points.
    """
    edges = np.linspace(0.0, end_days, PIECES + 1)
    points = _rows(edges, control), _rows(edges, experimental)
    wanted = control.cumulative_hazard, experimental.cumulative_hazard
    change = np.diff(np.eye(PIECES), axis=0)
    roughness = change.T @ change
    quadratic = np.block(
        [
            [roughness, np.zeros((PIECES, PIECES))],
            [np.zeros((PIECES, PIECES)), PROPORTIONAL * roughness],
        ]
    )
    pull = np.concatenate([change.T @ np.full(PIECES - 1, slope / PIECES), np.zeros(PIECES)])
    x = _start(edges, control, experimental, log_hr)
    for _ in range(MOST_STEPS):
        misfit, jacobian = _constraints(x, points, wanted, log_hr, followed, edges)
        step = _step(quadratic, pull, x, misfit, jacobian)
        largest = float(np.abs(step).max())
        x = x + step * min(1.0, LONGEST_STEP / max(largest, LONGEST_STEP))
        if max(largest, float(np.abs(misfit).max())) < DONE:
            break
    else:
        raise RunFailed(
            "no smooth hazards meet these numbers\n"
            "  allowed: medians, landmarks and a hazard ratio that one pair of curves can have\n"
            "  fix:     check that all are of one data cut, or leave the hazard ratio out"
        )
    log_control, log_ratio = x[:PIECES], x[PIECES:]
    return Hazards(edges, np.exp(log_control), np.exp(log_control + log_ratio))


def _rows(edges: np.ndarray, points: Points) -> np.ndarray:
    """Shape (m, PIECES): days of each piece before each point."""
    return np.clip(points.days[:, None] - edges[None, :-1], 0.0, np.diff(edges)[None, :])


def _start(edges: np.ndarray, control: Points, experimental: Points, log_hr: float | None) -> np.ndarray:
    """Constant hazards through the last point of each arm; of an arm without points, by the hazard ratio."""
    rate = [
        np.log(arm.cumulative_hazard[-1] / arm.days[-1]) if len(arm.days) else None
        for arm in (control, experimental)
    ]
    if rate[0] is None:
        assert rate[1] is not None
        assert log_hr is not None
        rate[0] = rate[1] - log_hr
    ratio = rate[1] - rate[0] if rate[1] is not None else log_hr
    assert ratio is not None
    return np.repeat([rate[0], ratio], PIECES)


def _constraints(
    x: np.ndarray,
    points: tuple[np.ndarray, np.ndarray],
    wanted: tuple[np.ndarray, np.ndarray],
    log_hr: float | None,
    followed: np.ndarray,
    edges: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """How far the known numbers are missed, and how that changes with the log hazards."""
    log_control, log_ratio = x[:PIECES], x[PIECES:]
    of_control = points[0] * np.exp(log_control)
    of_experimental = points[1] * np.exp(log_control + log_ratio)
    misfit = [of_control.sum(axis=1) - wanted[0], of_experimental.sum(axis=1) - wanted[1]]
    jacobian = [
        np.hstack([of_control, np.zeros_like(of_control)]),
        np.hstack([of_experimental, of_experimental]),
    ]
    if log_hr is not None:
        weight = _score_weight(edges, log_control, log_ratio, followed)
        misfit.append(np.array([weight @ log_ratio - log_hr]))
        jacobian.append(np.concatenate([np.zeros(PIECES), weight])[None, :])
    return np.concatenate(misfit), np.vstack(jacobian)


def _score_weight(
    edges: np.ndarray, log_control: np.ndarray, log_ratio: np.ndarray, followed: np.ndarray
) -> np.ndarray:
    """Weight of each piece in the mean log hazard ratio; sums to 1."""
    at_risk, events = [], np.zeros(PIECES)
    for log_hazard, patients in zip((log_control, log_control + log_ratio), followed, strict=True):
        survival = np.exp(-np.append(0.0, np.cumsum(np.exp(log_hazard) * np.diff(edges))))
        events -= patients * np.diff(survival)
        at_risk.append(patients * (survival[1:] + survival[:-1]) / 2)
    total = np.maximum(at_risk[0] + at_risk[1], np.finfo(float).tiny)
    weight = events * (at_risk[0] / total) * (at_risk[1] / total)
    return weight / weight.sum()


def _step(
    quadratic: np.ndarray, pull: np.ndarray, x: np.ndarray, misfit: np.ndarray, jacobian: np.ndarray
) -> np.ndarray:
    """To the least roughness among the log hazards that meet the points made linear at ``x``."""
    # The small diagonal lets a number be given twice (a landmark at the median).
    corner = -SAME_TWICE * np.eye(len(misfit))
    system = np.block([[quadratic, jacobian.T], [jacobian, corner]])
    right = np.concatenate([pull - quadratic @ x, -misfit])
    return np.linalg.solve(system, right)[: len(x)]
