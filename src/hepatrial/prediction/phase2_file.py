"""Reading a file of phase 2 results: all problems at once, each with its line, or trials with their observations."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from scipy.special import expit, logit, ndtri

from hepatrial.calibration.early_protocols import early_content
from hepatrial.calibration.observed import ObservedTrial
from hepatrial.calibration.observing import observation
from hepatrial.calibration.published_numbers import Row
from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.evidence.trials import Landmark, PublishedTrial
from hepatrial.files.document import Document, KeyPath, YamlError, shown
from hepatrial.files.located_yaml import parse
from hepatrial.files.text_file import read_text
from hepatrial.prediction.phase2_rules import LANDMARKS, broken_rules, is_ratio
from hepatrial.prediction.phase2_schema import Phase2File, Phase2TrialSection, ResultSection
from hepatrial.protocol.file_problems import issues_of
from hepatrial.protocol.loading import check_text
from hepatrial.protocol.own_agents import Texts, in_folder

KIND = "a file of phase 2 results"
GENERATED = {
    "population.baseline": ("baseline",),
    "population.eligibility": ("eligibility",),
    "visits.scan": ("scan",),
    "visits.clinic": ("clinic",),
    "visits": ("scan",),
    "response": ("scan",),
    "accrual": ("accrual",),
    "data_cut": ("cut",),
    "horizon": ("horizon",),
    "randomisation": ("ratio",),
    "name": ("name",),
}
"""Where the keys of the protocol that is made of a trial come from, the innermost first."""


@dataclass(frozen=True, slots=True)
class Phase2:
    """Phase 2 results of a user.

    Attributes
    ----------
    file
        As the user named it.
    trials
        Each with its protocol and its observations.
    results
        By name of the trial, in the order of its observations: what the file says.
    sources
        By name of the trial.
    """

    file: str
    trials: tuple[ObservedTrial, ...]
    results: dict[str, tuple[ResultSection, ...]]
    sources: dict[str, str]


def read_phase2(path: Path) -> Phase2:
    """Read a file of phase 2 results.

    Raises
    ------
    InvalidInput
        With every problem of the file, each with its line.
    """
    try:
        text = read_text(path, KIND)
    except YamlError as problem:
        raise InvalidInput((problem.issue,)) from problem
    return read_phase2_text(text, str(path), in_folder(path.parent))


def read_phase2_text(text: str, file: str, agent_texts: Texts) -> Phase2:
    """The same from YAML text; ``agent_texts`` reads the agents' files that it names. Raises `InvalidInput`."""
    try:
        document = parse(text, file)
    except YamlError as problem:
        raise InvalidInput((problem.issue,)) from problem
    if not isinstance(document.data, dict) or not document.data:
        raise InvalidInput((_not_results(document),))
    try:
        content = Phase2File.model_validate(document.data)
    except ValidationError as error:
        issues = [*document.issues, *issues_of(error, document, Phase2File, KIND)]
        raise InvalidInput(_in_file_order(issues)) from error
    issues = [*document.issues, *broken_rules(content, document)]
    if issues:
        raise InvalidInput(_in_file_order(issues))
    trials = tuple(_trial(each, place, document, agent_texts) for place, each in enumerate(content.trials))
    return Phase2(
        file,
        trials,
        {trial.name: tuple(trial.results) for trial in content.trials},
        {trial.name: trial.source for trial in content.trials},
    )


def _not_results(document: Document) -> Issue:
    return Issue(
        "the file is empty" if not document.data else f"this is not {KIND}",
        Location(document.file, 1),
        found=shown(document.data or None),
        allowed="keys with values, as docs/prediction.md describes",
        fix="start from examples/phase2-to-phase3/phase2.yaml",
        rule="not-phase-2-results",
    )


def _in_file_order(issues: list[Issue]) -> tuple[Issue, ...]:
    return tuple(sorted(issues, key=lambda issue: (issue.where.line or 0, issue.where.column or 0)))


def _trial(section: Phase2TrialSection, place: int, document: Document, agent_texts: Texts) -> ObservedTrial:
    path: KeyPath = ("trials", place)
    raw: Any = document.get(path)
    defaults = {
        name: field.default
        for name, field in Phase2TrialSection.model_fields.items()
        if name not in raw and not field.is_required()
    }
    made = early_content(
        section.name,
        f"{section.name}, phase 2",
        {**defaults, **raw},
        {arm["name"]: arm["agents"] for arm in raw["arms"]},
        sum(arm.n for arm in section.arms),
    )
    checked = check_text(yaml.safe_dump(made, sort_keys=False), document.file, agent_texts)
    if checked.protocol is None:
        raise InvalidInput(_in_file_order([_in_the_file(i, path, document) for i in checked.errors]))
    rows = (
        Row(
            section.name,
            {
                "arm": each.arm,
                "control": each.control,
                "quantity": each.quantity,
                "criteria": section.criteria,
            }
            | ({} if each.months is None else {"months": each.months}),
            document.locate((*path, "results", number)),
            _record(section, each),
        )
        for number, each in enumerate(section.results)
    )
    return ObservedTrial(
        section.name, "early", checked.protocol, tuple(observation(row, "early") for row in rows)
    )


def _in_the_file(issue: Issue, trial: KeyPath, document: Document) -> Issue:
    """An issue of the protocol that was made of a trial, where the user wrote what it is about."""
    key = (issue.where.key if issue.where else None) or ""
    if issue.where is not None and issue.where.file != document.file:  # an agent's own file
        return issue
    if key.startswith("arms"):
        return replace(issue, where=document.locate((*trial, *_steps(key))))
    origin = next((path for start, path in GENERATED.items() if key.startswith(start)), ())
    return replace(issue, where=document.locate((*trial, *origin)))


def _steps(key: str) -> Iterator[str | int]:
    """``arms[0].agents[1].dose`` as ``"arms", 0, "agents", 1, "dose"``."""
    for part in key.replace("]", "").split("."):
        name, *numbers = part.split("[")
        yield name
        yield from map(int, numbers)


def _record(trial: Phase2TrialSection, result: ResultSection) -> PublishedTrial:
    """A record of this one result, as the calibration's rules read it."""
    sizes = {arm.name: arm.n for arm in trial.arms}
    arms = [{"arm": name, "n": n} for name, n in sizes.items()]
    comparisons, landmarks = [], []
    interval = None if result.interval is None else tuple(_at_95_percent(result))
    endpoint = result.quantity.split("_")[0].upper()
    if is_ratio(result.quantity):
        found = {"arm": result.arm, "control": result.control, "endpoint": endpoint, "hr": result.value}
        comparisons.append(found | ({} if interval is None else {"ci": list(interval), "level": 95.0}))
    elif result.quantity in LANDMARKS:
        assert result.months is not None, "the rules demand it"
        landmarks.append(
            Landmark(result.arm, endpoint, result.months, result.value, trial.source, ci=interval)
        )
    own = next(arm for arm in arms if arm["arm"] == result.arm)
    own |= {"n": result.n or own["n"], result.quantity: result.value}
    if interval is not None:
        own |= {result.quantity.replace("_months", "_ci"): list(interval)}
    return PublishedTrial(
        name=trial.name, registration="", use="evidence", source=trial.source, read_in={}, arms=tuple(arms),
        comparisons=tuple(comparisons), findings=(), notes=(), not_shown=(), landmarks=tuple(landmarks),
        key=trial.name,
    )  # fmt: skip


def _at_95_percent(result: ResultSection) -> Iterator[float]:
    """The interval as one of 95 %, on the logit of a share or the log of anything else."""
    assert result.interval is not None, "asked for results that have one"
    wider = 1.959963984540054 / float(ndtri(0.5 + result.level / 200.0))
    for limit in result.interval:
        if result.quantity in LANDMARKS:
            centre = logit(result.value / 100.0)
            yield 100.0 * float(expit(centre + (logit(limit / 100.0) - centre) * wider))
        else:
            yield result.value * math.exp(math.log(limit / result.value) * wider)
