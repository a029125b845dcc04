"""How covariates depend on one another: correlations of the normal scores of a Gaussian copula."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources

import numpy as np

from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.files.located_yaml import parse_shipped
from hepatrial.patients.drawn import DRAWN
from hepatrial.patients.matched import matched_correlations

Pair = tuple[str, str, float]

FILE = "dependence.yaml"


@cache
def mixing(own: tuple[Pair, ...] = ()) -> np.ndarray:
    """Lower triangular matrix, shape (covariates, covariates), that makes independent scores correlated.

    ``own`` are the correlations that a baseline table has of its own; they take the place of those that tables share.
    """
    return mixing_matrix(in_place((*assumed_correlations(), *matched_correlations()), own), FILE)


def in_place(shared: Iterable[Pair], own: Iterable[Pair]) -> tuple[Pair, ...]:
    """The shared correlations with a table's own in the place of the same pairs."""
    own = tuple(own)
    theirs = {frozenset(pair[:2]) for pair in own}
    return (*(pair for pair in shared if frozenset(pair[:2]) not in theirs), *own)


def correlated(independent: np.ndarray, lower: np.ndarray | None = None) -> np.ndarray:
    """Correlated normal scores from independent ones.

    Parameters
    ----------
    independent
        Shape (n, covariates).
    lower
        What `mixing_matrix` returned; the product's own dependence if None.

    Returns
    -------
    ndarray, shape (covariates, n): a row a covariate, in the order of `DRAWN`.

    Notes
    -----
    Sums term by term, not by a matrix product: a product's last bits depend on how many rows it has, and a patient has
    to be the same, to the bit, in a block of any size.
    """
    lower = mixing() if lower is None else lower
    rows = np.zeros((len(DRAWN), len(independent)))
    for row, weights in zip(rows, lower, strict=True):
        for place in np.flatnonzero(weights):
            row += weights[place] * independent[:, place]
    return rows


@cache
def assumed_correlations() -> tuple[Pair, ...]:
    """The correlations that are assumed, from the data file."""
    text = resources.files("hepatrial.patients").joinpath("data", FILE).read_text(encoding="utf-8")
    return tuple(
        (first, second, float(value)) for first, second, value in parse_shipped(text, FILE)["correlations"]
    )


def mixing_matrix(correlations: Iterable[Pair], file: str) -> np.ndarray:
    """Cholesky factor of the correlation matrix of these pairs; pairs that are not named are independent.

    Raises
    ------
    InvalidInput
        If a pair names an unknown covariate, is given twice, lies outside -1 to 1, or if the pairs contradict
        one another (the matrix is not positive definite).
    """
    matrix, issues = np.eye(len(DRAWN)), []
    seen: set[frozenset[str]] = set()
    for first, second, value in correlations:
        problem = _problem(first, second, value, seen)
        if problem:
            issues.append(_issue(file, f"correlation of {first} and {second}: {problem}", f"{value:g}"))
            continue
        seen.add(frozenset((first, second)))
        i, j = DRAWN.index(first), DRAWN.index(second)
        matrix[i, j] = matrix[j, i] = value
    if not issues:
        values, vectors = np.linalg.eigh(matrix)
        if values[0] <= 0:
            issues.append(_contradiction(file, float(values[0]), vectors[:, 0]))
    if issues:
        raise InvalidInput(tuple(issues))
    return np.linalg.cholesky(matrix)


def _problem(first: str, second: str, value: float, seen: set[frozenset[str]]) -> str | None:
    unknown = [name for name in (first, second) if name not in DRAWN]
    if unknown:
        return f"no covariate {unknown[0]} is drawn"
    if first == second:
        return "a covariate does not correlate with itself"
    if frozenset((first, second)) in seen:
        return "given twice"
    return None if -1 < value < 1 else "outside -1 to 1"


def _contradiction(file: str, lowest: float, direction: np.ndarray) -> Issue:
    """Name the covariates that carry the impossible direction."""
    involved = [DRAWN[place] for place in np.argsort(-np.abs(direction)) if abs(direction[place]) > 0.2]
    return _issue(
        file,
        "the correlations contradict one another: no population can have them all",
        f"smallest eigenvalue {lowest:.3g}, carried by {', '.join(sorted(involved))}",
    )


def _issue(file: str, what: str, found: str) -> Issue:
    return Issue(
        rule="dependence-is-possible",
        what=what,
        where=Location(file),
        found=found,
        allowed="each pair of drawn covariates once, between -1 and 1; together a positive definite matrix",
        fix="move the correlations of these covariates nearer to 0, or correct the names",
    )
