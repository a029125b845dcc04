"""The independent comparisons for an endpoint and a line: no patient twice, with a reason for every trial left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from hepatrial.errors import UsageError, near_miss
from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.intervals import standard_error_of_log_hr, standard_error_of_log_hr_from_p
from hepatrial.evidence.treatments import treatment_of
from hepatrial.evidence.trials import Endpoint, Line, PublishedTrial

RANDOMISED = "randomised"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The hazard ratio of two arms of a trial for one endpoint, all patients, as one report gives it.

    Attributes
    ----------
    study
        Key of the trial; reports of one trial share it.
    trial, name
        Key and name of the report.
    arm, control
        The arms compared; a ratio below 1 favours ``arm``.
    treatment, control_treatment
        What they were given, as trials are pooled.
    hr, ci, level_percent
        Hazard ratio, interval and its level; the interval is None where the error comes from the p value.
    p_logrank
        Two-sided p value; None where it was not confirmed.
    level_stated
        False where no source says the level and 95 was taken.
    source
        Key of the bibliography.
    """

    study: str
    trial: str
    name: str
    arm: str
    control: str
    treatment: str
    control_treatment: str
    endpoint: str
    hr: float
    ci: tuple[float, float] | None
    level_percent: float
    level_stated: bool
    p_logrank: float | None
    source: str

    @property
    def log_hr(self) -> float:
        """Natural logarithm of the hazard ratio."""
        return math.log(self.hr)

    @property
    def log_hr_standard_error(self) -> float:
        """Standard error of ``log_hr``, from the interval and its level, or from the p value where there is none."""
        if self.ci is not None:
            return standard_error_of_log_hr(*self.ci, self.level_percent)
        assert self.p_logrank is not None  # without either there is no `Comparison`
        return standard_error_of_log_hr_from_p(self.hr, self.p_logrank)

    def reversed(self) -> Comparison:
        """The same of ``control`` to ``arm``."""
        return replace(
            self,
            arm=self.control,
            control=self.arm,
            treatment=self.control_treatment,
            control_treatment=self.treatment,
            hr=1 / self.hr,
            ci=None if self.ci is None else (1 / self.ci[1], 1 / self.ci[0]),
        )


@dataclass(frozen=True, slots=True)
class IndependentSet:
    """Comparisons whose patients differ, and why each other record is not among them."""

    endpoint: str
    line: str | None
    comparisons: tuple[Comparison, ...]
    left_out: Mapping[str, str]


def independent_comparisons(
    endpoint: str,
    line: str | None = None,
    *,
    treatment: str | None = None,
    control: str | None = None,
    from_p: bool = False,
    records: Collection | None = None,
) -> IndependentSet:
    """Confirmed hazard ratios of randomised trials for an endpoint, each trial by one report.

    Parameters
    ----------
    endpoint
        ``OS``, ``TTP``, ``PFS``, ``RFS``, ``TTR`` or ``TTUP``.
    line
        ``1L``, ``2L``, ``TACE`` and so on (`hepatrial.evidence.trials.Line`); all if left out.
    treatment, control
        Only comparisons of these, for example ``sorafenib`` and ``placebo``.
    from_p
        Whether to take also a ratio without a confirmed interval whose standard error follows from its p value.
    records
        The records to look at; `collection` if left out.

    Returns
    -------
    IndependentSet
        A trial with several arms gives several comparisons, which share its control arm.

    Raises
    ------
    UsageError
        If the endpoint or the line is not one that is known.

    Notes
    -----
    Of several reports of a trial, the latest (``supersedes``) that gives all comparisons of the earlier ones counts, so
    that the arms of a trial come from one analysis. Parts of a trial
    (subgroups) and pooled analyses of trials never count beside the trials themselves. Numbers that no source
    confirmed never count.
    """
    _require(endpoint, get_args(Endpoint), "endpoint")
    if line is not None:
        _require(line, get_args(Line), "line")
    known = collection() if records is None else records
    kept: list[Comparison] = []
    left_out: dict[str, str] = {}
    usable = {trial.key: _usable(trial, endpoint, known, from_p) for trial in known}
    for trial in known:
        reason = _reason(trial, endpoint, line, known, usable)
        if reason is None:
            wanted = [c for c in usable[trial.key] if _is_wanted(c, treatment, control)]
            kept += wanted
            if not wanted:
                reason = f"it compares other treatments: {_treatments(usable[trial.key])}"
        if reason is not None:
            left_out[trial.key] = reason
    return IndependentSet(endpoint, line, tuple(kept), left_out)


def study_of(trial: PublishedTrial, known: Collection) -> str:
    """Key of the trial that a report is of."""
    seen = {trial.key}
    while trial.part_of in known.trials and trial.part_of not in seen:
        trial = known.trials[trial.part_of]
        seen.add(trial.key)
    return trial.key


def treatment_in(trial: PublishedTrial, arm: str) -> str:
    """What an arm was given, as trials are pooled."""
    return treatment_of(trial.arm(arm).get("agents") or [arm])


def _usable(trial: PublishedTrial, endpoint: str, known: Collection, from_p: bool) -> tuple[Comparison, ...]:
    """The record's ratios for an endpoint that have a standard error."""
    return tuple(
        _comparison(trial, row, study_of(trial, known))
        for row in trial.comparisons
        if row["endpoint"] == endpoint
        and (row.get("ci") is not None or (from_p and row.get("p_logrank") is not None and row["hr"] != 1))
    )


def _comparison(trial: PublishedTrial, row: Mapping[str, Any], study: str) -> Comparison:
    ci = row.get("ci")
    return Comparison(
        study=study,
        trial=trial.key,
        name=trial.name,
        arm=row["arm"],
        control=row["control"],
        treatment=treatment_in(trial, row["arm"]),
        control_treatment=treatment_in(trial, row["control"]),
        endpoint=row["endpoint"],
        hr=row["hr"],
        ci=None if ci is None else (ci[0], ci[1]),
        level_percent=row.get("level", 95.0),
        level_stated=row.get("level_stated", True),
        p_logrank=row.get("p_logrank"),
        source=trial.source,
    )


def _reason(
    trial: PublishedTrial,
    endpoint: str,
    line: str | None,
    known: Collection,
    usable: Mapping[str, tuple[Comparison, ...]],
) -> str | None:
    """Why a record is not counted, or None."""
    if line is not None and line not in trial.lines:
        return f"its line is {'/'.join(trial.lines) or 'not stated'}"
    if trial.pooled_from:
        return f"it pools patients of {_named(trial.pooled_from, known)}"
    if trial.design != RANDOMISED:
        return f"it is not a randomised trial but a {trial.design}".replace(
            "a single-arm", "a single-arm trial"
        )
    if not usable[trial.key]:
        return _why_unusable(trial, endpoint)
    pairs = {key: {(one.arm, one.control) for one in rows} for key, rows in usable.items()}
    for earlier in _replaced_by(trial, known):
        if pairs[earlier] - pairs[trial.key]:
            return f"it gives fewer comparisons than {_named([earlier], known)}"
    for later in known:
        if trial.key in _replaced_by(later, known) and pairs[later.key] >= pairs[trial.key]:
            return f"replaced by the later report {later.name}"
    if trial.part_of and not _reports_whole_trial(trial, known):
        return f"its patients are part of {_named([trial.part_of], known)}"
    return None


def _named(keys: Iterable[str], known: Collection) -> str:
    """Trials by name; one that no record holds by its key."""
    names = known.names
    return ", ".join(names.get(key, key) for key in keys)


def _why_unusable(trial: PublishedTrial, endpoint: str) -> str:
    stem = f"{endpoint.lower()}_hr"
    if any(stem in row.values for row in trial.unconfirmed):
        return f"its {endpoint} hazard ratio is not confirmed"
    if any(row["endpoint"] == endpoint for row in trial.comparisons):
        limits = any(f"{stem}_low" in row.values for row in trial.unconfirmed)
        return f"its {endpoint} hazard ratio has no {'confirmed ' if limits else ''}interval"
    return f"it gives no {endpoint} hazard ratio"


def _replaced_by(later: PublishedTrial, known: Collection) -> set[str]:
    """All reports that a report replaces, directly or by way of others."""
    replaced: set[str] = set()
    name = later.supersedes
    while name is not None and name not in replaced and name in known.trials:
        replaced.add(name)
        name = known.trials[name].supersedes
    return replaced


def _reports_whole_trial(trial: PublishedTrial, known: Collection) -> bool:
    """Whether a record is another report of a whole trial (interim or update), not a subgroup of it."""
    return trial.supersedes is not None or any(trial.key in _replaced_by(other, known) for other in known)


def _is_wanted(comparison: Comparison, treatment: str | None, control: str | None) -> bool:
    return treatment in (None, comparison.treatment) and control in (None, comparison.control_treatment)


def _treatments(comparisons: Iterable[Comparison]) -> str:
    return "; ".join(f"{one.treatment} v {one.control_treatment}" for one in comparisons)


def _require(word: str, allowed: tuple[str, ...], kind: str) -> None:
    if word not in allowed:
        meant = near_miss(word, allowed)
        fix = f"did you mean {meant}?" if meant else "choose one of these"
        raise UsageError(f"no such {kind}: {word}\n  allowed: {', '.join(allowed)}\n  fix:     {fix}")
