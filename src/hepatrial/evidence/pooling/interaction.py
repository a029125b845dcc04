"""Does a treatment work better in one subgroup than in another? Ratios of hazard ratios, within trials and pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.pooling.checked import checked_effects, effect_problems
from hepatrial.evidence.pooling.inference import Estimate, wald_rule
from hepatrial.evidence.pooling.pool import Pooled, pool_random
from hepatrial.evidence.pooling.refusals import invalid
from hepatrial.evidence.pooling.sequences import Pooling
from hepatrial.evidence.pooling.study_effect import StudyEffect


@dataclass(frozen=True, slots=True)
class SubgroupPair:
    """The effect of one comparison in two disjoint subgroups of one trial's patients.

    Attributes
    ----------
    factor
        What divides the patients, for example "invasion or spread".
    subgroup, other
        Effects in the two subgroups, of the same trial and comparison.
    subgroup_label, other_label
        The levels, for example "yes" and "no".
    """

    factor: str
    subgroup_label: str
    other_label: str
    subgroup: StudyEffect
    other: StudyEffect


@dataclass(frozen=True, slots=True)
class BetweenSubgroups:
    """Test that subgroup effects are all the same: Q between, its degrees of freedom and p."""

    labels: tuple[str, ...]
    q: float
    df: int
    p: float


def ratio_of_hazard_ratios(pair: SubgroupPair) -> StudyEffect:
    """The log ratio of hazard ratios of a pair, subgroup to other, with its standard error.

    Parameters
    ----------
    pair
        Two effects from disjoint patients of one trial.

    Returns
    -------
    StudyEffect
        Its ``log_hr`` is log(HR in subgroup / HR in other): below 0, the arm does better in the subgroup. It can be
        pooled like any effect.

    Raises
    ------
    InvalidInput
        The two effects are of different trials or comparisons, or unusable.

    Notes
    -----
    The variance is the sum of the two, as the subgroups share no patient. An interaction from a model with product
    term, where published, is better: it adjusts both subgroups alike.

    When not to use: for subgroups that overlap, or for a subgroup against all patients; for one defined after
    randomisation (response, toxicity).

    References
    ----------
    Altman & Bland 2003, 10.1136/bmj.326.7382.219.
    """
    first, second = pair.subgroup, pair.other
    issues = [*effect_problems(first), *effect_problems(second)]
    if (first.study, first.arm, first.control) != (second.study, second.arm, second.control):
        issues.append(
            Issue(
                what=f"{pair.factor}: the two subgroups are not of one comparison of one trial",
                found=f"{first.study}, {first.arm} v {first.control}; {second.study}, {second.arm} v {second.control}",
                allowed="the same study, arm and control",
                fix="pair subgroups within a trial; compare pools across trials with between_subgroups",
            )
        )
    if issues:
        raise InvalidInput(tuple(issues))
    source = first.source if first.source == second.source else f"{first.source}; {second.source}"
    return StudyEffect(
        first.study,
        first.arm,
        first.control,
        first.log_hr - second.log_hr,
        float(np.hypot(first.std_error, second.std_error)),
        source,
    )


def interaction_test(pair: SubgroupPair, *, confidence: float = 0.95) -> Estimate:
    """The ratio of hazard ratios within one trial with its interval and two-sided p (normal).

    When not to use: as proof from one trial among many subgroups looked at; see `holm`.

    References
    ----------
    Altman & Bland 2003, 10.1136/bmj.326.7382.219.
    """
    ratio = ratio_of_hazard_ratios(pair)
    return wald_rule(confidence).estimate(ratio.log_hr, ratio.std_error**2)


def pool_interactions(pairs: Sequence[SubgroupPair], pooling: Pooling = pool_random) -> Pooled:
    """The pooled ratio of hazard ratios: interactions within trials, then pooled over trials.

    Parameters
    ----------
    pairs
        One a trial, all with the same factor and levels in the same order.
    pooling
        `pool_random`, `pool_common` or either with arguments bound.

    Returns
    -------
    Pooled
        ``effect.value`` is the mean log ratio of hazard ratios, subgroup to other.

    Notes
    -----
    Only within-trial information enters, so that trials that treated different kinds of patients do not pass for an
    interaction (no ecological bias).

    When not to use: where the factor is defined otherwise from trial to trial (AFP 200 or 400 ng/mL), unless that
    mixture is what is meant.

    References
    ----------
    Fisher et al. 2017, 10.1136/bmj.j573.
    """
    labels = {(pair.factor, pair.subgroup_label, pair.other_label) for pair in pairs}
    if len(labels) > 1:
        raise invalid(
            "pairs: they do not divide patients alike",
            "; ".join(sorted(f"{factor}: {one} v {other}" for factor, one, other in labels)),
            "one factor, with its two levels in one order",
            "pool each factor alone, and turn pairs round where their levels are swapped",
        )
    return pooling([ratio_of_hazard_ratios(pair) for pair in pairs])


def between_subgroups(effects: Sequence[StudyEffect], labels: Sequence[str]) -> BetweenSubgroups:
    """Test whether independent subgroup effects, of one trial or pooled over trials, are all the same.

    Parameters
    ----------
    effects
        g >= 2 estimates from disjoint patients; give each its subgroup's name as ``study``.
    labels
        Shape (g,), names of the subgroups.

    Notes
    -----
    Q = sum of w (effect - weighted mean)^2 with w = 1 / std_error^2, chi-squared with g - 1.

    When not to use: on pools over trials that do not all contribute to every subgroup: the difference then mixes
    patients with trials (`pool_interactions` does not); for ordered levels, where a trend has more power.

    References
    ----------
    Borenstein & Higgins 2013, 10.1007/s11121-013-0377-7.
    """
    effects = checked_effects(effects, at_least=2, method="a comparison of subgroups")
    if len(labels) != len(effects):
        raise invalid(
            "labels: one name a subgroup is needed", f"{len(labels)}", f"{len(effects)}", "name each subgroup"
        )
    values = np.array([effect.log_hr for effect in effects])
    weights = np.array([effect.std_error for effect in effects]) ** -2
    q = float(np.sum(weights * (values - np.average(values, weights=weights)) ** 2))
    return BetweenSubgroups(tuple(labels), q, len(effects) - 1, float(chdtrc(len(effects) - 1, q)))
