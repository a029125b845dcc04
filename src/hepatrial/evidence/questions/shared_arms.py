"""Trials whose hazard ratios share one arm: how far that ties them, from confirmed numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.network import ArmVariance, fit_common, network_of
from hepatrial.evidence.pooling import StudyEffect
from hepatrial.evidence.questions.counted_trials import CountedTrial
from hepatrial.evidence.trials import PublishedTrial

JUST_BELOW = 0.99
"""Share of the smallest variance of a contrast up to which that of the shared arm can be: the rest is the other
arm's."""


class How(StrEnum):
    """Where the variance of a shared arm comes from.

    ``EVENTS`` its confirmed number of events: 1 / events. ``INTERVALS`` the intervals of the hazard ratios, shared out
    between two arms by their patients.
    """

    EVENTS = "events"
    INTERVALS = "intervals"


@dataclass(frozen=True, slots=True)
class SharedArm:
    """The arm that a trial's hazard ratios share.

    Attributes
    ----------
    study, treatment
        Trial and arm.
    variance
        Of the log hazard of the arm: the covariance of two log hazard ratios that share it.
    how
        Where it comes from.
    least, most
        Between which it must lie: every patient has an event; the other arms add nothing. Both are ``variance`` where
        it comes from events.
    source
        Of the trial.
    """

    study: str
    treatment: str
    variance: float
    how: How
    least: float
    most: float
    source: str

    def at(self, variance: float) -> ArmVariance:
        """The arm with this or another variance, as networks take it."""
        return ArmVariance(self.study, self.treatment, variance, self.source)


@dataclass(frozen=True, slots=True)
class SharedArmReach:
    """How far what is not known of a shared arm could move a network.

    Attributes
    ----------
    largest_change
        Of any log hazard ratio.
    pair, error, errors
        The two treatments whose standard error moves most, as it is, and the least and most that it could be.
    """

    shared: SharedArm
    largest_change: float
    pair: tuple[str, str]
    error: float
    errors: tuple[float, float]


def shared_arms(counted: Sequence[CountedTrial], known: Collection) -> tuple[SharedArm, ...]:
    """The shared arm of every trial that prints hazard ratios against one arm alone.

    Parameters
    ----------
    counted
        All comparisons of the trials of a network, in the direction of their reports.

    Notes
    -----
    The variance of a log hazard ratio is near the sum of 1 / events of its two arms, so 1 / events of the shared arm is
    wanted. Where its events are not confirmed, and the same share of patients has the event in both arms, its part of
    the variance V of a contrast is V n / (n + n_shared), with n the patients of the other arm. Of several contrasts
    the smallest such part is taken: it never ties the arms by more than any one of them allows.

    When not to use: where arms of one trial differ much in how many have the event; `least` and `most` say how far
    the variance could be off.

    References
    ----------
    Woods, Hawkins & Scott 2010, 10.1186/1471-2288-10-54.
    """
    studies: dict[str, list[CountedTrial]] = {}
    for one in counted:
        studies.setdefault(one.effect.study, []).append(one)
    found = (_shared_arm(rows, known) for rows in studies.values())
    return tuple(one for one in found if one is not None)


def reach_of(shared: Sequence[SharedArm], effects: Sequence[StudyEffect]) -> tuple[SharedArmReach, ...]:
    """How far each variance could move the network's common-effect estimates while the others stay as they are."""
    base = fit_common(network_of(effects, [one.at(one.variance) for one in shared])).effects()
    found = []
    for one in shared:
        others = [other.at(other.variance) for other in shared if other is not one]
        ends = [value for value in dict.fromkeys((one.least, one.most)) if value > 0]
        moved = [fit_common(network_of(effects, [*others, one.at(value)])).effects() for value in ends]
        errors = {pair: sorted(fit[pair].std_error for fit in moved) for pair in base}
        most = max(errors, key=lambda pair: errors[pair][-1] / errors[pair][0])
        found.append(
            SharedArmReach(
                shared=one,
                largest_change=max(abs(fit[pair].value - base[pair].value) for fit in moved for pair in base),
                pair=most,
                error=base[most].std_error,
                errors=(errors[most][0], errors[most][-1]),
            )
        )
    return tuple(found)


def _shared_arm(rows: Sequence[CountedTrial], known: Collection) -> SharedArm | None:
    centre = _centre(rows)
    if centre is None:
        return None
    first = rows[0]
    smallest = min(one.effect.std_error**2 for one in rows)
    patients = _patients(first, centre)
    events = _events(known[first.comparison.trial], rows, centre)
    if events is not None and 1 / events < smallest:
        value = 1 / events
        return SharedArm(first.effect.study, centre, value, How.EVENTS, value, value, first.effect.source)
    return SharedArm(
        study=first.effect.study,
        treatment=centre,
        variance=min(one.effect.std_error**2 * _share(one, centre) for one in rows),
        how=How.INTERVALS,
        least=min(1 / patients, JUST_BELOW * smallest) if patients else 0.0,
        most=JUST_BELOW * smallest,
        source=first.effect.source,
    )


def _centre(rows: Sequence[CountedTrial]) -> str | None:
    """The one arm of all hazard ratios; None for trials of two arms, with all pairs, or with neither."""
    arms = {arm for one in rows for arm in (one.effect.arm, one.effect.control)}
    shared = set.intersection(*({one.effect.arm, one.effect.control} for one in rows))
    return shared.pop() if len(arms) > 2 and len(rows) == len(arms) - 1 and len(shared) == 1 else None


def _patients(one: CountedTrial, arm: str) -> int | None:
    return one.patients[0] if one.effect.arm == arm else one.patients[1]


def _share(one: CountedTrial, centre: str) -> float:
    """Part of a contrast's variance that is the shared arm's; half where the patients of an arm are not confirmed."""
    other = one.effect.control if one.effect.arm == centre else one.effect.arm
    sizes = _patients(one, other), _patients(one, centre)
    if not sizes[0] or not sizes[1]:
        return 0.5
    return sizes[0] / (sizes[0] + sizes[1])


def _events(record: PublishedTrial, rows: Sequence[CountedTrial], centre: str) -> float | None:
    """Confirmed events of the shared arm: a finding such as ``os_events``."""
    first = rows[0].comparison
    arm = first.arm if first.treatment == centre else first.control
    return record.finding(arm, f"{first.endpoint.lower()}_events")
