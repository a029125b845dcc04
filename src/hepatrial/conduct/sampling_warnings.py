"""What a reader must know of trials that are drawn from too few patients, or too few trials."""

from __future__ import annotations

FEW_REPLICATES = 100
"""Below this many trials the 2.5% points of a range lie beyond the second smallest and second largest of them."""


def sampling_warnings(size: int, patients: int, replicates: int) -> tuple[str, ...]:
    """Warnings, a sentence or two each.

    Parameters
    ----------
    size
        Patients of one trial.
    patients
        Virtual patients that trials are drawn from.
    replicates
        Replicate trials.
    """
    found = []
    if patients < size:
        found.append(
            f"a trial has {size:,} patients, but there {_are(patients)} to draw them from: trials hold patients more "
            f"than once, so that power, the range of hazard ratios and the one trial shown are wrong; simulate "
            f"{size:,} patients or more, better several times as many"
        )
    if 0 < replicates < FEW_REPLICATES:
        trials = "1 replicate trial" if replicates == 1 else f"{replicates} replicate trials"
        found.append(
            f"{trials} tell power and the range of hazard ratios only roughly; {FEW_REPLICATES} or more are better"
        )
    return tuple(found)


def _are(patients: int) -> str:
    return "is 1 virtual patient" if patients == 1 else f"are {patients:,} virtual patients"
