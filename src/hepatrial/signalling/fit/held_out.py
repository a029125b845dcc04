"""Error on whole conditions that a model did not see, beside its rivals on the same folds.

A condition is a set of cues; all its wells leave together. Errors are of the log signal, root mean square over wells
and readouts. Intervals are by bootstrap over conditions, of each model and of its difference from the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from hepatrial.signalling.fit.midas import MidasTable

FOLDS = 11
RESAMPLES = 2000

Model = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(wells seen, wells asked) to predicted log signals (asked, readouts)."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Wells to fit and wells to predict."""

    seen: np.ndarray
    asked: np.ndarray


@dataclass(frozen=True, slots=True)
class HeldOutError:
    """Root mean square error with a 95% interval, its excess over the network's, and by readout."""

    rmse: float
    low: float
    high: float
    excess_low: float
    excess_high: float
    by_readout: tuple[float, ...]


def conditions(table: MidasTable) -> np.ndarray:
    """Number of each well's condition."""
    return np.unique(table.given, axis=0, return_inverse=True)[1].reshape(-1)


def schemes(table: MidasTable, seed: int) -> dict[str, list[Fold]]:
    """What is held out, by name: folds of conditions, every pair of cues, all combinations at once."""
    wells, condition = np.arange(len(table.given)), conditions(table)
    order = np.random.default_rng(seed).permutation(condition.max() + 1)
    by_fold = [np.isin(condition, order[fold::FOLDS]) for fold in range(FOLDS)]
    pairs = [
        table.given[:, first] * table.given[:, second] > 0
        for first, second in combinations(range(len(table.cues)), 2)
    ]
    inhibitors = [place for place, cue in enumerate(table.cues) if cue.endswith("i")]
    named = {
        f"{FOLDS} folds of conditions": by_fold,
        "each pair of cues": [pair for pair in pairs if pair.any()],
        "all pairs of inhibitors at once": [table.given[:, inhibitors].sum(axis=1) >= 2],
        "all combinations, from single cues": [table.given.sum(axis=1) >= 2],
    }
    return {name: [Fold(wells[~out], wells[out]) for out in masks] for name, masks in named.items()}


def held_out_errors(
    folds: Sequence[Fold], observed: np.ndarray, condition: np.ndarray, models: Mapping[str, Model], seed: int
) -> dict[str, HeldOutError]:
    """Errors of each model; the first is the one that the others are compared with."""
    squares = {name: _mean_squares(folds, observed, model) for name, model in models.items()}
    asked = np.unique(np.concatenate([fold.asked for fold in folds]))
    known = np.unique(condition[asked])
    picks = np.random.default_rng(seed).integers(0, len(known), (RESAMPLES, len(known)))

    def resampled(square: np.ndarray) -> np.ndarray:
        own = [square[asked][condition[asked] == one] for one in known]
        sums, counts = np.array([part.sum() for part in own]), np.array([part.size for part in own])
        return np.sqrt(sums[picks].sum(axis=1) / counts[picks].sum(axis=1))

    first = resampled(next(iter(squares.values())))
    found = {}
    for name, square in squares.items():
        drawn = resampled(square)
        low, high = np.quantile(drawn, [0.025, 0.975])
        less, more = np.quantile(drawn - first, [0.025, 0.975])
        by_readout = tuple(map(float, np.sqrt(square[asked].mean(axis=0))))
        rmse = float(np.sqrt(square[asked].mean()))
        found[name] = HeldOutError(rmse, float(low), float(high), float(less), float(more), by_readout)
    return found


def repeat_sd(table: MidasTable, observed: np.ndarray) -> np.ndarray:
    """Spread of wells with the same cues and time, by readout: the error that no model can go below."""
    group = np.unique(np.column_stack([table.given, table.minutes]), axis=0, return_inverse=True)[1].reshape(
        -1
    )
    squares, freedom = np.zeros(observed.shape[1]), 0
    for one in np.unique(group):
        own = observed[group == one]
        squares += ((own - own.mean(axis=0)) ** 2).sum(axis=0)
        freedom += len(own) - 1
    return np.sqrt(squares / freedom)


def _mean_squares(folds: Sequence[Fold], observed: np.ndarray, model: Model) -> np.ndarray:
    """Squared error of each well and readout, averaged over the folds that ask for it; NaN where none does."""
    total, times = np.zeros_like(observed), np.zeros(len(observed))
    for fold in folds:
        total[fold.asked] += (model(fold.seen, fold.asked) - observed[fold.asked]) ** 2
        times[fold.asked] += 1
    return np.where(times[:, None] > 0, total / np.maximum(times, 1)[:, None], np.nan)
