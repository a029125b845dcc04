"""From arrays (visits, n) to a table with one row a visit that took place."""

from __future__ import annotations

import numpy as np
import polars as pl


def long_table(taken: np.ndarray, **columns: np.ndarray) -> pl.DataFrame:
    """Rows of ``columns`` where ``taken`` is true, visit by visit; all arrays have shape (visits, n)."""
    return pl.DataFrame({name: np.ascontiguousarray(values[taken]) for name, values in columns.items()})


def by_visit(subject: np.ndarray, visits: int) -> np.ndarray:
    """Subjects' numbers (n,) repeated for every visit, shape (visits, n)."""
    return np.tile(subject, (visits, 1))
