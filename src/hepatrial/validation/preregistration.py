"""What was fixed before the held-out trials were scored: trials, constants, rivals, rules; read from one file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.collection import shipped
from hepatrial.evidence.published import use_of
from hepatrial.files.document import Document, KeyPath
from hepatrial.files.located_yaml import parse
from hepatrial.protocol.bundled_protocols import protocol_names
from hepatrial.protocol.loading import load

FILE = "preregistration.yaml"
FITTED = "fitted"
Use = Literal["fitted", "held out"]
TEXTS = ("disclosure", "model_choice", "phase_2_cut_off", "scored_once")
"""Rules that are words alone."""


@dataclass(frozen=True, slots=True)
class NotScored:
    """A comparison that is shown and not scored, and why."""

    trial: str
    endpoint: str
    why: str


@dataclass(frozen=True, slots=True)
class Preregistration:
    """Contents of the file.

    Attributes
    ----------
    hash
        SHA-256 of the file's text.
    groups
        Bundled protocols by group; those of "fitted" are the calibration trials, all others are held out.
    medians_only
        Trials without a hazard ratio, by use.
    progression_endpoints
        Of a trial, the first that can be scored enters the scores of progression.
    between_trial_log_hr_sd
        Of the true log hazard ratio.
    largest_error_ratio, fewest_decimals
        When a standard error that follows from a p value counts; see `standard_error`.
    rivals
        Rule of each in words, by name.
    """

    hash: str
    date: str
    texts: Mapping[str, str]
    groups: Mapping[str, tuple[str, ...]]
    medians_only: Mapping[str, tuple[str, ...]]
    summary_of: str
    progression_endpoints: tuple[str, ...]
    not_scored: tuple[NotScored, ...]
    between_trial_log_hr_sd: float
    between_trial_source: str
    largest_error_ratio: float
    fewest_decimals: int
    intervals_percent: tuple[int, ...]
    scores: Mapping[str, str]
    rivals: Mapping[str, str]
    antiangiogenic: frozenset[str]

    @property
    def trials(self) -> tuple[str, ...]:
        """All trials, those with a hazard ratio first."""
        lists = (*self.groups.values(), *self.medians_only.values())
        return tuple(name for names in lists for name in names)

    @property
    def compared(self) -> tuple[str, ...]:
        """Trials with a hazard ratio."""
        return tuple(name for names in self.groups.values() for name in names)

    def group_of(self, trial: str) -> str:
        """The group that a trial is scored in; raises KeyError for one that has none."""
        for group, names in self.groups.items():
            if trial in names:
                return group
        raise KeyError(trial)

    def use_of(self, trial: str) -> Use:
        """Whether the calibration saw the trial's outcomes."""
        fitted = (*self.groups[FITTED], *self.medians_only[FITTED])
        return "fitted" if trial in fitted else "held out"


@cache
def preregistration() -> Preregistration:
    """The file that ships.

    Raises
    ------
    InvalidInput
        It names a trial that is not bundled, or as fitted one that the registry holds out, or rivals of other names
        than the code has, or a constant out of range.
    """
    file = resources.files("hepatrial.validation").joinpath("data", FILE)
    return read_preregistration(file.read_text(encoding="utf-8"))


def read_preregistration(text: str) -> Preregistration:
    """The contents of such a file, checked; see `preregistration`."""
    document = parse(text, FILE)
    content = document.data
    assert isinstance(content, dict), FILE
    issues = tuple(_issues(document, content))
    if issues:
        raise InvalidInput(issues)
    errors, between = content["standard_errors"], content["between_trial_log_hr_sd"]
    return Preregistration(
        hash=hashlib.sha256(text.encode()).hexdigest(),
        date=str(content["date"]),
        texts={name: content[name].strip() for name in TEXTS},
        groups=_lists(content["groups"]),
        medians_only=_lists(content["medians_only"]),
        summary_of=content["summary_of"],
        progression_endpoints=tuple(content["progression_endpoints"]),
        not_scored=tuple(NotScored(**row) for row in content["not_scored"]),
        between_trial_log_hr_sd=float(between["value"]),
        between_trial_source=between["source"].strip(),
        largest_error_ratio=float(errors["largest_ratio"]),
        fewest_decimals=int(errors["fewest_decimals"]),
        intervals_percent=tuple(content["intervals_percent"]),
        scores={name: str(rule).strip() for name, rule in content["scores"].items()},
        rivals={name: rule.strip() for name, rule in content["rivals"].items()},
        antiangiogenic=frozenset(content["antiangiogenic"]),
    )


def _lists(content: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(names) for name, names in content.items()}


def _issues(document: Document, content: Mapping[str, Any]) -> Iterator[Issue]:
    from hepatrial.validation.rivals import RIVALS

    for part in ("groups", "medians_only"):
        for group, names in content[part].items():
            for place, name in enumerate(names):
                yield from _about_trial(document, (part, group, place), name, fitted=group == FITTED)
    if set(content["rivals"]) != set(RIVALS):
        yield _issue(
            document, ("rivals",), "the rivals of this file are not those of the program",
            ", ".join(content["rivals"]), ", ".join(RIVALS), "give both the same names",
        )  # fmt: skip
    if content["summary_of"] not in content["groups"]:
        yield _issue(
            document, ("summary_of",), "no such group", str(content["summary_of"]), ", ".join(content["groups"]),
            "name a group of this file",
        )  # fmt: skip
    sd = content["between_trial_log_hr_sd"]["value"]
    if not 0.0 < sd < 1.0:
        yield _issue(
            document, ("between_trial_log_hr_sd", "value"), "a standard deviation out of range", f"{sd:g}",
            "above 0 and below 1", "give it on the log scale",
        )  # fmt: skip


def _about_trial(document: Document, path: KeyPath, name: str, *, fitted: bool) -> Iterator[Issue]:
    if name not in protocol_names():
        yield _issue(
            document, path, "no such bundled trial", name, ", ".join(protocol_names()), "correct the name"
        )
        return
    record = load(name).published
    use = None if record not in shipped() else use_of(record)
    if use != ("calibration" if fitted else "validation"):
        yield _issue(
            document, path, "the registry says another use of this trial", f"{name}, for {use}",
            "trials for calibration under fitted, trials for validation elsewhere", "move it, or take it out",
        )  # fmt: skip


def _issue(document: Document, path: KeyPath, what: str, found: str, allowed: str, fix: str) -> Issue:
    return Issue(what, document.locate(path), found, allowed, fix, "preregistration")
