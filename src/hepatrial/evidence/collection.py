"""All records: those that ship, and the user's own from a folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from hepatrial.errors import InvalidInput, UsageError, near_miss
from hepatrial.evidence.record_building import record_of
from hepatrial.evidence.record_check import CheckedRecord, check_text
from hepatrial.evidence.rules import Neighbour
from hepatrial.evidence.trials import PublishedTrial
from hepatrial.files.document import YamlError
from hepatrial.files.located_yaml import parse, parse_shipped
from hepatrial.files.text_file import read_text

SUFFIXES = (".yaml", ".yml")
KIND = "a record"
ENVIRONMENT = "HEPATRIAL_RECORDS"
DEFAULT_FOLDER = Path("~/.hepatrial/records")
"""Used if it is there, and neither a folder nor the environment variable is given."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Records by key, in alphabetical order, with the warnings of the user's own."""

    trials: Mapping[str, PublishedTrial]
    own_folder: Path | None = None

    def __getitem__(self, name: str) -> PublishedTrial:
        """The record of that key, name or further name, whatever its case."""
        if name in self.trials:
            return self.trials[name]
        wanted = name.casefold()
        for trial in self.trials.values():
            if wanted in (word.casefold() for word in (trial.key, trial.name, *trial.also)):
                return trial
        meant = near_miss(name, tuple(self.trials))
        fix = f"did you mean {meant}?" if meant else "see `hepatrial evidence list`"
        raise UsageError(f"no published trial is called {name}\n  fix:     {fix}")

    @property
    def names(self) -> dict[str, str]:
        """Names of the records by key."""
        return {key: trial.name for key, trial in self.trials.items()}

    @property
    def own_files(self) -> tuple[Path, ...]:
        """The files of the user's own records."""
        return tuple(Path(trial.file) for trial in self.trials.values() if trial.own)

    def __iter__(self):
        """The records."""
        return iter(self.trials.values())

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.trials)


@cache
def trial_names() -> tuple[str, ...]:
    """Keys of the records that ship."""
    return tuple(
        sorted(
            entry.name.removesuffix(".yaml") for entry in _folder().iterdir() if entry.name.endswith(".yaml")
        )
    )


@cache
def shipped() -> Mapping[str, PublishedTrial]:
    """The records that ship, by key; the tests hold that they are sound."""
    return {name: _shipped_trial(name) for name in trial_names()}


def collection(records: str | Path | None = None) -> Collection:
    """All records: the shipped ones and the user's own.

    Parameters
    ----------
    records
        A folder of YAML files, one a trial. If left out, the folder that the environment variable
        ``HEPATRIAL_RECORDS`` names, or ``~/.hepatrial/records`` where there is one.

    Raises
    ------
    UsageError
        If the folder that was asked for is not there.
    InvalidInput
        With every problem of every file of the folder.
    """
    folder = user_folder(records)
    if folder is None:
        return Collection(shipped())
    checked = check_folder(folder)
    issues = tuple(issue for each in checked for issue in each.errors)
    if issues:
        raise InvalidInput(issues)
    own = {each.trial.key: each.trial for each in checked if each.trial is not None}
    return Collection(dict(sorted({**shipped(), **own}.items())), folder)


def user_folder(records: str | Path | None = None) -> Path | None:
    """The folder of the user's own records, or None if there is none."""
    named = records if records is not None else os.environ.get(ENVIRONMENT) or None
    if named is None:
        default = DEFAULT_FOLDER.expanduser()
        return default if default.is_dir() else None
    folder = Path(named).expanduser()
    origin = "--records" if records is not None else ENVIRONMENT
    if not folder.is_dir():
        a_file = folder.exists()
        raise UsageError(
            f"the folder of records is {'a file' if a_file else 'not there'}\n  found:   {folder} (from {origin})\n"
            "  allowed: a folder with YAML files\n  fix:     "
            + (
                f"name the folder that holds it: {folder.parent}"
                if a_file
                else "make the folder, or correct its path"
            )
        )
    if records is not None and not _record_files(folder):
        raise UsageError(
            f"no record in the folder of records\n  found:   {folder} (from {origin})\n"
            "  allowed: files NAME.yaml, one a trial\n"
            "  fix:     put a record there; `hepatrial evidence show sharp --yaml` prints one to start from"
        )
    return folder


def _record_files(folder: Path) -> list[Path]:
    """All that is named as a record, so that a broken link or a pipe is told and not passed over."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.is_dir())


def check_folder(folder: Path) -> tuple[CheckedRecord, ...]:
    """Check every record of a folder, each beside the shipped ones and the others of the folder."""
    files = _record_files(folder)
    return tuple(check_file(path, siblings=[other for other in files if other != path]) for path in files)


def check_paths(paths: Sequence[str | Path]) -> tuple[CheckedRecord, ...]:
    """Check files, folders of files, and shipped records by their keys; files given together may link each other."""
    files: list[Path] = []
    checked: list[CheckedRecord] = []
    for path in map(Path, paths):
        if str(path) in trial_names() and not path.exists():
            checked.append(check_file(str(path)))
        elif path.is_dir():
            found = _record_files(path)
            if not found:
                raise UsageError(
                    f"no record in the folder {path}\n  allowed: files NAME.yaml, one a trial\n"
                    "  fix:     give a folder with records"
                )
            files += found
        else:
            files.append(path)
    checked += [check_file(file, siblings=[other for other in files if other != file]) for file in files]
    return tuple(checked)


def check_file(path: str | Path, siblings: Sequence[Path] = ()) -> CheckedRecord:
    """Check a file; never raises for what is wrong with it.

    Parameters
    ----------
    path
        A YAML file, or the key of a record that ships.
    siblings
        Further files of the user's, for the rules on links between records.
    """
    name = str(path)
    if name in trial_names() and not Path(name).exists():
        return check_text(_shipped_text(name), f"{name}.yaml", name, _neighbours(without=name))
    path = Path(path)
    try:
        text = read_text(path, KIND)
    except YamlError as problem:
        return CheckedRecord(name, (problem.issue,), None)
    others = dict(_neighbours())
    for sibling in siblings:
        if (known := _neighbour_in(sibling)) is not None:
            others[known.key] = known
    return check_text(text, name, path.stem, others, own=True)


def _neighbours(without: str = "") -> dict[str, Neighbour]:
    return {key: _neighbour(trial) for key, trial in shipped().items() if key != without}


def _neighbour(trial: PublishedTrial) -> Neighbour:
    return Neighbour(
        trial.key,
        trial.name,
        trial.also,
        trial.registration,
        trial.year,
        trial.part_of,
        trial.supersedes,
        trial.file,
    )


def _neighbour_in(path: Path) -> Neighbour | None:
    """What can be known of a sibling, which may be unsound: that is told where it is checked itself."""
    try:
        data = parse(read_text(path, KIND), str(path)).data
        return _neighbour(record_of(data, path.stem, file=str(path), own=True))
    except (YamlError, KeyError, TypeError, AttributeError, ValueError):
        return None


def load_trial(name: str, records: str | Path | None = None) -> PublishedTrial:
    """The record of that key, name or further name; see `collection` for ``records``.

    Raises
    ------
    UsageError
        If no record has that name; the message names the nearest one.
    """
    if records is None and name in trial_names():
        return shipped()[name]
    return collection(records)[name]


def record_text(trial: PublishedTrial) -> str:
    """The text of a record's file."""
    return read_text(Path(trial.file), KIND) if trial.own else _shipped_text(trial.key)


def _folder() -> Traversable:
    return resources.files("hepatrial.evidence").joinpath("data", "trials")


def _shipped_text(name: str) -> str:
    return _folder().joinpath(f"{name}.yaml").read_text(encoding="utf-8")


@cache
def _shipped_trial(name: str) -> PublishedTrial:
    return record_of(parse_shipped(_shipped_text(name), f"{name}.yaml"), name)
