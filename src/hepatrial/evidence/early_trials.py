"""What was known of an agent before its phase 3 trial began: phase 1b and 2 results, dated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.trials import PublishedTrial

Known = Literal["known before", "published later", "not datable"]
"""Public before the first patient of the phase 3 trial; dated after that; one of the dates is missing or too coarse."""


@dataclass(frozen=True, slots=True)
class EarlyTrial:
    """An early trial and the phase 3 trial of the same agent that it came before.

    Attributes
    ----------
    early, phase_3
        Keys of the two records.
    public_by, how
        By when the early result was public at the latest, and how that is known.
    began, began_source
        When the phase 3 trial began, None where no source that was read says so.
    known
        Whether the early result was public when the phase 3 trial began.
    """

    early: str
    phase_3: str
    public_by: str
    how: str
    began: str | None
    began_source: str
    known: Known


def early_trials(phase_3: str | None = None, *, records: Collection | None = None) -> tuple[EarlyTrial, ...]:
    """Early trials with their phase 3 trials, all or those of one.

    Notes
    -----
    The cut is the first patient of the phase 3 trial. Dates are compared as coarsely as the coarser is given: "2013"
    and "2013-05" cannot be told apart, and the result is then "not datable". A year of publication is an upper bound:
    "published later" does not exclude an earlier presentation that nobody recorded.
    """
    known = collection() if records is None else records
    wanted = known[phase_3].key if phase_3 is not None else None
    return tuple(
        _early_trial(trial, link.trial, link.public_by, link.how, known)
        for trial in known
        for link in trial.phase_3
        if wanted in (None, link.trial)
    )


def _early_trial(
    trial: PublishedTrial, later: str, public_by: str, how: str, known: Collection
) -> EarlyTrial:
    conduct = known.trials[later].conduct
    source = conduct.began_source or (conduct.source if conduct.began else "")
    return EarlyTrial(
        trial.key, later, public_by, how, conduct.began, source, was_known(public_by, conduct.began)
    )


def was_known(public_by: str, began: str | None) -> Known:
    """Whether a result that was public by one date was known at another; dates as ``2013``, ``2013-05`` or a day."""
    if began is None:
        return "not datable"
    size = min(len(public_by), len(began))
    if public_by[:size] == began[:size]:
        return "not datable"
    return "known before" if public_by[:size] < began[:size] else "published later"
