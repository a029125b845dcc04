"""The record of a published trial: confirmed numbers with where each was read.

One file a trial in ``data/trials``; the registry of all trials grows by adding files. ``use`` says what a
trial may be used for: *calibration* (parameters are fitted to it), *validation* (never fitted, always
reported) or *evidence*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

import yaml

from hepatrial.errors import InvalidInput, Issue, Location, UsageError, near_miss

Use = Literal["calibration", "validation", "evidence"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Published numbers that the summary of a run has no key for.

    Attributes
    ----------
    of
        An arm, a comparison ("sorafenib v placebo") or "trial".
    values
        By quantity; the unit stands in its name.
    subgroup
        Empty for all patients.
    source, note
        The page or key where it was read, and what a reader should know of that source.
    """

    of: str
    values: dict[str, float]
    source: str
    subgroup: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PublishedTrial:
    """One published trial; arms and comparisons are rows with the keys of ``summary.json``."""

    name: str
    registration: str
    use: Use
    source: str
    read_in: dict[str, str]
    arms: tuple[dict[str, Any], ...]
    comparisons: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    not_shown: tuple[str, ...]

    def finding(self, of: str, quantity: str, subgroup: str = "") -> float | None:
        """The published value of a quantity, or None where none was confirmed."""
        for row in self.findings:
            if row.of == of and row.subgroup == subgroup and quantity in row.values:
                return row.values[quantity]
        return None


@cache
def trial_names() -> tuple[str, ...]:
    """Names of the records that ship."""
    folder = resources.files("hepatrial.evidence").joinpath("data", "trials")
    return tuple(
        sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))
    )


@cache
def load_trial(name: str) -> PublishedTrial:
    """The record of that name.

    Raises
    ------
    UsageError
        If no record has that name; the message names the nearest one.
    """
    if name not in trial_names():
        meant = near_miss(name, trial_names())
        fix = f"did you mean {meant}?" if meant else f"choose one of {', '.join(trial_names())}"
        raise UsageError(f"no published trial is called {name}\n  fix:     {fix}")
    file = resources.files("hepatrial.evidence").joinpath("data", "trials", f"{name}.yaml")
    return trial_of(yaml.safe_load(file.read_text(encoding="utf-8")), f"{name}.yaml")


def trial_of(content: dict[str, Any], file: str) -> PublishedTrial:
    """A record from the content of its file.

    Raises
    ------
    InvalidInput
        Lists every problem: an interval that does not hold its estimate, an arm that is not there, an
        unknown use.
    """
    trial = PublishedTrial(
        name=content["name"],
        registration=content["registration"],
        use=content["use"],
        source=content["source"],
        read_in=dict(content["read_in"]),
        arms=tuple(content["arms"]),
        comparisons=tuple(content["comparisons"]),
        findings=tuple(Finding(**row) for row in content["findings"]),
        notes=tuple(content["notes"]),
        not_shown=tuple(content["not_shown"]),
    )
    issues = tuple(
        Issue(what=what, where=Location(file), found=found, allowed=allowed, rule="published-record-is-sound")
        for what, found, allowed in _problems(trial)
    )
    if issues:
        raise InvalidInput(issues)
    return trial


def _problems(trial: PublishedTrial) -> Iterator[tuple[str, str, str]]:
    if trial.use not in get_args(Use):
        yield "the record's use is unknown", str(trial.use), ", ".join(get_args(Use))
    arms = tuple(row["arm"] for row in trial.arms)
    for row in trial.comparisons:
        for role in ("arm", "control"):
            if row[role] not in arms:
                yield f"a comparison names an arm that is not there ({role})", row[role], ", ".join(arms)
        yield from _interval(f"{row['endpoint']} hazard ratio", row.get("hr"), row.get("ci"))
    pairs = tuple(f"{row['arm']} v {row['control']}" for row in trial.comparisons)
    for finding in trial.findings:
        if finding.of not in ("trial", *arms, *pairs):
            allowed = ", ".join(("trial", *arms, *dict.fromkeys(pairs)))
            yield "a finding is of something that is not there", finding.of, allowed
    for row in trial.arms:
        for key in ("os_median", "ttp_median", "pfs_median"):
            yield from _interval(f"{row['arm']}: {key}", row.get(f"{key}_months"), row.get(f"{key}_ci"))


def _interval(what: str, estimate: float | None, ci: list[float] | None) -> Iterator[tuple[str, str, str]]:
    if ci is not None and (estimate is None or not ci[0] <= estimate <= ci[1]):
        yield (
            f"{what}: the interval does not hold its estimate",
            f"{estimate} ({ci[0]} to {ci[1]})",
            "low <= it <= high",
        )
