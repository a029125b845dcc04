"""What the matching adjusts for a published share: one small class a kind of number.

A table's file names them under ``matching``. `numbers` gives the table with the number set to a value; bounds are what
is tried.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from math import exp, log
from typing import Any, ClassVar

from scipy.special import ndtr, ndtri

from hepatrial.patients.limits import covariate_limits
from hepatrial.protocol.design import Baseline

STRONGEST = 0.9
"""Largest size of a correlation that is tried."""
FURTHEST = 4.0
"""Largest shift of liver function that is tried, in standard deviations."""
LIVER_NUMBERS = ("albumin_g_l", "bilirubin_umol_l", "inr")
LIVER_SIGNS = ("ascites", "encephalopathy")
DIGITS = 6


class MatchingRule(ABC):
    """A published share, and the number that is adjusted until the population has it."""

    target: str
    start: ClassVar[float] = 0.0
    shared: ClassVar[bool] = False
    """Whether the number holds for all tables."""

    @property
    @abstractmethod
    def bounds(self) -> tuple[float, float]:
        """Values between which the number is looked for."""

    @property
    def covariates(self) -> tuple[str, ...]:
        """Covariates whose entry in the table the number changes."""
        return ()

    @abstractmethod
    def numbers(self, table: Baseline, value: float) -> Baseline:
        """The table with the number set to a value."""


@dataclass(frozen=True, slots=True)
class Correlation(MatchingRule):
    """One correlation of the normal scores of these pairs, in this table alone."""

    target: str
    pairs: tuple[tuple[str, str], ...]

    @property
    def bounds(self) -> tuple[float, float]:
        return -STRONGEST, STRONGEST

    def numbers(self, table: Baseline, value: float) -> Baseline:
        own = tuple((*pair, value) for pair in self.pairs)
        return replace(table, correlations=(*table.correlations, *own))


@dataclass(frozen=True, slots=True)
class SharedCorrelation(Correlation):
    """The same, for every table that has none of its own."""

    shared: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class OtherLevels(MatchingRule):
    """The share of the levels beside one of a covariate, in fixed proportions of each other."""

    target: str
    category: str
    rest: str
    parts: dict[str, float]

    start: ClassVar[float] = 0.1

    @property
    def bounds(self) -> tuple[float, float]:
        return 0.0, 0.95

    @property
    def covariates(self) -> tuple[str, ...]:
        return (self.category,)

    def numbers(self, table: Baseline, value: float) -> Baseline:
        parts = {level: round(value * part, DIGITS) for level, part in self.parts.items()}
        shares = {self.rest: round(1.0 - sum(parts.values()), DIGITS), **parts}
        return replace(table, categories={**table.categories, self.category: shares})


@dataclass(frozen=True, slots=True)
class Median(MatchingRule):
    """The median of a log-normal covariate; the number is its logarithm."""

    target: str
    covariate: str

    start: ClassVar[float] = 4.0

    @property
    def bounds(self) -> tuple[float, float]:
        limits = covariate_limits()[self.covariate]
        return log(limits.lowest), log(limits.highest)

    @property
    def covariates(self) -> tuple[str, ...]:
        return (self.covariate,)

    def numbers(self, table: Baseline, value: float) -> Baseline:
        own = {**table.continuous[self.covariate], "median": round(exp(value), DIGITS)}
        return replace(table, continuous={**table.continuous, self.covariate: own})


@dataclass(frozen=True, slots=True)
class LiverFunction(MatchingRule):
    """One shift, in standard deviations, of all that makes up the Child-Pugh score, towards the worse.

    Albumin goes down, bilirubin and INR up by so many of their standard deviations, and as many of the normal scores
    behind ascites and encephalopathy cross into a worse level: a population with more of class B is ill in every
    component, not in ascites alone.
    """

    target: str

    @property
    def bounds(self) -> tuple[float, float]:
        return -1.0, FURTHEST

    @property
    def covariates(self) -> tuple[str, ...]:
        return (*LIVER_NUMBERS, *LIVER_SIGNS)

    def numbers(self, table: Baseline, value: float) -> Baseline:
        continuous, categories = dict(table.continuous), dict(table.categories)
        for name in LIVER_NUMBERS:
            continuous[name] = _worse(continuous[name], value)
        for name in LIVER_SIGNS:
            categories[name] = _shifted(categories[name], value)
        return replace(table, continuous=continuous, categories=categories)


def rule_of(row: dict[str, Any]) -> MatchingRule:
    """The rule that an entry under ``matching`` says; KeyError for one that says none."""
    target = row["target"]
    if "category" in row:
        return OtherLevels(target, row["category"], row["rest"], dict(row["parts"]))
    if "median" in row:
        return Median(target, row["median"])
    if "liver_function" in row:
        return LiverFunction(target)
    kind = SharedCorrelation if "shared_correlation" in row else Correlation
    pairs = row["shared_correlation"] if kind is SharedCorrelation else row["correlation"]
    return kind(target, tuple((first, second) for first, second in pairs))


def _worse(values: dict[str, float], shift: float) -> dict[str, float]:
    """A log-normal covariate (bilirubin, INR) moved up, or a normal one (albumin) moved down."""
    if "median" in values:
        return {**values, "median": round(values["median"] * exp(shift * values["log_sd"]), DIGITS)}
    return {**values, "mean": round(values["mean"] - shift * values["sd"], DIGITS)}


def _shifted(shares: dict[str, float], shift: float) -> dict[str, float]:
    """Shares of ordered levels, the best first, after all normal scores have moved by ``shift``."""
    levels, moved, better = list(shares), {}, 0.0
    below = 0.0
    for level in levels[:-1]:
        better += shares[level]
        reached = float(ndtr(ndtri(min(better, 1.0)) - shift))
        moved[level] = round(reached - below, DIGITS)
        below = reached
    moved[levels[-1]] = round(1.0 - sum(moved.values()), DIGITS)
    return moved
