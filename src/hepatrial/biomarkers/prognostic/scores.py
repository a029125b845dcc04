"""How good predictions of survival are: ranking, accuracy, and use, with censoring weighted away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.survival.kaplan_meier import kaplan_meier
from hepatrial.survival.times import SurvivalTimes


@dataclass(frozen=True, slots=True)
class Weighting:
    """Patients by rising time, and the chance that each was still followed.

    Attributes
    ----------
    order
        Shape (n,): patients by rising time, events before censored at the same time.
    time, event
        Shape (n,), in that order.
    before
        Shape (n,): Kaplan-Meier estimate of staying uncensored until just before each patient's time.
    """

    order: np.ndarray
    time: np.ndarray
    event: np.ndarray
    before: np.ndarray
    _steps: tuple[np.ndarray, np.ndarray]

    def uncensored(self, days: float) -> float:
        """Chance of being uncensored up to and including ``days``."""
        time, value = self._steps
        return float(np.append(1.0, value)[np.searchsorted(time, days, side="right")])


def weighting(times: SurvivalTimes) -> Weighting:
    """Weights by inverse probability of censoring (IPCW); assumes that censoring does not depend on the markers."""
    time, event = np.asarray(times.time_days, dtype=np.float64), np.asarray(times.event) > 0
    order = np.lexsort((~event, time))
    # An event at the same time comes before the censoring: it is not at risk of being censored.
    later = np.where(event, np.nextafter(time, -np.inf), time)
    curve = kaplan_meier(SurvivalTimes(np.maximum(later, 0.0), (~event).astype(np.int8)))
    place = np.searchsorted(curve.time_days, time, side="left")
    before = np.append(1.0, curve.survival)[place]
    return Weighting(order, time[order], event[order], before[order], (curve.time_days, curve.survival))


def harrell_c(found: Weighting, risk: np.ndarray, weight: np.ndarray) -> float:
    """Harrell's C; ``risk`` and ``weight`` (n,) in the patients' own order (10.1001/jama.1982.03320430047030)."""
    return _concordance(found, risk, weight, np.ones(len(risk)))


def uno_c(found: Weighting, risk: np.ndarray, weight: np.ndarray, until: float) -> float:
    """Uno's C up to ``until`` days, which does not depend on the censoring (Uno et al. 2011, 10.1002/sim.4154)."""
    inverse = np.where(found.time < until, found.before, np.inf) ** -2.0
    return _concordance(found, risk, weight, inverse)


def _concordance(found: Weighting, risk: np.ndarray, weight: np.ndarray, event_weight: np.ndarray) -> float:
    from hepatrial.biomarkers.prognostic.pair_kernel import weighted_concordance

    order = found.order
    return float(
        weighted_concordance(
            found.time,
            found.event,
            weight[order].astype(np.float64),
            event_weight,
            np.ascontiguousarray(risk[order], dtype=np.float64),
        )
    )


def auc_at(found: Weighting, risk: np.ndarray, weight: np.ndarray, days: float) -> float:
    """Area under the ROC curve of dying by ``days`` against living beyond (cumulative, dynamic).

    Source: Uno et al. 2007, 10.1198/016214507000000149.
    """
    score, w = risk[found.order], weight[found.order]
    case = found.event & (found.time <= days)
    control = found.time > days
    if not (w[case].sum() > 0 and w[control].sum() > 0):
        return float("nan")
    order = np.argsort(score[control], kind="stable")
    ranked, running = score[control][order], np.append(0.0, np.cumsum(w[control][order]))
    below = running[np.searchsorted(ranked, score[case], side="left")]
    not_above = running[np.searchsorted(ranked, score[case], side="right")]
    case_weight = w[case] / found.before[case]
    return float((case_weight * (below + not_above) / 2).sum() / case_weight.sum() / running[-1])


def brier_at(found: Weighting, survival: np.ndarray, weight: np.ndarray, days: float) -> float:
    """Mean squared distance of predicted survival (n,) at ``days`` from what happened; 0.25 for a coin.

    Source: Graf et al. 1999, 10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5.
    """
    predicted, w = survival[found.order], weight[found.order]
    dead = found.event & (found.time <= days)
    alive = found.time > days
    loss = np.where(dead, predicted**2 / found.before, 0.0)
    loss[alive] = (1 - predicted[alive]) ** 2 / found.uncensored(days)
    return float((w * loss).sum() / w.sum())


def integrated_brier(found: Weighting, survival: np.ndarray, weight: np.ndarray, days: np.ndarray) -> float:
    """Brier score averaged over ``days`` (d,), of predicted survival (n, d)."""
    each = np.array([brier_at(found, survival[:, place], weight, day) for place, day in enumerate(days)])
    return float(np.trapezoid(each, days) / (days[-1] - days[0]))


def net_benefit(times: SurvivalTimes, risk: np.ndarray, days: float, thresholds: np.ndarray) -> np.ndarray:
    """Net benefit (t,) of acting on a predicted risk of at least each threshold by ``days``.

    True positives a patient, less false positives at the odds of the threshold; deaths by Kaplan-Meier among those
    at or above it. Source: Vickers et al. 2008, 10.1186/1472-6947-8-53.
    """
    found = np.zeros(len(thresholds))
    for place, threshold in enumerate(thresholds):
        acted = risk >= threshold
        if not acted.any():
            continue
        curve = kaplan_meier(times.select(acted))
        alive = float(np.append(1.0, curve.survival)[np.searchsorted(curve.time_days, days, side="right")])
        share = acted.mean()
        found[place] = share * (1 - alive) - share * alive * threshold / (1 - threshold)
    return found
