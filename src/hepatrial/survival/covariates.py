"""Covariates of a regression: checked, named, and put on one scale for the sake of the numerics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.survival.checks import invalid, misuse


@dataclass(frozen=True, slots=True)
class Standardised:
    """Covariates with mean 0 and standard deviation 1.

    ``x`` (n, p) = (given - mean) / ``scale``; a coefficient on the given scale is the one found here / ``scale``.
    """

    x: np.ndarray
    scale: np.ndarray
    names: tuple[str, ...]


def standardised(covariates: np.ndarray, names: Sequence[str], n: int) -> Standardised:
    """Check covariates and put them on one scale; refuses missing values and constant columns by name."""
    values = np.asarray(covariates, dtype=np.float64)
    values = values[:, None] if values.ndim == 1 else values
    names = (names,) if isinstance(names, str) else tuple(names)
    if values.ndim != 2 or values.shape[0] != n:
        raise invalid(
            "covariates: one row a subject is needed",
            f"shape {values.shape}",
            f"({n}, p)",
            "give a row for each time, a column for each covariate",
        )
    if len(names) != values.shape[1] or len(set(names)) != len(names) or not names:
        raise misuse(
            "names: each covariate needs a name of its own",
            f"{names} for {values.shape[1]} columns",
            f"{values.shape[1]} different names",
            "give names in the order of the columns",
        )
    missing = ~np.isfinite(values)
    if missing.any():
        name = names[int(np.argmax(missing.any(axis=0)))]
        raise invalid(
            f"covariates: {name} has missing values",
            f"{int(missing.any(axis=1).sum())} rows with NaN or infinity",
            "finite numbers",
            "drop these subjects or impute before the fit",
        )
    flat = np.ptp(values, axis=0) == 0
    if flat.any():
        name = names[int(np.argmax(flat))]
        raise invalid(
            f"covariates: {name} is constant",
            f"{values[0, int(np.argmax(flat))]:g} for every subject",
            "a covariate with two or more values",
            f"leave {name} out of the model",
        )
    scale = values.std(axis=0)
    return Standardised((values - values.mean(axis=0)) / scale, scale, names)
