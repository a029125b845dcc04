"""Early trials that the fit may see: the rule of the cut-off, and which rows they give."""

from __future__ import annotations

from functools import cache

from hepatrial.calibration.data_files import DataFile, data_file
from hepatrial.calibration.early_protocols import early_protocol
from hepatrial.calibration.observation import Observation
from hepatrial.calibration.observing import observation
from hepatrial.calibration.published_numbers import Row
from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.collection import shipped
from hepatrial.evidence.published import use_of
from hepatrial.evidence.trials import PublishedTrial
from hepatrial.protocol.design import Protocol

FILE = "early_arms.yaml"
KNOWN_TO_ALL = "sorafenib"
"""The control of these trials: what is known of it comes from its own phase 3 trials."""


@cache
def early_arms() -> tuple[tuple[str, Protocol, tuple[Observation, ...]], ...]:
    """Key, protocol and observations of each early trial that counts.

    Raises
    ------
    InvalidInput
        An entry is not allowed by the cut-off, says what no protocol may, or names a number that is not confirmed.
    """
    file = data_file(FILE)
    return tuple(_early_arm(key, file) for key in file.content["early"])


def _early_arm(key: str, file: DataFile) -> tuple[str, Protocol, tuple[Observation, ...]]:
    trial = allowed_early_arm(key, file)
    entry = file.content["early"][key]
    criteria = entry.get("criteria", file.content["defaults"]["criteria"])
    rows = tuple(
        Row(key, {"criteria": criteria, **row}, file.locate(("early", key, "used", place)))
        for place, row in enumerate(entry["used"])
    )
    return key, early_protocol(key, trial, file), tuple(observation(row, "early") for row in rows)


def allowed_early_arm(key: str, file: DataFile) -> PublishedTrial:
    """The record of an entry, if the cut-off lets it count.

    Raises
    ------
    InvalidInput
        It comes from a validation trial, or was public no earlier than the year in which the agent's phase 3 reported.
    """
    trial, entry = shipped()[key], file.content["early"][key]
    if use_of(key) == "validation":
        raise _refused(key, file, "a validation trial is never fitted to", "use: validation", "evidence")
    agents = {agent["agent"] for arm in entry["arms"].values() if isinstance(arm, list) for agent in arm}
    later = entry.get("phase_3")
    awaited = [
        name for name in file.content["first_reported"] if name.split(",")[0] in agents - {KNOWN_TO_ALL}
    ]
    if later is None and awaited:
        raise _refused(
            key,
            file,
            "its agent has a phase 3 trial here, which is not named",
            "no phase_3",
            ", ".join(awaited),
        )
    if later is not None:
        first = shipped()[file.content["first_reported"][later]]
        public = public_year(trial, first.key)
        if first.year is None or public >= first.year:
            raise _refused(
                key,
                file,
                f"public no earlier than {first.name} reported",
                str(public),
                f"a year before {first.year}",
            )
    return trial


def public_year(trial: PublishedTrial, phase_3: str) -> int:
    """Year by which an early result was public: of its link to the phase 3 trial, else of its article."""
    for link in trial.phase_3:
        if link.trial == phase_3:
            return int(link.public_by[:4])
    # Of an early trial without a date, nothing says that it came before.
    return 9999 if trial.year is None else trial.year


def _refused(key: str, file: DataFile, what: str, found: str, allowed: str) -> InvalidInput:
    where = file.locate(("early", key))
    return InvalidInput(
        (Issue(f"{key}: {what}", where, found, allowed, "move it to left_out, with the reason", "cut-off"),)
    )
