"""One trial as a block of contrasts with their covariance: two arms, or several that share patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.pooling import StudyEffect

CLOSURE = 0.05
"""How far log hazard ratios around a triangle may miss 0. Three ratios of 0.3 or more, each rounded to two decimals,
miss by at most 3 * 0.005 / 0.3 = 0.05; a wrong number misses by more."""


@dataclass(frozen=True, slots=True)
class ArmVariance:
    """The variance of one arm's log hazard in one trial, for trials that print hazard ratios against one arm alone.

    ``variance`` is about 1 / (events in the arm): the covariance of two log hazard ratios that share this arm.
    """

    study: str
    arm: str
    variance: float
    source: str


@dataclass(frozen=True, slots=True)
class TrialBlock:
    """A trial of m arms as m - 1 contrasts against its first arm.

    Attributes
    ----------
    study, sources
        Name and citations.
    arms
        m treatments in alphabetical order; the first is the base of the contrasts.
    log_hr
        Shape (m - 1,), each further arm against the base.
    covariance
        Shape (m - 1, m - 1), sampling covariance, positive definite.
    """

    study: str
    sources: tuple[str, ...]
    arms: tuple[str, ...]
    log_hr: np.ndarray
    covariance: np.ndarray

    @property
    def heterogeneity(self) -> np.ndarray:
        """Pattern of heterogeneity, shape (m - 1, m - 1): variance tau2 of each contrast, covariance tau2 / 2."""
        size = len(self.arms) - 1
        return 0.5 * (np.eye(size) + np.ones((size, size)))

    def contrast(self, arm: str, control: str) -> float:
        """Log hazard ratio of two of its arms."""
        level = np.concatenate([[0.0], self.log_hr])
        return float(level[self.arms.index(arm)] - level[self.arms.index(control)])

    def contrast_variance(self, arm: str, control: str) -> float:
        """Sampling variance of `contrast`."""
        unit = np.array([float(other == arm) - float(other == control) for other in self.arms[1:]])
        return float(unit @ self.covariance @ unit)


def trial_block(effects: Sequence[StudyEffect], arm_variances: Mapping[str, float]) -> TrialBlock:
    """The block of one trial's effects.

    Parameters
    ----------
    effects
        Of one study, each pair of arms at most once. With m > 2 arms either all m (m - 1) / 2 pairs, or m - 1
        against one shared arm whose variance is known.
    arm_variances
        Variance of the log hazard by arm.

    Raises
    ------
    InvalidInput
        Pairs that are neither complete nor a star, a missing variance of the shared arm, standard errors that no
        three arms can have, log hazard ratios that contradict each other. All name the trial.

    Notes
    -----
    With all pairs, the covariance of two contrasts to arm c is (V_ca + V_cb - V_ab) / 2, an identity, and printed
    log hazard ratios that miss closure by rounding are brought to it by least squares. With a star, it is the
    variance of the shared arm.

    References
    ----------
    Ruecker 2012, 10.1002/jrsm.1058; Franchini et al. 2012, 10.1002/jrsm.1049.
    """
    arms = tuple(sorted({arm for effect in effects for arm in (effect.arm, effect.control)}))
    if len(effects) == len(arms) * (len(arms) - 1) // 2:
        log_hr, covariance = _from_all_pairs(effects, arms)
    else:
        log_hr, covariance = _from_star(effects, arms, arm_variances)
    _refuse_impossible_errors(effects, covariance)
    return TrialBlock(
        study=effects[0].study,
        sources=tuple(dict.fromkeys(effect.source for effect in effects)),
        arms=arms,
        log_hr=log_hr,
        covariance=covariance,
    )


def _from_all_pairs(effects: Sequence[StudyEffect], arms: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    size = len(arms)
    place = {arm: index for index, arm in enumerate(arms)}
    value, variance = np.zeros((size, size)), np.zeros((size, size))
    for effect in effects:
        i, j = place[effect.arm], place[effect.control]
        value[i, j], value[j, i] = effect.log_hr, -effect.log_hr
        variance[i, j] = variance[j, i] = effect.std_error**2
    _refuse_contradiction(effects, arms, value)
    # Least squares over all pairs: each arm's mean difference to all arms.
    level = value.mean(axis=1)
    covariance = (variance[1:, :1] + variance[:1, 1:] - variance[1:, 1:]) / 2
    return level[1:] - level[0], covariance


def _from_star(
    effects: Sequence[StudyEffect], arms: tuple[str, ...], arm_variances: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    study = effects[0].study
    shared = set.intersection(*({effect.arm, effect.control} for effect in effects))
    if len(effects) != len(arms) - 1 or len(shared) != 1:
        _refuse(
            f"{study}: its comparisons are neither all pairs of arms nor all against one arm",
            "; ".join(f"{effect.arm} v {effect.control}" for effect in effects),
            f"{len(arms) * (len(arms) - 1) // 2} pairs of {', '.join(arms)}, or {len(arms) - 1} against one of them",
            "give the missing hazard ratios, or leave out those that do not share the control",
        )
    centre = shared.pop()
    if centre not in arm_variances:
        _refuse(
            f"{study}: several arms share {centre}, and how far that ties their hazard ratios is unknown",
            "; ".join(f"{effect.arm} v {effect.control}" for effect in effects),
            f"an ArmVariance of {centre} in {study}, or the hazard ratios of all pairs",
            "1 / (events in that arm) is close to its variance",
        )
    oriented = {
        (effect.arm if effect.control == centre else effect.control): (
            effect.log_hr if effect.control == centre else -effect.log_hr,
            effect.std_error**2,
        )
        for effect in effects
    }
    others = [arm for arm in arms if arm != centre]
    to_centre = np.array([oriented[arm][0] for arm in others])
    covariance = np.full((len(others), len(others)), arm_variances[centre])
    np.fill_diagonal(covariance, [oriented[arm][1] for arm in others])
    return _rebased(to_centre, covariance, [arms.index(arm) for arm in others], arms.index(centre))


def _rebased(
    to_centre: np.ndarray, covariance: np.ndarray, places: list[int], centre: int
) -> tuple[np.ndarray, np.ndarray]:
    """Contrasts to the centre turned into contrasts to arm 0."""
    size = len(places) + 1
    level = np.zeros((size, size - 1))  # each arm against the centre
    level[places, np.arange(size - 1)] = 1.0
    turn = level[1:] - level[0]
    return turn @ to_centre, turn @ covariance @ turn.T


def _refuse_contradiction(effects: Sequence[StudyEffect], arms: tuple[str, ...], value: np.ndarray) -> None:
    for i, j, k in combinations(range(len(arms)), 3):
        miss = float(value[i, j] + value[j, k] + value[k, i])
        if abs(miss) > CLOSURE:
            names = f"{arms[i]} v {arms[j]}, {arms[j]} v {arms[k]}, {arms[k]} v {arms[i]}"
            _refuse(
                f"{effects[0].study}: the log hazard ratios of three arms contradict each other",
                f"{names} add up to {miss:.3f}",
                f"0, but for rounding ({CLOSURE})",
                "read the three ratios again, each as arm to control; one may be turned round",
            )


def _refuse_impossible_errors(effects: Sequence[StudyEffect], covariance: np.ndarray) -> None:
    variances = np.diag(covariance)
    if np.all(variances > 0):
        scale = np.sqrt(np.outer(variances, variances))
        if np.linalg.eigvalsh(covariance / scale)[0] > 1e-9:
            return
    _refuse(
        f"{effects[0].study}: no trial of {len(covariance) + 1} arms can have these standard errors together",
        "; ".join(f"{effect.arm} v {effect.control}: {effect.std_error:g}" for effect in effects),
        "for any three arms a, b, c each error below the sum of the other two (and an arm's variance below those "
        "of the contrasts it is part of)",
        "read the intervals again; one may be of another analysis set or endpoint",
    )


def _refuse(what: str, found: str, allowed: str, fix: str) -> None:
    raise InvalidInput((Issue(what=what, found=found, allowed=allowed, fix=fix),))
