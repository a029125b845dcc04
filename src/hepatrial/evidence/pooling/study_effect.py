"""What a published trial contributes to a pool: one log hazard ratio, its standard error and where it was read."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hepatrial.evidence.pooling.refusals import invalid
from hepatrial.evidence.pooling.scales import normal_quantile


@dataclass(frozen=True, slots=True)
class StudyEffect:
    """One comparison of one trial.

    Attributes
    ----------
    study
        Name of the trial; a trial with several arms gives several effects under one name.
    arm, control
        The treatments compared. A negative ``log_hr`` favours ``arm``.
    log_hr
        Natural logarithm of the hazard ratio of ``arm`` to ``control``.
    std_error
        Standard error of ``log_hr``.
    source
        Key of the bibliography, DOI or page where it was read.
    """

    study: str
    arm: str
    control: str
    log_hr: float
    std_error: float
    source: str

    @property
    def hr(self) -> float:
        """The hazard ratio."""
        return math.exp(self.log_hr)

    def reversed(self) -> StudyEffect:
        """The same evidence read the other way round: control against arm."""
        return StudyEffect(self.study, self.control, self.arm, -self.log_hr, self.std_error, self.source)


def effect_from_interval(
    study: str,
    arm: str,
    control: str,
    hr: float,
    ci: tuple[float, float],
    source: str,
    *,
    confidence: float = 0.95,
) -> StudyEffect:
    """A study effect from a hazard ratio and its confidence interval as printed.

    Parameters
    ----------
    hr, ci
        Hazard ratio of ``arm`` to ``control``, and (lower, upper).
    confidence
        Level of the interval; some trials print 90% or the level that was left after interim looks.

    Raises
    ------
    InvalidInput
        If a number is not positive and finite, the interval is reversed or empty, or does not hold its hazard ratio.

    Notes
    -----
    The standard error is the width of the interval on the log scale over twice the normal quantile; the estimate is
    the printed hazard ratio. Assumes a Wald interval, symmetric on the log scale.

    When not to use: for an interval that was adjusted for interim looks or is not a Wald interval (exact, bootstrap,
    profile); where the hazard ratio and its limits are printed with so few digits that rounding is a large part of
    the width.

    References
    ----------
    Tierney et al. 2007, 10.1186/1745-6215-8-16.
    """
    quantile = normal_quantile(confidence)
    lower, upper = ci
    where = f"{study}, {arm} v {control}"
    if not all(math.isfinite(x) and x > 0 for x in (hr, lower, upper)):
        raise invalid(
            f"{where}: a hazard ratio or its limit is not a positive number",
            f"{hr} ({lower} to {upper})",
            "finite numbers above 0",
            "give ratios, not their logarithms",
        )
    if not lower < upper:
        raise invalid(
            f"{where}: the interval is reversed or empty",
            f"{lower} to {upper}",
            "lower below upper",
            "swap the limits, or read them again in the source",
        )
    if not lower <= hr <= upper:
        raise invalid(
            f"{where}: the interval does not hold its hazard ratio",
            f"{hr} ({lower} to {upper})",
            "lower <= hr <= upper",
            "read the three numbers again in the source; perhaps one of them is of the inverse ratio",
        )
    width = math.log(upper) - math.log(lower)
    return StudyEffect(study, arm, control, math.log(hr), width / (2 * quantile), source)
