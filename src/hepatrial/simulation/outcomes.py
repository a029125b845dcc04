"""What becomes of patients under one arm: plain arrays, the same for twins and for a trial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Complete outcomes, before any observation; days since randomisation, `course.NEVER` where nothing happened.

    Arrays have shape (n,) or, picked for many trials, (trials, n). Those of untreatable progression are None where
    no arm embolises, those of progression beyond a sequence where no arm has one.
    """

    cancer_death: np.ndarray
    liver_death: np.ndarray
    toxic_death: np.ndarray
    progression: np.ndarray
    by_new_lesion: np.ndarray
    stop: np.ndarray
    stop_for_adverse_event: np.ndarray
    symptoms: np.ndarray
    decompensation: np.ndarray
    untreatable: np.ndarray | None = None  # day of the visit that finds that embolisation is over
    untreatable_reason: np.ndarray | None = None  # code of `simulation.untreatable`, 0 without
    final_progression: np.ndarray | None = None  # day of the scan that shows progression beyond the sequence
    final_by_new_lesion: np.ndarray | None = None

    @property
    def death(self) -> np.ndarray:
        """Day of death of any cause."""
        return np.minimum(np.minimum(self.cancer_death, self.liver_death), self.toxic_death)

    def take(self, index: np.ndarray) -> Outcomes:
        """The patients of ``index`` (any shape)."""
        return _of_each([self], lambda values: values[0][index])

    @staticmethod
    def joined(parts: Sequence[Outcomes]) -> Outcomes:
        """Outcomes of several groups of patients, one after another."""
        return _of_each(parts, np.concatenate)

    @staticmethod
    def choose(arm: np.ndarray, by_arm: list[Outcomes], index: np.ndarray) -> Outcomes:
        """Outcomes of the patients of ``index`` under the arm that each was allocated to; arrays of one shape."""
        return _of_each(by_arm, lambda values: np.choose(arm, [value[index] for value in values]))


def _of_each(parts: Sequence[Outcomes], combined: Callable[[list[np.ndarray]], np.ndarray]) -> Outcomes:
    """Each field combined over ``parts``; what they do not have stays None."""
    found = {}
    for field in fields(Outcomes):
        values = [getattr(part, field.name) for part in parts]
        found[field.name] = None if values[0] is None else combined(values)
    return Outcomes(**found)
