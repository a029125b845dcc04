"""When resistance truly sets in, which only a virtual trial knows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hepatrial.attribution.causes import CAUSES, switches_of
from hepatrial.attribution.onset import onset_days
from hepatrial.simulation.blocks import Work, follow_patients


def onset_of_resistance(work: Work, patients: np.ndarray) -> dict[str, np.ndarray]:
    """Day on which resistance has set in, by arm, shape (n,), NaN where it never does.

    Resistance has set in at the first visit at which the viable tumour is a tenth larger than it would be without any
    cause of resistance, all chance being the same; see `hepatrial.attribution.onset`.

    Parameters
    ----------
    work
        Of the virtual trial (`VirtualTrial.work`).
    patients
        Shape (n,), numbers of the virtual patients.
    """
    numbers, back = np.unique(np.asarray(patients, dtype=np.int64), return_inverse=True)
    found: dict[str, list[np.ndarray]] = {arm.name: [] for arm in work.protocol.arms}
    for start in range(0, len(numbers), work.block):
        block = numbers[start : start + work.block]
        full = follow_patients(replace(work, switches=switches_of(2 ** len(CAUSES) - 1)), block)
        none = follow_patients(replace(work, switches=switches_of(0)), block)
        for place, arm in enumerate(work.protocol.arms):
            viable = np.asarray(full.visits[place].viable_sld_mm)[:, : len(block)]
            without = np.asarray(none.visits[place].viable_sld_mm)[:, : len(block)]
            days = (np.arange(len(viable)) + 1.0) * full.inputs.days_between_visits
            found[arm.name].append(onset_days(viable, without, days))
    return {name: np.concatenate(parts)[back] for name, parts in found.items()}
