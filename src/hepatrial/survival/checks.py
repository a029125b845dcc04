"""Checks of what a caller hands to this room: every refusal names the argument and says how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from hepatrial.errors import InvalidInput, Issue, UsageError
from hepatrial.survival.times import SurvivalTimes


def invalid(what: str, found: str, allowed: str, fix: str) -> InvalidInput:
    """The error for data that break a rule."""
    return InvalidInput((Issue(what=what, found=found, allowed=allowed, fix=fix),))


def misuse(what: str, found: str, allowed: str, fix: str) -> UsageError:
    """The error for a call that asks for something it cannot mean."""
    return UsageError(str(Issue(what=what, found=found, allowed=allowed, fix=fix)))


def checked_times(
    times: SurvivalTimes, *, need_events: bool = False, argument: str = "times"
) -> tuple[np.ndarray, np.ndarray]:
    """Times (float64) and event codes (int64) after checking lengths, signs, missing values and codes."""
    if not isinstance(times, SurvivalTimes):
        raise misuse(
            f"{argument}: not survival times",
            type(times).__name__,
            "SurvivalTimes",
            "wrap the arrays as SurvivalTimes(time_days, event)",
        )
    time = as_numbers(times.time_days, f"{argument}: time_days", "convert text and dates to days first")
    event = times.event
    if time.ndim != 1 or event.shape != time.shape:
        raise invalid(
            f"{argument}: time_days and event differ in length",
            f"shapes {time.shape} and {event.shape}",
            "two arrays of shape (n,)",
            "give one event code for each time",
        )
    if time.size == 0:
        raise invalid(
            f"{argument}: no subjects", "0 rows", "1 or more", "check the filter that made this data set"
        )
    bad = ~np.isfinite(time) | (time < 0)
    if bad.any():
        raise invalid(
            f"{argument}: time_days holds values that are not times",
            f"{time[bad][0]} in row {np.flatnonzero(bad)[0]} ({bad.sum()} such rows)",
            "finite numbers of days, 0 or more",
            "drop or mend these rows before the analysis",
        )
    highest = len(times.causes) - 1
    bad = ~np.isin(event, np.arange(highest + 1))
    if bad.any():
        raise invalid(
            f"{argument}: event holds unknown codes",
            f"{event[bad][0]} in row {np.flatnonzero(bad)[0]}",
            f"whole numbers 0 (censored) to {highest}, one for each of causes={times.causes}",
            "recode the events, or name the further causes in causes",
        )
    codes = event.astype(np.int64)
    if need_events and not codes.any():
        raise invalid(
            f"{argument}: no events",
            f"{time.size} subjects, all censored",
            "1 or more events",
            "follow the subjects for longer; without events nothing can be compared",
        )
    return time, codes


def as_numbers(values: Sequence | np.ndarray, argument: str, fix: str) -> np.ndarray:
    """An array of float64, refusing text, dates and the like."""
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise invalid(
            f"{argument}: not numbers", f"type {np.asarray(values).dtype}", "numbers", fix
        ) from None


def checked_single_cause(times: SurvivalTimes, *, need_events: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """As `checked_times`, refusing data with competing causes, for methods that know one kind of event."""
    time, codes = checked_times(times, need_events=need_events)
    if codes.max() > 1:
        raise misuse(
            "times: several causes of the event",
            f"event codes up to {codes.max()}",
            "0 (censored) and 1 (event)",
            "use times.any_event() to take all causes together, or times.only(cause) for one cause",
        )
    return time, codes


def checked_labels(labels: Sequence | np.ndarray, n: int, argument: str) -> tuple[np.ndarray, np.ndarray]:
    """Sorted distinct labels and the code of each subject."""
    # A list goes through objects, lest numpy turn a missing label among texts into the text "nan".
    values = np.asarray(labels, dtype=None if hasattr(labels, "dtype") else object)
    if values.shape != (n,):
        raise invalid(
            f"{argument}: one label a subject is needed",
            f"shape {values.shape}",
            f"shape ({n},)",
            f"give {argument} in the same order as the times",
        )
    if values.dtype == object:
        missing = np.array([label is None or label != label for label in values], dtype=bool)
        values = np.asarray(values.tolist())
    else:
        missing = values != values  # only NaN and NaT differ from themselves
    if missing.any():
        raise invalid(
            f"{argument}: missing labels",
            f"{missing.sum()} of {n}, the first in row {np.flatnonzero(missing)[0]}",
            "a label for every subject",
            "drop these subjects, or give them a label of their own",
        )
    levels, codes = np.unique(values, return_inverse=True)
    return levels, codes.astype(np.int64)


def checked_groups(group: Sequence | np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """As `checked_labels`, refusing fewer than two groups."""
    levels, codes = checked_labels(group, n, "group")
    if len(levels) < 2:
        raise invalid(
            "group: nothing to compare",
            f"one group, {levels[0]!r}",
            "two or more groups",
            "check that both arms are in the data",
        )
    return levels, codes


def checked_strata(strata: Sequence | np.ndarray | None, n: int) -> np.ndarray:
    """Stratum code of each subject; all 0 without strata."""
    if strata is None:
        return np.zeros(n, dtype=np.int64)
    return checked_labels(strata, n, "strata")[1]


def checked_cause(times: SurvivalTimes, cause: int) -> int:
    """The cause of interest, refusing a code that the data do not name or that never happened."""
    if not times.only(cause).event.any():
        raise invalid(
            f"times: no event of cause {cause} ({times.causes[cause]})",
            "0 events",
            "1 or more events",
            "choose a cause that happened",
        )
    return int(cause)


def critical_value(confidence: float) -> float:
    """Two-sided normal quantile of a confidence level."""
    if not 0.0 < confidence < 1.0:
        raise misuse("confidence: not a level", repr(confidence), "between 0 and 1", "write 0.95 for 95%")
    return float(ndtri(0.5 + confidence / 2))


def chosen(value: str, allowed: tuple[str, ...], argument: str) -> str:
    """One of the allowed words, or `UsageError`."""
    if value not in allowed:
        raise misuse(
            f"{argument}: no such choice",
            repr(value),
            ", ".join(allowed),
            f"choose one of them for {argument}",
        )
    return value
