"""Embolisation as it was given: sessions of each subject, and why it ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.trialdata import TrialData


@dataclass(frozen=True, slots=True)
class SessionsGiven:
    """Sessions of one arm.

    Attributes
    ----------
    n
        Subjects.
    counts
        Subjects by the number of sessions up to the cut, from 0.
    mean
        Sessions a subject.
    days_between
        Median time from one session of a subject to the next; None without any.
    untreatable
        Subjects by the reason why the tumour could not be embolised any more, the most frequent first.
    """

    arm: str
    n: int
    counts: tuple[int, ...]
    mean: float
    days_between: float | None
    untreatable: dict[str, int]

    def share_percent(self, low: int, high: int | None = None) -> float:
        """Share of subjects with ``low`` to ``high`` sessions; without ``high``, with ``low`` or more."""
        hits = self.counts[low:] if high is None else self.counts[low : high + 1]
        return 100.0 * sum(hits) / self.n if self.n else float("nan")


def sessions_given(trial: TrialData, arm: str) -> SessionsGiven | None:
    """Sessions of an arm; None where the trial has no embolisation."""
    if not trial.sessions.columns:
        return None
    own = trial.subjects.filter(pl.col("arm") == arm)
    sessions = trial.sessions.filter(pl.col("subject").is_in(own["subject"].implode()))
    by_subject = sessions["subject"].value_counts()["count"].to_numpy()
    counts = np.bincount(by_subject, minlength=1)
    counts[0] = own.height - len(by_subject)
    gaps = (
        sessions.sort("subject", "session")
        .select((pl.col("day") - pl.col("day").shift().over("subject")).alias("gap"))["gap"]
        .drop_nulls()
    )
    return SessionsGiven(
        arm=arm,
        n=own.height,
        counts=tuple(counts.tolist()),
        mean=sessions.height / own.height if own.height else 0.0,
        days_between=float(gaps.median()) if len(gaps) else None,
        untreatable=_reasons(own),
    )


def _reasons(own: pl.DataFrame) -> dict[str, int]:
    if "ttup_event" not in own.columns:
        return {}
    found = (
        own.filter(pl.col("ttup_event") == 1)["ttup_reason"]
        .str.strip_prefix("untreatable: ")
        .value_counts()
        .sort("count", "ttup_reason", descending=[True, False])
    )
    return dict(zip(found["ttup_reason"].to_list(), found["count"].to_list(), strict=True))
