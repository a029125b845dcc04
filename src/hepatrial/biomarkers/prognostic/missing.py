"""What is missing: by marker, by pattern, and what complete cases would have said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.prognostic.max_statistics import two_sided
from hepatrial.biomarkers.prognostic.outcome import event_times
from hepatrial.biomarkers.prognostic.screen import fit_each

MOST_PATTERNS = 12


@dataclass(frozen=True, slots=True)
class MissingPattern:
    """Patients who lack the same columns: their number, events among them, and the columns."""

    n: int
    events: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missingness:
    """Patterns of missing values, the commonest first.

    Attributes
    ----------
    patterns
        At most `MOST_PATTERNS`; ``further`` patients have others.
    complete
        Patients with every marker and covariate.
    hr_of_block
        By name of a marker with missing values: hazard ratio of the event for lacking it against having it, with
        limits and p-value; far from 1, those who lack it are not like the others.
    """

    patterns: tuple[MissingPattern, ...]
    further: int
    complete: int
    hr_of_block: dict[str, tuple[float, float, float, float]]


def missingness(frame: MarkerFrame) -> Missingness:
    """Describe the missing values of markers and covariates."""
    columns = np.column_stack([frame.markers, frame.adjust])
    names = (*frame.marker_names, *frame.adjust_names)
    lacking = ~np.isfinite(columns)
    event = np.asarray(event_times(frame).event)
    kinds, which, counts = np.unique(lacking, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    patterns = tuple(
        MissingPattern(
            int(counts[kind]),
            int(event[which.ravel() == kind].sum()),
            tuple(name for name, gone in zip(names, kinds[kind], strict=True) if gone),
        )
        for kind in order[:MOST_PATTERNS]
    )
    return Missingness(
        patterns,
        int(counts[order[MOST_PATTERNS:]].sum()),
        int((~lacking).all(axis=1).sum()),
        _hr_of_lacking(frame),
    )


def _hr_of_lacking(frame: MarkerFrame) -> dict[str, tuple[float, float, float, float]]:
    from hepatrial.biomarkers.prognostic import screen_kernel as kernel

    lacking = ~np.isfinite(frame.markers)
    some = np.flatnonzero(lacking.any(axis=0) & ~lacking.all(axis=0))
    blocks, first = np.unique(lacking[:, some], axis=1, return_inverse=True)
    if not some.size:
        return {}
    rows = fit_each(event_times(frame), blocks.astype(np.float64), np.empty((len(frame), 0)), frame.arm)
    found = {}
    for column, block in zip(some, first.ravel(), strict=True):
        beta, se = rows[block, kernel.BETA], rows[block, kernel.SE]
        if np.isfinite(se):
            limits = np.exp([beta, beta - 1.959963984540054 * se, beta + 1.959963984540054 * se])
            found[frame.marker_names[column]] = (*map(float, limits), two_sided(beta / se))
    return found
