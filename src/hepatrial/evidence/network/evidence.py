"""A network of trials: who was compared with whom, checked and connected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from hepatrial.errors import InvalidInput, Issue, UsageError, near_miss
from hepatrial.evidence.network.blocks import ArmVariance, TrialBlock, trial_block
from hepatrial.evidence.pooling import StudyEffect
from hepatrial.evidence.pooling.checked import effect_problems
from hepatrial.evidence.pooling.variance_component import RotatedModel, rotated_model


@dataclass(frozen=True, slots=True)
class Network:
    """Trials that connect all treatments.

    Attributes
    ----------
    treatments
        In alphabetical order; the first is the base of the basic parameters (estimates do not depend on that).
    trials
        One block a trial.
    """

    treatments: tuple[str, ...]
    trials: tuple[TrialBlock, ...]

    @property
    def contrasts(self) -> int:
        """Independent contrasts: arms less 1, summed over trials."""
        return sum(len(trial.log_hr) for trial in self.trials)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """All pairs of treatments, in the order of ``treatments``."""
        return tuple(combinations(self.treatments, 2))

    def position(self, treatment: str) -> int:
        """Place of a treatment in ``treatments``, or `UsageError` with the near miss."""
        if treatment not in self.treatments:
            meant = near_miss(treatment, self.treatments)
            fix = f"did you mean {meant}?" if meant else f"choose one of {', '.join(self.treatments)}"
            raise UsageError(f"the network has no treatment {treatment}\n  fix:     {fix}")
        return self.treatments.index(treatment)

    def row(self, arm: str, control: str) -> np.ndarray:
        """Shape (T - 1,): the log hazard ratio of ``arm`` to ``control`` in terms of the basic parameters."""
        unit = np.zeros(len(self.treatments))
        unit[self.position(arm)] += 1.0
        unit[self.position(control)] -= 1.0
        return unit[1:]

    def design(self) -> np.ndarray:
        """Shape (contrasts, T - 1): the trials' contrasts in terms of the basic parameters."""
        return np.array([self.row(arm, trial.arms[0]) for trial in self.trials for arm in trial.arms[1:]])

    def trials_with(self, arm: str, control: str) -> tuple[TrialBlock, ...]:
        """Trials that randomised patients to both: the direct evidence."""
        return tuple(trial for trial in self.trials if arm in trial.arms and control in trial.arms)


def network_of(effects: Sequence[StudyEffect], arm_variances: Sequence[ArmVariance] = ()) -> Network:
    """A checked network from study effects.

    Parameters
    ----------
    effects
        Effects of the same ``study`` are taken as one trial with several arms; see `trial_block` for what such a
        trial must give.
    arm_variances
        For trials that print hazard ratios against one arm alone.

    Raises
    ------
    InvalidInput
        Lists every unusable number, arm given twice, and trial whose arms do not fit together; or, if all trials
        are sound, the parts of a network that falls apart, with a trial of each.
    """
    effects = tuple(effects)
    issues = [issue for effect in effects for issue in effect_problems(effect)]
    issues += [issue for variance in arm_variances for issue in _variance_problems(variance, effects)]
    by_study = _by_study(effects)
    issues += [issue for study in by_study.values() for issue in _given_twice(study)]
    if not effects:
        issues.append(
            Issue("a network without trials", found="0 effects", allowed="1 or more", fix="add trials")
        )
    if issues:
        raise InvalidInput(tuple(issues))
    network = Network(
        tuple(sorted({arm for effect in effects for arm in (effect.arm, effect.control)})),
        _blocks(by_study, arm_variances),
    )
    _refuse_disconnected(network.trials)
    return network


def components(trials: Sequence[TrialBlock]) -> list[set[str]]:
    """Treatments that trials connect, directly or by way of others."""
    parts: list[set[str]] = []
    for trial in trials:
        touched = [part for part in parts if part & set(trial.arms)]
        parts = [part for part in parts if part not in touched]
        parts.append(set(trial.arms).union(*touched))
    return parts


def network_model(network: Network, design: np.ndarray | None = None) -> RotatedModel:
    """The network as a rotated model, with the consistency design or another."""
    size = network.contrasts
    sampling, heterogeneity = np.zeros((size, size)), np.zeros((size, size))
    start = 0
    for trial in network.trials:
        inside = slice(start, start + len(trial.log_hr))
        sampling[inside, inside] = trial.covariance
        heterogeneity[inside, inside] = trial.heterogeneity
        start = inside.stop
    y = np.concatenate([trial.log_hr for trial in network.trials])
    return rotated_model(y, sampling, heterogeneity, network.design() if design is None else design)


def _by_study(effects: Sequence[StudyEffect]) -> dict[str, list[StudyEffect]]:
    studies: dict[str, list[StudyEffect]] = defaultdict(list)
    for effect in effects:
        studies[effect.study].append(effect)
    return dict(studies)


def _blocks(
    by_study: dict[str, list[StudyEffect]], arm_variances: Sequence[ArmVariance]
) -> tuple[TrialBlock, ...]:
    blocks, issues = [], []
    for study, effects in by_study.items():
        known = {one.arm: one.variance for one in arm_variances if one.study == study}
        try:
            blocks.append(trial_block(effects, known))
        except InvalidInput as refusal:
            issues += refusal.issues
    if issues:
        raise InvalidInput(tuple(issues))
    return tuple(blocks)


def _given_twice(effects: list[StudyEffect]) -> Iterator[Issue]:
    seen: dict[frozenset[str], StudyEffect] = {}
    for effect in effects:
        pair = frozenset((effect.arm, effect.control))
        if pair in seen and len(pair) == 2:
            yield Issue(
                what=f"{effect.study}: {effect.arm} and {effect.control} are compared twice",
                found=f"{seen[pair].source} and {effect.source}",
                allowed="one hazard ratio for each pair of arms of a trial",
                fix="keep the final report, or give two trials two names",
            )
        seen[pair] = effect


def _variance_problems(variance: ArmVariance, effects: Sequence[StudyEffect]) -> Iterator[Issue]:
    where = f"{variance.study}, arm {variance.arm}"
    if not (np.isfinite(variance.variance) and variance.variance > 0):
        yield Issue(
            what=f"{where}: not a variance",
            found=repr(variance.variance),
            allowed="a finite number above 0",
            fix="1 / (events in that arm) is close to it",
        )
    arms = {
        arm for effect in effects if effect.study == variance.study for arm in (effect.arm, effect.control)
    }
    if variance.arm not in arms:
        yield Issue(
            what=f"{where}: the trial has no such arm",
            found=variance.arm,
            allowed=", ".join(sorted(arms)) or "an arm of a trial that is given",
            fix="name study and arm as the effects do",
        )


def _refuse_disconnected(trials: Sequence[TrialBlock]) -> None:
    parts = components(trials)
    if len(parts) == 1:
        return
    found = "; ".join(
        f"{', '.join(sorted(part))} (for example {next(t.study for t in trials if t.arms[0] in part)})"
        for part in sorted(parts, key=lambda part: (-len(part), min(part)))
    )
    raise InvalidInput(
        (
            Issue(
                what=f"the network falls into {len(parts)} parts that no trial connects",
                found=found,
                allowed="one connected network",
                fix="analyse each part alone, or add a trial with an arm in two of them; look for one treatment "
                "under two names",
            ),
        )
    )
