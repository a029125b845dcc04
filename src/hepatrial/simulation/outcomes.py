"""What becomes of patients under one arm: plain arrays, the same for twins and for a trial."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Complete outcomes, before any observation; days since randomisation, `course.NEVER` where nothing happened.

    Arrays have shape (n,) or, picked for many trials, (trials, n).
    """

    cancer_death: np.ndarray
    liver_death: np.ndarray
    progression: np.ndarray
    by_new_lesion: np.ndarray
    stop: np.ndarray
    stop_for_adverse_event: np.ndarray
    symptoms: np.ndarray

    def take(self, index: np.ndarray) -> Outcomes:
        """The patients of ``index`` (any shape)."""
        return Outcomes(*(getattr(self, f.name)[index] for f in fields(self)))

    @staticmethod
    def choose(arm: np.ndarray, by_arm: list[Outcomes], index: np.ndarray) -> Outcomes:
        """Outcomes of the patients of ``index`` under the arm that each was allocated to; arrays of one shape."""
        return Outcomes(
            *(
                np.choose(arm, [getattr(outcomes, f.name)[index] for outcomes in by_arm])
                for f in fields(Outcomes)
            )
        )
