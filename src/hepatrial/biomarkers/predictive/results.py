"""Every marker of a frame put to the predictive questions: both scales, multiplicity, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.predictive.absolute import AbsoluteInteractions, absolute_interactions
from hepatrial.biomarkers.predictive.arrays import TwoArms, two_arms
from hepatrial.biomarkers.predictive.cox_fits import fit_cox
from hepatrial.biomarkers.predictive.curve_basis import natural_spline
from hepatrial.biomarkers.predictive.interaction import Interactions, interactions
from hepatrial.biomarkers.predictive.pseudo_values import shared_window_days
from hepatrial.biomarkers.predictive.verdict import Margins, Verdict, p_two_sided, verdict
from hepatrial.biomarkers.sorted_subjects import sorted_subjects
from hepatrial.errors import InvalidInput
from hepatrial.evidence.pooling import benjamini_hochberg, holm
from hepatrial.survival.checks import chosen, critical_value, misuse
from hepatrial.trialdata import COMPETING_DEATH
from hepatrial.units import DAYS_PER_MONTH

LEAST_VALUES = 10
"""Different values from which a marker counts as continuous."""
MULTIPLICITY = ("fdr", "holm", "none")


@dataclass(frozen=True, slots=True)
class PredictiveResults:
    """All markers of a two-arm comparison.

    Attributes
    ----------
    trial
        What was analysed.
    relative
        Ratios of hazard ratios and effects within arms.
    months, survival
        Change of the benefit per unit of the marker: in days lived within the window, and in survival at its end.
    window_days
        The window.
    prognostic_p_adjusted, interaction_p_adjusted
        Shape (m,), adjusted over all markers by ``multiplicity``.
    p_beside_spline
        Shape (m,): p of the interaction of a continuous marker beside a bent prognostic effect, for those that were
        predictive so far; NaN elsewhere. One above alpha leaves the question unsettled.
    verdicts
        One a marker.
    """

    trial: TwoArms
    relative: Interactions
    months: AbsoluteInteractions
    survival: AbsoluteInteractions
    window_days: float
    multiplicity: str
    prognostic_p_adjusted: np.ndarray
    interaction_p_adjusted: np.ndarray
    p_beside_spline: np.ndarray
    margins: Margins
    verdicts: tuple[Verdict, ...]

    def row(self, marker: int) -> dict[str, object]:
        """What a JSON row says of a marker; None where it could not be estimated."""
        relative, months, survival = self.relative, self.months, self.survival
        quantile = critical_value(relative.confidence)
        found, control_se = self.verdicts[marker], relative.log_hr_control_se[marker]
        control = relative.log_hr_control[marker]
        return {
            "marker": relative.names[marker],
            "n": int(relative.n[marker]),
            "events": int(relative.events[marker]),
            "state": relative.state[marker],
            "interaction_hr": _number(relative.ratio[marker]),
            "interaction_ci": _pair(relative.lower[marker], relative.upper[marker]),
            "interaction_p": _number(relative.p[marker]),
            "interaction_p_likelihood_ratio": _number(relative.p_likelihood_ratio[marker]),
            "interaction_p_beside_spline": _number(self.p_beside_spline[marker]),
            "interaction_p_adjusted": _number(self.interaction_p_adjusted[marker]),
            "hr_control_arm": _number(np.exp(control)),
            "hr_control_arm_ci": _pair(
                np.exp(control - quantile * control_se), np.exp(control + quantile * control_se)
            ),
            "hr_treated_arm": _number(np.exp(relative.log_hr_treated[marker])),
            "prognostic_p_adjusted": _number(self.prognostic_p_adjusted[marker]),
            "window_months": self.window_days / DAYS_PER_MONTH,
            "benefit_slope_months": _number(months.slope[marker] / DAYS_PER_MONTH),
            "benefit_slope_months_ci": _pair(
                months.lower[marker] / DAYS_PER_MONTH, months.upper[marker] / DAYS_PER_MONTH
            ),
            "benefit_slope_months_p": _number(months.p[marker]),
            "benefit_slope_survival": _number(survival.slope[marker]),
            "benefit_slope_survival_ci": _pair(survival.lower[marker], survival.upper[marker]),
            "benefit_slope_survival_p": _number(survival.p[marker]),
            "verdict": found.word,
            "prognostic": found.prognostic,
            "predictive": found.predictive,
            "events_to_settle": found.events_to_settle,
            "verdict_in_words": found.sentence,
        }

    def rows(self) -> list[dict[str, object]]:
        """A row a marker."""
        return [self.row(marker) for marker in range(self.trial.m)]


def predictive_results(
    frame: MarkerFrame,
    *,
    treated: str | None = None,
    strata: np.ndarray | None = None,
    window_days: float | None = None,
    multiplicity: str = "fdr",
    margins: Margins | None = None,
) -> PredictiveResults:
    """Screen all markers of a frame for interaction with treatment.

    Parameters
    ----------
    frame
        Two arms or more; with more, ``treated`` names the one to set against the control.
    strata
        Shape (n,) labels of strata.
    window_days
        Window of the absolute scale; the latest time at which both arms have subjects at risk if left out.
    multiplicity
        "fdr" (false discovery rate), "holm" (family-wise error) or "none".
    margins
        What matters (`Margins`).

    Raises
    ------
    UsageError
        An arm or method that there is not.
    InvalidInput
        No second arm, or no events.
    """
    chosen(multiplicity, MULTIPLICITY, "multiplicity")
    margins = margins or Margins()
    trial, rows = two_arms_of(frame, treated=treated)
    window = shared_window_days(trial.times, trial.arm) if window_days is None else float(window_days)
    own = None if strata is None else np.asarray(strata)[rows]
    relative = interactions(trial, strata=own, confidence=1.0 - margins.alpha)
    prognostic_p = p_two_sided(relative.log_hr_control, relative.log_hr_control_se)
    by_control = _adjusted(prognostic_p, multiplicity)
    by_interaction = _adjusted(relative.p, multiplicity)
    beside_spline = np.array(
        [
            _p_beside_spline(trial, name, own) if p <= margins.alpha else np.nan
            for name, p in zip(relative.names, by_interaction, strict=True)
        ]
    )
    # Read as 1 where it fails: no p of the straight line then makes the marker predictive.
    decisive = np.where(beside_spline > margins.alpha, 1.0, by_interaction)
    return PredictiveResults(
        trial=trial,
        relative=relative,
        months=absolute_interactions(trial, window, confidence=1.0 - margins.alpha),
        survival=absolute_interactions(trial, window, measure="survival", confidence=1.0 - margins.alpha),
        window_days=window,
        multiplicity=multiplicity,
        prognostic_p_adjusted=by_control,
        interaction_p_adjusted=by_interaction,
        p_beside_spline=beside_spline,
        margins=margins,
        verdicts=tuple(
            verdict(
                (relative.log_hr_control[j], relative.log_hr_control_se[j], by_control[j]),
                (relative.log_ratio[j], relative.log_ratio_se[j], decisive[j]),
                int(relative.events[j]),
                margins,
            )
            for j in range(trial.m)
        ),
    )


def _p_beside_spline(trial: TwoArms, name: str, strata: np.ndarray | None) -> float:
    """p of the product of arm and marker where the marker's own effect may bend; NaN for a marker of few values."""
    known = trial.known(name)
    z = known.markers[:, 0]
    if len(np.unique(z)) < LEAST_VALUES:
        return float("nan")
    try:
        bent = natural_spline(z).columns(z)
    except InvalidInput:
        return float("nan")
    complete = np.isfinite(trial.marker(name)) & np.isfinite(trial.adjust).all(axis=1)
    product = known.arm * (z - z.mean())
    found = fit_cox(
        np.column_stack([product, known.arm, bent, known.adjust]),
        sorted_subjects(known.times, None if strata is None else strata[complete]),
    )
    return (
        float(p_two_sided(found.beta[0], np.sqrt(found.covariance[0, 0]))) if found.settled else float("nan")
    )


def two_arms_of(frame: MarkerFrame, *, treated: str | None = None) -> tuple[TwoArms, np.ndarray]:
    """The control and one treated arm of a frame, and which of its rows (n,) they are.

    Death competes with progression in a time to progression: it then ends observation, and ratios are of
    cause-specific hazards.
    """
    if frame.arm is None:
        rows = np.ones(len(frame.times), dtype=bool)
        place = 1
    else:
        place = _place(frame.arms, treated)
        rows = (frame.arm == 0) | (frame.arm == place)
    times = frame.times.only(1) if frame.endpoint in COMPETING_DEATH else frame.times.any_event()
    trial = two_arms(
        times.select(rows),
        None if frame.arm is None else (frame.arm[rows] == place).astype(np.int8),
        frame.markers[rows],
        frame.marker_names,
        adjust=frame.adjust[rows],
        arms=(frame.arms[0], frame.arms[place] if frame.arm is not None else ""),
    )
    return trial, rows


def _place(arms: tuple[str, ...], treated: str | None) -> int:
    if treated is None and len(arms) == 2:
        return 1
    if treated not in arms[1:]:
        raise misuse(
            "treated: which arm is set against the control?",
            "no arm was named" if treated is None else repr(treated),
            ", ".join(arms[1:]),
            "name one of these arms",
        )
    return arms.index(treated)


def _adjusted(p: np.ndarray, multiplicity: str) -> np.ndarray:
    """Adjusted over the markers that were fitted; the others stay NaN."""
    found = np.full(p.shape, np.nan)
    fitted = np.isfinite(p)
    if fitted.any():
        method = {"fdr": benjamini_hochberg, "holm": holm, "none": np.asarray}[multiplicity]
        found[fitted] = method(p[fitted])
    return found


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _pair(low: float, high: float) -> list[float] | None:
    return [float(low), float(high)] if np.isfinite(low) and np.isfinite(high) else None
