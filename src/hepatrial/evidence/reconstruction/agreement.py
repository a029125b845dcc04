"""The comparison of two reconstructed arms, against the published one, with a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np
from scipy.special import ndtri

from hepatrial.evidence.reconstruction.published import PublishedComparison
from hepatrial.survival import SurvivalTimes, cox, log_rank
from hepatrial.survival.checks import invalid

# Log hazard ratios that differ by less are one number: what rounding to two digits and digitising leave.
SAME = 0.05
# So do those that differ by less than this share of the published standard error.
SAME_IN_ERRORS = 0.25


class Arm(Protocol):
    """An arm with individual times: a `Reconstruction` or a `GuessedArm`."""

    @property
    def times(self) -> SurvivalTimes: ...

    @property
    def kind(self) -> str: ...


class Verdict(Enum):
    """How the reconstructed hazard ratio stands to the published one."""

    SAME = "gives the published hazard ratio back"
    WITHIN = "lies within the published interval, but is not the published value"
    OUTSIDE = "lies outside the published interval"


@dataclass(frozen=True, slots=True)
class Agreement:
    """A comparison of reconstructed arms.

    Attributes
    ----------
    hr, interval, p_log_rank
        Of the reconstructed patients, experimental against control (Cox, Efron; log-rank), at the published level.
    published
        What was published.
    difference, difference_in_errors
        Of the log hazard ratios, and in published standard errors (in the reconstructed one where no interval was
        published).
    verdict, sentence
        The verdict, and a sentence that says it with its numbers.
    """

    hr: float
    interval: tuple[float, float]
    p_log_rank: float
    published: PublishedComparison
    difference: float
    difference_in_errors: float
    verdict: Verdict
    sentence: str


def compare(experimental: Arm, control: Arm, published: PublishedComparison) -> Agreement:
    """Compare two reconstructed arms and hold the result against the published one.

    Raises
    ------
    InvalidInput
        A published interval that does not hold its hazard ratio, or numbers that are not positive.

    Notes
    -----
    A published hazard ratio is often stratified or adjusted; that of reconstructed patients never is. A difference of
    a few hundredths then says nothing against the reconstruction.
    """
    _refuse_broken(published)
    n_control, n_experimental = len(control.times), len(experimental.times)
    pooled = SurvivalTimes(
        np.concatenate([control.times.time_days, experimental.times.time_days]),
        np.concatenate([control.times.event, experimental.times.event]),
    )
    arm = np.repeat([0, 1], [n_control, n_experimental])
    fit = cox(pooled, arm, ["experimental"], confidence=published.level)
    difference = float(fit.beta[0] - np.log(published.hr))
    in_errors = difference / (_published_error(published) or float(fit.se[0]))
    hr, interval = float(fit.hr[0]), (float(fit.lower[0]), float(fit.upper[0]))
    p = log_rank(pooled, arm).p
    verdict = _verdict(hr, difference, in_errors, published)
    guessed = "guess" in (experimental.kind, control.kind)
    return Agreement(
        hr,
        interval,
        p,
        published,
        difference,
        in_errors,
        verdict,
        _sentence(hr, interval, p, in_errors, verdict, published, guessed),
    )


def _published_error(published: PublishedComparison) -> float | None:
    if published.interval is None:
        return None
    lower, upper = published.interval
    return float((np.log(upper) - np.log(lower)) / (2 * ndtri(0.5 + published.level / 2)))


def _verdict(hr: float, difference: float, in_errors: float, published: PublishedComparison) -> Verdict:
    if abs(difference) <= SAME or abs(in_errors) <= SAME_IN_ERRORS:
        return Verdict.SAME
    if published.interval is None:
        within = abs(in_errors) <= 1.0
    else:
        within = published.interval[0] <= hr <= published.interval[1]
    return Verdict.WITHIN if within else Verdict.OUTSIDE


def _sentence(
    hr: float,
    interval: tuple[float, float],
    p: float,
    in_errors: float,
    verdict: Verdict,
    published: PublishedComparison,
    guessed: bool,
) -> str:
    who = "A guess from summary numbers" if guessed else "The reconstruction"
    was = f"{published.hr:.2f}"
    if published.interval is not None:
        was += f" ({published.interval[0]:.2f} to {published.interval[1]:.2f})"
    text = (
        f"{who} {verdict.value}: {hr:.2f} ({interval[0]:.2f} to {interval[1]:.2f}) against {was} published, "
        f"{abs(in_errors):.1f} standard errors apart; log-rank p {_p(p)}"
    )
    return text + (f" against {_p(published.p_log_rank)}." if published.p_log_rank is not None else ".")


def _p(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else f"{p:.1g}"


def _refuse_broken(published: PublishedComparison) -> None:
    values = (published.hr, *(published.interval or ()))
    if not all(np.isfinite(value) and value > 0 for value in values):
        raise invalid("published: hazard ratios are positive", f"{values}", "above 0", "check the numbers")
    if published.interval and not published.interval[0] <= published.hr <= published.interval[1]:
        raise invalid(
            "published: the interval does not hold its hazard ratio",
            f"{published.hr} ({published.interval[0]} to {published.interval[1]})",
            "low <= hr <= high",
            "check the order of the limits, and the direction of the ratio",
        )
