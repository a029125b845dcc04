"""Independent comparisons as the effects that are pooled and put into networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hepatrial.evidence.independence import IndependentSet

if TYPE_CHECKING:
    from hepatrial.evidence.pooling import StudyEffect


def study_effects(found: IndependentSet) -> tuple[StudyEffect, ...]:
    """Study effects for `hepatrial.evidence.pooling` and `hepatrial.evidence.network`.

    Parameters
    ----------
    found
        From `independent_comparisons`.

    Returns
    -------
    tuple
        One effect a comparison. ``study`` is the trial's key, so that the arms of one trial stand under one name;
        ``arm`` and ``control`` are treatments; the standard error is that of the interval at its own level.

    Notes
    -----
    Two arms of a trial with the same treatment (two doses) come out as two effects of one name. When not to use: for
    comparisons whose interval is not a Wald interval.
    """
    from hepatrial.evidence.pooling import StudyEffect

    return tuple(
        StudyEffect(
            study=one.study,
            arm=one.treatment,
            control=one.control_treatment,
            log_hr=one.log_hr,
            std_error=one.log_hr_standard_error,
            source=one.source,
        )
        for one in found.comparisons
    )
