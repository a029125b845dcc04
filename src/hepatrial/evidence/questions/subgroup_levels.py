"""Which printed subgroup is which common level: read from ``data/subgroup_levels.yaml``, with a reason for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from hepatrial.errors import UsageError, near_miss
from hepatrial.files.located_yaml import parse_shipped


@dataclass(frozen=True, slots=True)
class LevelRule:
    """Printed groups that are one level; several groups have no patient in common and together are the level."""

    factor: str
    groups: tuple[str, ...]
    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class WholeTrial:
    """A trial that only patients of one level could enter."""

    trial: str
    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class LevelCounts:
    """Where records say how many patients of a level there were.

    Attributes
    ----------
    patients, percent
        Quantities of baseline tables.
    beside
        Quantities that count patients who were randomised but are not among those of the record's arms.
    subgroups
        Names of subgroups whose ``n`` stands among the findings.
    """

    patients: tuple[str, ...] = ()
    percent: tuple[str, ...] = ()
    subgroups: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Factor:
    """What divides patients, into which levels, and which questions are asked of it.

    Attributes
    ----------
    key, name
        The word of a command line and the words of a table.
    levels
        In the order of tables.
    contrasts
        Pairs of levels without a patient in common; the ratio is that of the first's hazard ratio to the second's.
    nobody
        By level, trials that such patients could not enter.
    cuts
        Whether the two levels are all patients.
    further
        Asked on request only.
    """

    key: str
    name: str
    levels: tuple[str, ...]
    contrasts: tuple[tuple[str, str], ...]
    rules: tuple[LevelRule, ...]
    whole_trials: tuple[WholeTrial, ...]
    counts: Mapping[str, LevelCounts]
    nobody: Mapping[str, tuple[str, ...]]
    cuts: bool
    further: bool


@dataclass(frozen=True, slots=True)
class NotMapped:
    """Printed groups that are no common level; an empty ``group`` means all groups of the factor."""

    factor: str
    group: str
    reason: str


@dataclass(frozen=True, slots=True)
class DescribedArm:
    """An arm whose patients are of one level, in a report without a hazard ratio."""

    factor: str
    trial: str
    arm: str
    level: str


@dataclass(frozen=True, slots=True)
class SubgroupLevels:
    """All factors, what is not mapped and why, and arms that describe a level."""

    factors: tuple[Factor, ...]
    not_mapped: tuple[NotMapped, ...]
    descriptive: tuple[DescribedArm, ...]

    def reason(self, factor: str, group: str) -> str:
        """Why a printed group is no common level; it is said where nobody has decided."""
        for row in self.not_mapped:
            if row.factor == factor and row.group in ("", group):
                return row.reason
        return "nobody has decided which common level it is"


@cache
def subgroup_levels() -> SubgroupLevels:
    """The file that ships."""
    text = resources.files("hepatrial.evidence").joinpath("data", "subgroup_levels.yaml").read_text("utf-8")
    content = parse_shipped(text, "subgroup_levels.yaml")
    return SubgroupLevels(
        tuple(_factor(row) for row in content["factors"]),
        tuple(NotMapped(row["factor"], row.get("group", ""), row["reason"]) for row in content["not_mapped"]),
        tuple(DescribedArm(**row) for row in content["descriptive"]),
    )


def chosen_factors(names: Sequence[str]) -> tuple[Factor, ...]:
    """The factors of these keys; if none is named, all that are asked without request.

    Raises
    ------
    UsageError
        For a name that is no factor.
    """
    known = {factor.key: factor for factor in subgroup_levels().factors}
    for name in names:
        if name not in known:
            meant = near_miss(name, tuple(known))
            raise UsageError(
                f"no such factor: {name}\n  allowed: {', '.join(known)}\n"
                f"  fix:     {f'did you mean {meant}?' if meant else 'choose one of these'}"
            )
    if names:
        return tuple(known[name] for name in dict.fromkeys(names))
    return tuple(factor for factor in known.values() if not factor.further)


def _factor(row: Mapping[str, Any]) -> Factor:
    return Factor(
        key=row["key"],
        name=row["name"],
        levels=tuple(row["levels"]),
        contrasts=tuple((first, second) for first, second in row["contrasts"]),
        rules=tuple(
            LevelRule(
                rule["factor"],
                tuple(rule.get("groups") or [rule["group"]]),
                rule["level"],
                rule["reason"],
            )
            for rule in row["rules"]
        ),
        whole_trials=tuple(WholeTrial(**one) for one in row.get("whole_trials", ())),
        counts={
            level: LevelCounts(**{key: tuple(words) for key, words in where.items()})
            for level, where in row.get("counts", {}).items()
        },
        nobody={one["level"]: tuple(one["trials"]) for one in row.get("nobody", ())},
        cuts=row.get("cuts", False),
        further=row.get("further", False),
    )
