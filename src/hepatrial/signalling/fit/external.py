"""The network against another experiment on the same cells: DREAM4's, whose values are scaled to 0-1.

Its scale is not ours, so the check is of order: Spearman's rank correlation between predicted and published values over
the conditions after 30 minutes, for the readouts that both have. Conditions with TNF alpha are predicted as if it did
nothing here, which it does to AKT.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.signalling.fit.free_parameters import READOUTS, FreeParameters
from hepatrial.signalling.fit.midas import MidasTable
from hepatrial.signalling.fit.prediction import log_signals

CUES = {
    "igf1": "IGF1",
    "il1a": "IL1a",
    "tgfa": "TGFa",
    "ikki": "IKKi",
    "mek12i": "MEKi",
    "pi3ki": "PI3Ki",
    "p38i": "P38i",
}
SHARED = {"akt": "AKT", "erk12": "ERK", "mek12": "MEK"}
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class RankAgreement:
    """Rank correlation with a 95% bootstrap interval over conditions."""

    readout: str
    conditions: int
    correlation: float
    low: float
    high: float


def rank_agreement(
    theta: np.ndarray, free: FreeParameters, table: MidasTable, seed: int
) -> list[RankAgreement]:
    """Agreement by readout."""
    wells = table.at(np.flatnonzero(table.minutes > 0))
    ours = MidasTable(
        tuple(CUES.get(cue, cue) for cue in wells.cues),
        wells.given,
        wells.minutes,
        wells.readouts,
        wells.values,
    )
    predicted = log_signals(theta, free, ours)
    random = np.random.default_rng(seed)
    found = []
    for name, readout in SHARED.items():
        values = ours.values[:, ours.readouts.index(name)]
        measured = np.flatnonzero(np.isfinite(values))
        pair = np.column_stack([predicted[measured, READOUTS.index(readout)], values[measured]])
        drawn = [_spearman(pair[random.integers(0, len(pair), len(pair))]) for _ in range(RESAMPLES)]
        low, high = np.nanquantile(drawn, [0.025, 0.975])
        found.append(RankAgreement(readout, len(pair), _spearman(pair), float(low), float(high)))
    return found


def _spearman(pair: np.ndarray) -> float:
    from scipy.stats import rankdata

    ranks = rankdata(pair, axis=0)
    ranks = ranks - ranks.mean(axis=0)
    sizes = np.sqrt((ranks**2).sum(axis=0).prod())
    return float((ranks[:, 0] * ranks[:, 1]).sum() / sizes) if sizes > 0 else float("nan")
