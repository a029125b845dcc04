"""Covariates of a regression: checked, named, and put on one scale for the sake of the numerics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.errors import InvalidInput
from hepatrial.survival.checks import as_numbers, invalid, misuse

# Covariates whose spread is below this share of their size differ by rounding alone.
ROUNDING = 1e-14


@dataclass(frozen=True, slots=True)
class Standardised:
    """Covariates with mean 0 in every stratum and standard deviation 1 about those means.

    ``x`` (n, p) = (given - mean of the stratum) / ``scale``; a coefficient on the given scale is the one
    found here / ``scale``.
    """

    x: np.ndarray
    scale: np.ndarray
    names: tuple[str, ...]


def standardised(
    covariates: np.ndarray, names: Sequence[str], n: int, stratum: np.ndarray | None = None
) -> Standardised:
    """Check covariates and put them on one scale; refuses missing values and constant columns by name.

    ``stratum`` (n,) holds codes from 0. The mean of each stratum is taken out because it tells a stratified
    likelihood nothing, and would cost it digits where strata lie far apart.
    """
    values = as_numbers(
        covariates, "covariates", "code categories as 0 and 1, a column for each level but the first"
    )
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
    codes = np.zeros(n, dtype=np.int64) if stratum is None else stratum
    size = np.abs(values).max(axis=0)
    centred = _about_means(values / np.where(size > 0, size, 1.0), codes)
    spread = np.sqrt(np.mean(centred**2, axis=0))
    flat = spread < ROUNDING
    if flat.any():
        raise _constant(names[int(np.argmax(flat))], values[0, int(np.argmax(flat))], stratified=codes.any())
    return Standardised(centred / spread, spread * size, names)


def _about_means(values: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """Columns less their mean in each stratum; twice, since the first mean is itself rounded."""
    count = np.maximum(np.bincount(stratum), 1)
    for _ in range(2):
        sums = np.column_stack([np.bincount(stratum, weights=column) for column in values.T])
        values = values - (sums / count[:, None])[stratum]
    return values


def _constant(name: str, value: float, *, stratified: bool) -> InvalidInput:
    if stratified:
        return invalid(
            f"covariates: {name} is constant within every stratum",
            "no difference between subjects of one stratum",
            "a covariate that differs within a stratum",
            f"leave {name} out of the model, or do not stratify by it",
        )
    return invalid(
        f"covariates: {name} is constant",
        f"{value:g} for every subject",
        "a covariate with two or more values",
        f"leave {name} out of the model",
    )
