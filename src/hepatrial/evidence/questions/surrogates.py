"""Is an effect on PFS, TTP or response an effect on OS? The registry's randomised trials put to the regression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hepatrial.errors import InvalidInput, UsageError, near_miss
from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.independence import Comparison, IndependentSet, independent_comparisons
from hepatrial.evidence.pooling import (
    Surrogacy,
    SurrogacyWithErrors,
    SurrogateTrial,
    surrogacy,
    surrogacy_with_errors,
)
from hepatrial.evidence.questions.response_effects import response_effect
from hepatrial.evidence.questions.surrogate_cautions import surrogate_cautions

FINAL = "OS"
RESPONSES = {"ORR": "orr_percent", "DCR": "dcr_percent"}
SURROGATES = ("PFS", "TTP", *RESPONSES)
WITHIN_CORRELATIONS = (0.0, 0.4, 0.8)
"""Correlations of the two estimates within a trial that are tried: hardly ever published."""
FEW = 10
"""With fewer trials R2 is hardly known, and the correction for errors often ends at its bound."""


@dataclass(frozen=True, slots=True)
class SurrogateRow:
    """A trial with both effects.

    Attributes
    ----------
    trial
        As it enters the regression; ``study`` is the trial's key.
    arm, control, lines
        What was compared, and in which line.
    surrogate_report, final_report
        Keys of the reports; they may differ in their data cut.
    """

    trial: SurrogateTrial
    arm: str
    control: str
    lines: tuple[str, ...]
    surrogate_report: str
    final_report: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """The regression with errors taken out, for one assumed correlation; ``found`` is None where it cannot be made."""

    within_correlation: float
    found: SurrogacyWithErrors | None
    why_none: str = ""


@dataclass(frozen=True, slots=True)
class SurrogateAnswer:
    """What the trials say of a surrogate.

    Attributes
    ----------
    surrogate, line
        PFS, TTP, ORR or DCR; None for all lines.
    rows
        The trials, in order of their keys.
    left_out
        Why each other trial with a ratio for OS does not count.
    found
        The regression; None where there are too few trials, with the reason.
    corrected
        The same with errors taken out.
    cautions
        What a reader must know before believing the numbers.
    names
        Names of trials and reports by key.
    """

    surrogate: str
    line: str | None
    rows: tuple[SurrogateRow, ...]
    left_out: Mapping[str, str]
    found: Surrogacy | None
    why_none: str
    corrected: tuple[Corrected, ...]
    cautions: tuple[str, ...]
    names: Mapping[str, str]

    @property
    def trials(self) -> tuple[SurrogateTrial, ...]:
        """As they entered the regression."""
        return tuple(row.trial for row in self.rows)

    def named(self, who: str) -> str:
        """A trial, or one of its comparisons, by name: ``HIMALAYA, durvalumab v sorafenib``."""
        key, comma, comparison = who.partition(",")
        return f"{self.names.get(key, key)}{comma}{comparison}"

    @property
    def few(self) -> bool:
        """Whether there are so few trials that the intervals are all there is to say."""
        return len(self.rows) < FEW

    @property
    def without_threshold(self) -> tuple[float, ...]:
        """Correlations within trials at which, errors taken out, no effect on the surrogate predicts one on OS."""
        return tuple(
            one.within_correlation
            for one in self.corrected
            if one.found is None or one.found.threshold.ratio is None
        )

    @property
    def measure(self) -> str:
        """What a ratio on the surrogate is: of hazards, or of the odds of no response."""
        words = {"ORR": "no response", "DCR": "no disease control"}
        return f"odds ratio of {words[self.surrogate]}" if self.surrogate in words else "hazard ratio"


def surrogate_answer(
    surrogate: str, *, line: str | None = None, records: Collection | None = None
) -> SurrogateAnswer:
    """Effects on a surrogate against effects on OS over randomised trials.

    Parameters
    ----------
    surrogate
        ``PFS``, ``TTP``, ``ORR`` or ``DCR``; response enters as the log odds ratio of no response.
    line
        Only trials of this line.

    Raises
    ------
    UsageError
        An unknown surrogate or line.

    Notes
    -----
    Confirmed numbers only. A trial counts by one comparison, of several arms the first that its record lists: two
    against one control are not independent. Assumptions and limits are those of `surrogacy` and
    `surrogacy_with_errors`.
    """
    if surrogate not in SURROGATES:
        meant = near_miss(surrogate, SURROGATES)
        raise UsageError(
            f"no such surrogate: {surrogate}\n  allowed: {', '.join(SURROGATES)}\n"
            f"  fix:     {f'did you mean {meant}?' if meant else 'choose one of these'}"
        )
    known = collection() if records is None else records
    final = independent_comparisons(FINAL, line, records=known)
    rows, left_out = _rows(surrogate, final, line, known)
    trials = tuple(row.trial for row in rows)
    found, why = _fitted(trials)
    corrected = tuple(_corrected(trials, rho) for rho in WITHIN_CORRELATIONS) if found else ()
    cautions = surrogate_cautions(surrogate, rows, known)
    return SurrogateAnswer(
        surrogate, line, tuple(rows), left_out, found, why, corrected, cautions, known.names
    )


def _rows(
    surrogate: str, final: IndependentSet, line: str | None, known: Collection
) -> tuple[list[SurrogateRow], dict[str, str]]:
    rows: dict[str, SurrogateRow] = {}
    left_out: dict[str, str] = {}
    on_surrogate = None if surrogate in RESPONSES else independent_comparisons(surrogate, line, records=known)
    for one in final.comparisons:
        if one.study in rows:
            arms = f"{one.arm} v {one.control}"
            left_out[f"{one.study}, {arms}"] = f"its control arm counts with {rows[one.study].arm}"
            continue
        found = _by_response(one, surrogate, known) if on_surrogate is None else _by_ratio(one, on_surrogate)
        if found is None:
            left_out[one.study] = _why_not(one, surrogate, on_surrogate)
        else:
            effect, error, report, source = found
            trial = SurrogateTrial(
                one.study, effect, error, one.log_hr, one.log_hr_standard_error, _joined(source, one.source)
            )
            rows[one.study] = SurrogateRow(
                trial, one.treatment, one.control_treatment, known[one.trial].lines, report, one.trial
            )
    return [rows[study] for study in sorted(rows)], left_out


def _by_ratio(one: Comparison, on_surrogate: IndependentSet) -> tuple[float, float, str, str] | None:
    for other in on_surrogate.comparisons:
        if (other.study, other.treatment, other.control_treatment) == (
            one.study,
            one.treatment,
            one.control_treatment,
        ):
            return other.log_hr, other.log_hr_standard_error, other.trial, other.source
    return None


def _by_response(one: Comparison, surrogate: str, known: Collection) -> tuple[float, float, str, str] | None:
    found = response_effect(one, RESPONSES[surrogate], known)
    return None if found is None else (found.log_odds_ratio, found.std_error, found.trial, found.source)


def _why_not(one: Comparison, surrogate: str, on_surrogate: IndependentSet | None) -> str:
    if on_surrogate is None:
        return f"its {surrogate} by arm, or an arm's size, is not confirmed"
    return on_surrogate.left_out.get(
        one.trial, on_surrogate.left_out.get(one.study, f"it gives no {surrogate} ratio of these arms")
    )


def _joined(first: str, second: str) -> str:
    return first if first == second else f"{first}; {second}"


def _fitted(trials: tuple[SurrogateTrial, ...]) -> tuple[Surrogacy | None, str]:
    try:
        return surrogacy(trials), ""
    except InvalidInput as error:
        return None, _said(error)


def _corrected(trials: tuple[SurrogateTrial, ...], rho: float) -> Corrected:
    try:
        return Corrected(rho, surrogacy_with_errors(trials, within_correlation=rho))
    except InvalidInput as error:
        return Corrected(rho, None, _said(error))


def _said(error: InvalidInput) -> str:
    """What was wrong, in a line."""
    return "; ".join(f"{issue.what} ({issue.found}; needed: {issue.allowed})" for issue in error.issues)
