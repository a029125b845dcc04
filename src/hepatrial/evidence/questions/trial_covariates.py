"""Does the effect change with a property of the trials? Confirmed baseline numbers, and regression on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.errors import InvalidInput, UsageError, near_miss
from hepatrial.evidence.collection import Collection
from hepatrial.evidence.pooling import (
    Estimate,
    IntervalMethod,
    MetaRegression,
    Tau2Estimator,
    meta_regression,
)
from hepatrial.evidence.questions.counted_trials import CountedTrial, TrialSet
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.trials import WHOLE_TRIAL, PublishedTrial

LEAST_TRIALS = 4
"""Trials below which a slope has less than 2 degrees of freedom and nothing is fitted."""
ENOUGH_TRIALS = 10
"""Trials a moderator below which a slope is a hint at most (Thompson & Higgins 2002, 10.1002/sim.1187)."""


@dataclass(frozen=True, slots=True)
class Covariate:
    """A property of trials.

    Attributes
    ----------
    key, name
        The word of a command line and the words of a table.
    quantity
        Of baseline tables; empty for the year of the report.
    step
        Difference for which the ratio of hazard ratios is told.
    per
        That difference in words.
    """

    key: str
    name: str
    quantity: str
    step: float
    per: str


def _share(key: str, name: str, quantity: str) -> Covariate:
    return Covariate(key, f"{name}, % of patients", quantity, 10.0, "10 percentage points")


COVARIATES = (
    Covariate("year", "year of the report", "", 1.0, "year"),
    _share("hbv", "hepatitis B", "hbv_percent"),
    _share("hcv", "hepatitis C", "hcv_percent"),
    _share("mvi", "macrovascular invasion", "macrovascular_invasion_percent"),
    _share("ehs", "extrahepatic spread", "extrahepatic_spread_percent"),
    _share("afp-400", "AFP of 400 ng/mL or more", "afp_400_or_more_percent"),
    _share("child-pugh-a", "Child-Pugh class A", "child_pugh_a_percent"),
    _share("bclc-c", "BCLC stage C", "bclc_c_percent"),
    _share("ecog-0", "ECOG 0", "ecog_0_percent"),
    _share("male", "men", "male_percent"),
    _share("asia", "region Asia", "asia_region_percent"),
    Covariate("age", "median age, years", "age_median_years", 5.0, "5 years"),
)


@dataclass(frozen=True, slots=True)
class Regression:
    """The effect regressed on one property.

    Attributes
    ----------
    covariate
        The property.
    values
        By trial; those without a confirmed value are in ``unknown``.
    sources
        Where the values were read: keys of the bibliography or pages.
    centre
        Mean of the values, at which the intercept of ``fit`` stands; its moderator is (value - centre) / step.
    fit
        By REML with intervals of Knapp and Hartung, never narrower than Wald's.
    """

    covariate: Covariate
    values: Mapping[str, float]
    unknown: tuple[str, ...]
    sources: tuple[str, ...]
    centre: float
    fit: MetaRegression

    @property
    def slope(self) -> Estimate:
        """Log ratio of hazard ratios for a difference of ``covariate.step``."""
        return self.fit.coefficients[self.covariate.key]

    @property
    def few(self) -> bool:
        """Whether there are too few trials to call the slope more than a hint."""
        return len(self.values) < ENOUGH_TRIALS

    def effect_at(self, value: float) -> Estimate:
        """The effect, with intervals, in trials with this value of the property."""
        return self.fit.effect_at(**{self.covariate.key: (value - self.centre) / self.covariate.step})


def covariate(key: str) -> Covariate:
    """The property of that key, or `UsageError` with the near miss."""
    known = {one.key: one for one in COVARIATES}
    if key in known:
        return known[key]
    meant = near_miss(key, tuple(known))
    raise UsageError(
        f"no such property of trials: {key}\n  allowed: {', '.join(known)}\n"
        f"  fix:     {f'did you mean {meant}?' if meant else 'choose one of these'}"
    )


def regressions(
    keys: Sequence[str],
    trials: TrialSet,
    known: Collection,
    *,
    tau2_estimator: Tau2Estimator | str,
    confidence: float,
    not_done: dict[str, str],
) -> tuple[Regression, ...]:
    """The effect regressed on each property alone; what cannot be fitted goes into ``not_done`` with the reason."""
    found = []
    for one in dict.fromkeys(covariate(key) for key in keys):
        values = {trial.effect.study: _value(one, trial, known) for trial in trials.counted}
        told = {study: value for study, value in values.items() if value is not None}
        if len(told) < LEAST_TRIALS:
            names = names_in_a_row(told) or "none"
            not_done[f"regression on {one.key}"] = (
                f"{one.name} is confirmed for both arms of {len(told)} of {len(values)} trials ({names}); "
                f"{LEAST_TRIALS} are needed"
            )
            continue
        try:
            found.append(_regression(one, told, trials, tau2_estimator, confidence))
        except InvalidInput as refusal:
            issue = refusal.issues[0]
            not_done[f"regression on {one.key}"] = f"{issue.what} ({issue.found})"
    return tuple(found)


def _regression(
    one: Covariate,
    told: Mapping[str, tuple[float, tuple[str, ...]]],
    trials: TrialSet,
    tau2_estimator: Tau2Estimator | str,
    confidence: float,
) -> Regression:
    effects = [effect for effect in trials.effects if effect.study in told]
    values = np.array([told[effect.study][0] for effect in effects])
    centre = float(values.mean())
    fit = meta_regression(
        effects,
        {one.key: (values - centre) / one.step},
        tau2_estimator=tau2_estimator,
        interval=IntervalMethod.KNAPP_HARTUNG_NEVER_NARROWER,
        confidence=confidence,
    )
    return Regression(
        covariate=one,
        values={effect.study: float(value) for effect, value in zip(effects, values, strict=True)},
        unknown=tuple(effect.study for effect in trials.effects if effect.study not in told),
        sources=tuple(dict.fromkeys(source for effect in effects for source in told[effect.study][1])),
        centre=centre,
        fit=fit,
    )


def _value(one: Covariate, trial: CountedTrial, known: Collection) -> tuple[float, tuple[str, ...]] | None:
    """The trial's value with its sources: of its report, else of the record that the report belongs to."""
    if not one.quantity:
        return None if trial.year is None else (float(trial.year), (trial.comparison.source,))
    report = known[trial.comparison.trial]
    for record in dict.fromkeys((report.key, trial.comparison.study)):
        found = _of_arms(one.quantity, known[record], trial)
        if found is not None:
            return found
    return None


def _of_arms(
    quantity: str, record: PublishedTrial, trial: CountedTrial
) -> tuple[float, tuple[str, ...]] | None:
    """All patients, or both arms weighted by their patients (alike where a number is not confirmed)."""
    rows = {
        row.of: (row.values[quantity], row.source)
        for row in record.baseline
        if not row.subgroup and quantity in row.values
    }
    arms = (trial.comparison.arm, trial.comparison.control)
    if all(arm in rows for arm in arms):
        sizes = [record.arm(arm).get("n") for arm in arms]
        weights = [1.0, 1.0] if None in sizes else sizes
        value = float(np.average([rows[arm][0] for arm in arms], weights=weights))
        return value, tuple(dict.fromkeys(rows[arm][1] for arm in arms))
    return (rows[WHOLE_TRIAL][0], (rows[WHOLE_TRIAL][1],)) if WHOLE_TRIAL in rows else None
