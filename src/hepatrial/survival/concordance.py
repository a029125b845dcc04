"""Harrell's concordance of a risk score with survival, and its standard error, in O(n log^2 n)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.survival.checks import (
    as_numbers,
    checked_labels,
    checked_single_cause,
    checked_strata,
    invalid,
)
from hepatrial.survival.times import SurvivalTimes


@dataclass(frozen=True, slots=True)
class Concordance:
    """Share of comparable pairs in which the higher risk had the event first; ties in risk count one half.

    ``estimate`` and ``std_error``; ``concordant``, ``discordant`` and ``tied_risk`` count pairs.
    """

    estimate: float
    std_error: float
    concordant: int
    discordant: int
    tied_risk: int


def concordance(
    times: SurvivalTimes,
    risk: np.ndarray,
    strata: Sequence | np.ndarray | None = None,
    cluster: Sequence | np.ndarray | None = None,
) -> Concordance:
    """Concordance (C) of a risk score.

    Parameters
    ----------
    times
        n subjects, event codes 0 and 1.
    risk
        Shape (n,): the higher, the sooner the event is expected.
    strata
        Pairs are compared within strata alone.
    cluster
        Labels of dependent subjects; the standard error then sums over clusters.

    Notes
    -----
    A pair is comparable if the one with the shorter time had the event; a subject censored at the time of an
    event outlived it. Assumes independent subjects (or clusters) and censoring that does not depend on the score.
    The standard error is the infinitesimal jackknife, as in R's ``concordance``.

    When not to use: to compare scores over different follow-up, since C depends on the censoring; as a
    measure of calibration. The rank of survival within a trial says nothing of the treatment's effect.

    References
    ----------
    Harrell et al. 1982, 10.1001/jama.1982.03320430047030; Therneau & Watson, vignette "Concordance" of R's
    survival.
    """
    time, event = checked_single_cause(times, need_events=True)
    stratum = checked_strata(strata, len(time))
    scores = as_numbers(risk, "risk", "give the score as a number")
    if scores.shape != time.shape or not np.isfinite(scores).all():
        raise invalid(
            "risk: one finite number a subject is needed",
            f"shape {scores.shape}",
            f"shape {time.shape}, no NaN",
            "drop subjects without a risk score",
        )
    higher, lower, equal = _pairs(time, event.astype(bool), scores, stratum)
    pairs = (higher.sum() + lower.sum() + equal.sum()) / 2
    if pairs == 0:
        raise invalid(
            "times: no comparable pair",
            "0 pairs",
            "an event that another subject outlived",
            "use fewer strata",
        )
    estimate = (higher.sum() + equal.sum() / 2) / 2 / pairs
    influence = (higher + equal / 2 - estimate * (higher + lower + equal)) / pairs
    if cluster is not None:
        influence = np.bincount(checked_labels(cluster, len(time), "cluster")[1], weights=influence)
    counts = (int(side.sum() / 2) for side in (higher, lower, equal))
    return Concordance(float(estimate), float(np.sqrt(np.sum(influence**2))), *counts)


def _pairs(
    time: np.ndarray, event: np.ndarray, risk: np.ndarray, stratum: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Concordant, discordant and tied-risk pairs that each subject is part of, each of shape (n,).

    Two ranks differ first in one bit; the pairs that part at a bit are counted by sorted search, bit by bit.
    """
    n = len(time)
    order = np.lexsort((~event, time, stratum))
    differs = np.zeros(n, dtype=bool)
    for key in (stratum, time, event):
        differs[1:] |= key[order][1:] != key[order][:-1]
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.cumsum(differs)
    risk_rank = np.unique(risk, return_inverse=True)[1].astype(np.int64)
    levels = int(risk_rank.max()) + 1
    counts = np.zeros((3, n), dtype=np.float64)
    for bit in range(int(rank.max()).bit_length()):
        block = np.unique((stratum << 40) + (rank >> (bit + 1)), return_inverse=True)[1].astype(np.int64)
        early = np.flatnonzero(event & ((rank >> bit) & 1 == 0))
        late = np.flatnonzero((rank >> bit) & 1 == 1)
        _count_sides(counts, early, late, block, risk_rank, levels, early_side=True)
        _count_sides(counts, late, early, block, risk_rank, levels, early_side=False)
    return counts[0], counts[1], counts[2]


def _count_sides(
    counts: np.ndarray,
    mine: np.ndarray,
    others: np.ndarray,
    block: np.ndarray,
    risk_rank: np.ndarray,
    levels: int,
    *,
    early_side: bool,
) -> None:
    """Add, for each subject of ``mine``, the ``others`` of its block with lower, higher and equal risk."""
    keys = np.sort(block[others] * levels + risk_rank[others])
    own = block[mine] * levels + risk_rank[mine]
    start, end = (np.searchsorted(keys, (block[mine] + step) * levels) for step in (0, 1))
    below, not_above = np.searchsorted(keys, own, side="left"), np.searchsorted(keys, own, side="right")
    lower, higher = below - start, end - not_above
    counts[0, mine] += lower if early_side else higher
    counts[1, mine] += higher if early_side else lower
    counts[2, mine] += not_above - below
