"""Do the printed levels add up to the whole trial, and if so, what follows for a level that was not printed?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.pooling import StudyEffect, pool_common
from hepatrial.evidence.questions.level_effect import How, LevelEffect, Pair
from hepatrial.evidence.questions.subgroup_levels import Factor
from hepatrial.evidence.questions.whole_effects import whole_effect
from hepatrial.evidence.trials import PublishedTrial

LEAST_REST = 0.1
"""An effect is derived for the other patients only if they hold at least this share of the trial's information."""
DERIVED_WIDTH = 1.6
"""By how much a derived effect's standard error is widened. A whole trial is not the mean of its levels where they
differ in prognosis: patients of the worse level leave the arms at other rates. At this width the test of a ratio with a
derived level holds 5 % where the hazards of the levels differ by up to 2; unwidened it rejects in 10 to 18 %
(simulated, ``tests/analytic/test_derived_levels.py``). Assumed: how far levels differ is seldom printed."""
APART = 0.5
"""Levels that together lie further than this from the whole trial, in its standard errors, do not add up to it."""


@dataclass(frozen=True, slots=True)
class LevelSum:
    """The two levels of a cut put together, beside the whole trial.

    Attributes
    ----------
    hr, whole_hr
        Of the two levels together (inverse variance) and of all patients.
    apart
        Difference of the logarithms in standard errors of the whole trial.
    population
        Of which patients the record says that its subgroups are, where not of all.
    """

    trial: str
    factor: str
    hr: float
    whole_hr: float
    apart: float
    population: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether the two are near enough to be of the same patients and the same analysis."""
        return abs(self.apart) <= APART


def level_sum(
    factor: Factor,
    trial: PublishedTrial,
    found: Mapping[str, LevelEffect],
    pair: Pair,
    endpoint: str,
    known: Collection,
) -> LevelSum | None:
    """The sum of a report's two levels; None where not both were printed or there is no ratio for all patients.

    Notes
    -----
    They differ where the subgroups are of another population (per protocol) or another model, and a little where the
    factor is prognostic and the arms are unbalanced in it.
    """
    whole = whole_effect(trial, pair, endpoint, known)
    if not factor.cuts or len(found) != 2 or whole is None:
        return None
    together = pool_common(
        [
            StudyEffect(
                level, one.effect.arm, one.effect.control, one.effect.log_hr, one.effect.std_error, ""
            )
            for level, one in found.items()
        ]
    ).effect
    apart = (together.value - whole.log_hr) / whole.std_error
    return LevelSum(trial.key, factor.name, together.ratio[0], whole.hr, apart, trial.subgroup_population)


def derived_effect(
    factor: Factor,
    trial: PublishedTrial,
    found: Mapping[str, LevelEffect],
    pair: Pair,
    endpoint: str,
    known: Collection,
    sums: Sequence[LevelSum],
) -> LevelEffect | None:
    """The level that is missing of two, from the other and the whole trial.

    Parameters
    ----------
    sums
        Of the other factors of the same report.

    Notes
    -----
    The whole trial's log hazard ratio is near the mean of the two levels' weighted by their information, so the missing
    one is what is left, with the information that is left and a standard error widened by `DERIVED_WIDTH`. Not derived
    where the report's levels do not add up to its whole trial in other factors (by the median), or where hardly any
    information is left.

    When not to use: where the factor is strongly prognostic (hazards that differ by 3) or the arms are unbalanced in
    it: up to 1.6 printed standard errors off (REFLECT by AFP, see Briggs 2020, 10.1038/s41416-020-0817-7).
    ``tests/published/test_indication_derived.py`` holds derived beside printed numbers.
    """
    if not factor.cuts or len(found) != 1:
        return None
    whole = whole_effect(trial, pair, endpoint, known)
    if whole is None or (sums and median(abs(one.apart) for one in sums) > APART):
        return None
    (level, part), *_ = found.items()
    effect = remaining_effect(whole, part.effect)
    if effect is None:
        return None
    missing = next(other for other in factor.levels if other != level)
    checked = (
        f"its levels of {', '.join(one.factor for one in sums)} add up to the whole trial"
        if sums
        else "no other factor of this report shows whether its levels add up to the whole trial"
    )
    reason = f"not printed: what the whole trial's ratio of {whole.hr:.2f} leaves beside the other level; {checked}"
    return LevelEffect(missing, trial.key, effect, How.DERIVED, reason, trial.population)


def remaining_effect(whole: StudyEffect, part: StudyEffect) -> StudyEffect | None:
    """The effect in the patients of a trial who are not in a part of it; None where hardly any information is left.

    Notes
    -----
    log HR = (w_whole log HR_whole - w_part log HR_part) / (w_whole - w_part), w = 1 / std_error^2; the standard error
    is `DERIVED_WIDTH` times that of the information left.

    When not to use: see `derived_effect`.
    """
    total, own = whole.std_error**-2, part.std_error**-2
    left = total - own
    if left < LEAST_REST * total:
        return None
    return StudyEffect(
        study=part.study,
        arm=part.arm,
        control=part.control,
        log_hr=(total * whole.log_hr - own * part.log_hr) / left,
        std_error=DERIVED_WIDTH * left**-0.5,
        source="; ".join(dict.fromkeys((part.source, whole.source))),
    )


def not_adding_up(sums: Sequence[LevelSum], names: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each report whose levels do not add up, by the factor in which they are furthest apart."""
    reports: dict[str, list[LevelSum]] = {}
    for one in sums:
        if not one.adds_up:
            reports.setdefault(one.trial, []).append(one)
    for trial, found in reports.items():
        worst = max(found, key=lambda one: abs(one.apart))
        why = (
            f"they are {worst.population}"
            if worst.population
            else ("they are of other patients, of another analysis, or of arms that were unbalanced in it")
        )
        yield (
            f"{names.get(trial, trial)}: its levels of {', '.join(one.factor for one in found)} do not add up to its "
            f"whole trial ({worst.factor}: {worst.hr:.2f} together, {worst.whole_hr:.2f} in all): {why}."
        )
