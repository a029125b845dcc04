"""What share of progressions is due to which cause of resistance.

Every patient is simulated with each of the 16 sets of active causes, all chance being the same. For a patient who
progresses on day T with all causes active, v(S) says whether progression would have come by T with the causes in S
alone. What comes without any cause, v(none), is progression that treatment never held up: disease too fast, or drug too
weak, from the start. The rest is divided by Shapley's values (`shapley`), so that shares add up to all progressions.

Under an arm with a sequence it is progression beyond the sequence (in its last stage, or after the end of treatment)
that is divided: what a switch or a rechallenge is there to delay.

Blocking one cause is another question, answered beside it: how much later a patient would progress, with the cause
switched off and the others at work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from hepatrial.attribution.causes import CAUSES, switches_of
from hepatrial.attribution.onset import Onset, onset, onset_days
from hepatrial.attribution.shapley import shapley_values
from hepatrial.errors import RunFailed
from hepatrial.protocol.design import Arm
from hepatrial.simulation.blocks import Followed, Work, follow_patients
from hepatrial.simulation.failures import Failure, failures_of
from hepatrial.units import DAYS_PER_MONTH

ALL = 2 ** len(CAUSES) - 1
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its Monte-Carlo standard error, from patients who are independent draws."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class CauseShare:
    """One cause of resistance in one arm.

    Attributes
    ----------
    share_percent
        Of progressions that are due to it.
    delay_months
        How much later progression would come on average, within the horizon, were this cause alone blocked.
    onset
        When it sets in.
    """

    cause: str
    share_percent: Estimate
    delay_months: Estimate
    onset: Onset


@dataclass(frozen=True, slots=True)
class ArmAttribution:
    """Causes of progression under one arm.

    Attributes
    ----------
    beyond_sequence
        Whether the arm has a sequence, so that progression is the one beyond it; else it is the first.
    patients, progressions
        Simulated, and those of them who progress before death and the horizon.
    never_held_percent
        Progressions that come as early without any resistance.
    by_new_lesion_percent, off_treatment_percent
        Progressions whose scan shows a new lesion, and those after an adverse event had ended all treatment.
    mean_months
        Mean time to progression within the horizon, death left aside.
    later_months, longer_life_months
        How much later progression comes than the same patients' under control, and how much longer they live, mean
        months within the horizon; None of control itself. With a sequence in the arm, its progression beyond that.
    """

    arm: str
    beyond_sequence: bool
    patients: int
    progressions: int
    never_held_percent: Estimate
    by_new_lesion_percent: Estimate
    off_treatment_percent: Estimate
    causes: tuple[CauseShare, ...]
    mean_months: Estimate
    later_months: Estimate | None
    longer_life_months: Estimate | None


@dataclass(frozen=True, slots=True)
class _Block:
    """One block of patients under one arm; leading axis of ``progression`` the sets of causes."""

    progression: np.ndarray  # (sets, n) days
    death: np.ndarray  # (n,)
    onset: np.ndarray  # (causes, n)
    by_new_lesion: np.ndarray  # (n,) 0 or 1
    off_treatment: np.ndarray  # (n,) 0 or 1
    good: np.ndarray  # (n,) bool


def attribute_resistance(
    work: Work, patients: int, *, progress: Progress | None = None
) -> tuple[ArmAttribution, ...]:
    """Attribute the progressions of ``patients`` virtual patients under each arm, in the protocol's order.

    Raises
    ------
    RunFailed
        No patient could be simulated.

    Notes
    -----
    Progression is the protocol's: read at its scans, with measurement error, against the lowest sum. A cause may come
    out with a small negative share, as a tumour that shrinks further also has a lower sum to progress from.
    When not to use: to say what resistance costs in survival; compare OS with the switches of `simulate`.
    """
    starts = range(0, patients, work.block)
    blocks = []
    for done, start in enumerate(starts):
        if progress is not None:
            progress("causes of resistance", done, len(starts))
        blocks.append(_one_block(work, np.arange(start, min(start + work.block, patients))))
    if progress is not None:
        progress("causes of resistance", len(starts), len(starts))
    protocol = work.protocol
    control = next(place for place, arm in enumerate(protocol.arms) if arm.name == protocol.control)
    return tuple(
        _summed_up(
            arm,
            [block[place] for block in blocks],
            None if place == control else [block[control] for block in blocks],
            protocol.horizon_days,
        )
        for place, arm in enumerate(protocol.arms)
    )


def _one_block(work: Work, numbers: np.ndarray) -> list[_Block]:
    arms = range(len(work.protocol.arms))
    progression: list[list[np.ndarray]] = [[] for _ in arms]
    without: dict[int, Followed] = {}
    good = np.ones(len(numbers), dtype=bool)
    for active in range(ALL + 1):
        followed = follow_patients(replace(work, switches=switches_of(active)), numbers)
        good &= failures_of(followed) == Failure.NONE
        for arm in arms:
            progression[arm].append(followed.events[arm].final_progression.astype(np.float64))
        if active == ALL or (ALL ^ active).bit_count() == 1:
            without[ALL ^ active] = followed
    return [_block(arm, progression[arm], without, good) for arm in arms]


def _block(arm: int, progression: list[np.ndarray], without: dict[int, Followed], good: np.ndarray) -> _Block:
    full = without[0]
    viable = full.visits[arm].viable_sld_mm
    days = (np.arange(viable.shape[0]) + 1.0) * full.inputs.days_between_visits
    events = full.events[arm]
    return _Block(
        progression=np.stack(progression),
        death=events.death.astype(np.float64),
        onset=np.stack(
            [
                onset_days(viable, without[1 << place].visits[arm].viable_sld_mm, days)
                for place in range(len(CAUSES))
            ]
        ),
        by_new_lesion=np.asarray(events.final_by_new_lesion, dtype=np.float64),
        off_treatment=(events.stop_for_adverse_event > 0) & (events.stop < events.final_progression),
        good=good,
    )


def _summed_up(
    arm: Arm, blocks: list[_Block], control: list[_Block] | None, horizon_days: float
) -> ArmAttribution:
    good = np.concatenate([block.good for block in blocks])
    if not good.any():
        raise RunFailed(
            "no virtual patient could be simulated\n  fix:     run the protocol (`hepatrial run`) to see why"
        )
    days = np.concatenate([block.progression for block in blocks], axis=1)[:, good]
    death = np.concatenate([block.death for block in blocks])[good]
    begun = np.concatenate([block.onset for block in blocks], axis=1)[:, good]
    progressed = (days[ALL] < death) & (days[ALL] <= horizon_days)
    as_early = (days <= days[ALL]).astype(np.float64)[:, progressed]
    shares = shapley_values(as_early) if progressed.any() else np.empty((len(CAUSES), 0))
    new_lesion, off = (
        np.concatenate([getattr(block, name) for block in blocks])[good][progressed]
        for name in ("by_new_lesion", "off_treatment")
    )
    held = np.minimum(days, horizon_days) / DAYS_PER_MONTH
    until = np.minimum(np.where(progressed, days[ALL], death), horizon_days)
    return ArmAttribution(
        arm=arm.name,
        beyond_sequence=len(arm.stages) > 1,
        patients=int(good.sum()),
        progressions=int(progressed.sum()),
        never_held_percent=_mean(100.0 * as_early[0]),
        by_new_lesion_percent=_mean(100.0 * new_lesion),
        off_treatment_percent=_mean(100.0 * off),
        causes=tuple(
            CauseShare(
                cause=cause,
                share_percent=_mean(100.0 * shares[place]),
                delay_months=_mean(held[ALL ^ (1 << place)] - held[ALL]),
                onset=onset(begun[place], until),
            )
            for place, cause in enumerate(CAUSES)
        ),
        mean_months=_mean(held[ALL]),
        later_months=None
        if control is None
        else _mean(held[ALL] - _months(control, "progression", horizon_days)),
        longer_life_months=None
        if control is None
        else _mean(_months(blocks, "death", horizon_days) - _months(control, "death", horizon_days)),
    )


def _months(blocks: list[_Block], what: str, horizon_days: float) -> np.ndarray:
    """Months to progression with all causes, or to death, within the horizon, of patients that could be simulated."""
    parts = [np.atleast_2d(getattr(block, what))[-1][block.good] for block in blocks]
    return np.minimum(np.concatenate(parts), horizon_days) / DAYS_PER_MONTH


def _mean(values: np.ndarray) -> Estimate:
    if values.size < 2:
        return Estimate(float("nan"), float("nan"))
    return Estimate(float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size)))
