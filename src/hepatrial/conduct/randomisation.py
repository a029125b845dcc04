"""Permuted blocks within strata."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def allocate(
    entry_day: np.ndarray,
    stratum: np.ndarray,
    ratio: Sequence[int],
    block_size: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Arm of each patient.

    Parameters
    ----------
    entry_day, stratum
        Shape (n,): patients are allocated in order of entry (ties in table order) within their stratum, which
        is a whole number from 0.
    ratio
        Patients an arm in each unit of allocation, in the order of the arms.
    block_size
        A multiple of the ratio's sum.
    generator
        The trial's own stream for allocation.

    Returns
    -------
    ndarray, shape (n,), int8: index of the arm.
    """
    n = len(entry_day)
    unit = np.repeat(np.arange(len(ratio), dtype=np.int8), ratio)
    block = np.tile(unit, block_size // len(unit))
    order = np.lexsort((np.arange(n), entry_day, stratum))
    grouped = stratum[order]
    first = np.searchsorted(grouped, grouped)  # where each stratum begins
    place = np.arange(n) - first
    blocks_before = np.zeros(int(stratum.max(initial=-1)) + 2, dtype=np.int64)
    sizes = np.bincount(stratum, minlength=len(blocks_before) - 1)
    blocks_before[1:] = np.cumsum(-(-sizes // block_size))
    permuted = generator.permuted(np.tile(block, (max(int(blocks_before[-1]), 1), 1)), axis=1)
    arm = np.empty(n, dtype=np.int8)
    arm[order] = permuted[blocks_before[grouped] + place // block_size, place % block_size]
    return arm


def strata_codes(columns: Sequence[np.ndarray]) -> np.ndarray:
    """A whole number from 0 for each combination of levels that occurs, shape (n,); all 0 without columns."""
    code = np.zeros(len(columns[0]) if columns else 0, dtype=np.int64)
    for column in columns:
        _, level = np.unique(column, return_inverse=True)
        code = code * (int(level.max(initial=0)) + 1) + level
    return np.unique(code, return_inverse=True)[1]
