"""How many patients of each level the trials held, as far as their records say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import study_of, treatment_in
from hepatrial.evidence.questions.level_effect import Pair
from hepatrial.evidence.questions.subgroup_levels import Factor, LevelCounts
from hepatrial.evidence.trials import WHOLE_TRIAL, Finding, PublishedTrial

ALL = 100.0


@dataclass(frozen=True, slots=True)
class PatientsSeen:
    """Patients of a level in randomised trials of a pair.

    Attributes
    ----------
    patients
        Of this level, rounded from percentages where only these were printed; None where no trial says.
    of
        All patients of the trials (or arms) that say.
    trials
        Keys of the reports that say.
    """

    level: str
    patients: int | None
    of: int
    trials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Count:
    trial: str
    study: str
    patients: float
    of: float


def patients_seen(
    factor: Factor, pair: Pair, trials: Sequence[str], known: Collection
) -> tuple[PatientsSeen, ...]:
    """Patients of each level, over randomised trials of a pair; each trial by the report that says most.

    Parameters
    ----------
    trials
        Keys of the trials (not of single reports) to look at.

    Notes
    -----
    In this order: counts printed of the level; sizes of printed subgroups; percentages of whole trials; percentages of
    arms, for these arms alone. Where all patients of a trial are of one level, the others hold nobody; of two levels
    that are all patients, the other holds the rest.
    """
    counts = [
        count
        for trial in known
        if study_of(trial, known) in trials and _compares(trial, pair)
        for count in _counts(factor, trial, pair, study_of(trial, known))
    ]
    return tuple(_seen(level, [count for lvl, count in counts if lvl == level]) for level in factor.levels)


def _seen(level: str, counts: Sequence[_Count]) -> PatientsSeen:
    best: dict[str, _Count] = {}
    for count in counts:
        if count.study not in best or count.of > best[count.study].of:
            best[count.study] = count
    if not best:
        return PatientsSeen(level, None, 0, ())
    return PatientsSeen(
        level,
        round(sum(count.patients for count in best.values())),
        round(sum(count.of for count in best.values())),
        tuple(sorted(count.trial for count in best.values())),
    )


def trial_size(trial: PublishedTrial, pair: Pair) -> int | None:
    """Patients of both arms, or those randomised where the arms' sizes are not confirmed."""
    sizes = [row.get("n") for row in trial.arms if treatment_in(trial, row["arm"]) in _both(pair)]
    if sizes and None not in sizes:
        return sum(sizes)
    found = trial.finding(WHOLE_TRIAL, "randomised")
    return None if found is None else int(found)


def _both(pair: Pair) -> tuple[str, str]:
    return pair.treatment, pair.control


def _compares(trial: PublishedTrial, pair: Pair) -> bool:
    given = {treatment_in(trial, row["arm"]) for row in trial.arms}
    return trial.design == "randomised" and set(_both(pair)) <= given and not trial.pooled_from


def _counts(factor: Factor, trial: PublishedTrial, pair: Pair, study: str) -> Iterator[tuple[str, _Count]]:
    found: dict[str, tuple[float, float]] = {}
    randomised = _randomised(factor, trial, pair)
    for level in factor.levels:
        where = factor.counts.get(level, LevelCounts())
        count = (
            _by_count(trial, pair, where, randomised)
            or _by_subgroup(factor, trial, pair, level)
            or _by_percent(trial, pair, where)
        )
        if count is None and randomised is not None and trial.key in factor.nobody.get(level, ()):
            count = (0.0, randomised)
        if count is not None:
            found[level] = count
    for level, (patients, of) in _completed(factor, found).items():
        yield level, _Count(trial.key, study, patients, of)


def _completed(factor: Factor, found: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """With the levels that follow: nobody beside a level that all patients are of, the rest of two."""
    full = next((of for patients, of in found.values() if patients == of), None)
    if full is not None:
        return {level: found.get(level, (0.0, full)) for level in factor.levels}
    if factor.cuts and len(found) == 1:
        (known, (patients, of)), *_ = found.items()
        other = next(level for level in factor.levels if level != known)
        return {**found, other: (of - patients, of)}
    return found


def _randomised(factor: Factor, trial: PublishedTrial, pair: Pair) -> float | None:
    """Patients of both arms and those beside them, whom the primary analysis left out."""
    size = trial_size(trial, pair)
    quantities = [quantity for where in factor.counts.values() for quantity in where.beside]
    beside = [trial.finding(WHOLE_TRIAL, quantity) for quantity in quantities]
    return None if size is None else size + sum(patients for patients in beside if patients is not None)


def _by_count(
    trial: PublishedTrial, pair: Pair, where: LevelCounts, randomised: float | None
) -> tuple[float, float] | None:
    size = trial_size(trial, pair)
    for quantity in (*where.patients, *where.beside):
        patients = trial.finding(WHOLE_TRIAL, quantity)
        if patients is not None and randomised is not None:
            return patients, randomised
    for subgroup in where.subgroups:
        parts = [trial.finding(row["arm"], "n", subgroup) for row in _arms(trial, pair)]
        if parts and None not in parts and size is not None:
            return sum(parts), size
    return None


def _by_subgroup(factor: Factor, trial: PublishedTrial, pair: Pair, level: str) -> tuple[float, float] | None:
    """From the size that was printed with the subgroup's hazard ratio, by arm or in all."""
    size = trial_size(trial, pair)
    printed = {
        (row.factor, row.group): sum(float(part) for part in re.findall(r"\d+", row.n))
        for row in reversed(trial.subgroups)
        if row.n and {treatment_in(trial, row.arm), treatment_in(trial, row.control)} == set(_both(pair))
    }
    for rule in factor.rules:
        parts = [printed.get((rule.factor, group)) for group in rule.groups]
        if rule.level == level and None not in parts and size is not None:
            return sum(part for part in parts if part is not None), size
    return None


def _by_percent(trial: PublishedTrial, pair: Pair, where: LevelCounts) -> tuple[float, float] | None:
    for quantity in where.percent:
        size, share = trial_size(trial, pair), trial.finding(WHOLE_TRIAL, quantity)
        if size is not None and share is not None:
            return size * share / ALL, size
        told = [
            (row["n"], share)
            for row in _arms(trial, pair)
            if row.get("n") is not None
            and (share := _of_arm(trial.baseline, row["arm"], quantity)) is not None
        ]
        if told:
            return sum(n * share / ALL for n, share in told), sum(n for n, _ in told)
    return None


def _arms(trial: PublishedTrial, pair: Pair) -> list[dict]:
    return [row for row in trial.arms if treatment_in(trial, row["arm"]) in _both(pair)]


def _of_arm(rows: Iterable[Finding], arm: str, quantity: str) -> float | None:
    return next(
        (
            row.values[quantity]
            for row in rows
            if row.of == arm and not row.subgroup and quantity in row.values
        ),
        None,
    )
