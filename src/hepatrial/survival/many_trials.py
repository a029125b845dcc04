"""Log-rank, hazard ratio and medians of many simulated trials at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from hepatrial.survival.checks import as_numbers, invalid
from hepatrial.survival.kaplan_meier import FLAT

MAX_STRATA = 4096


@dataclass(frozen=True, slots=True)
class ManyTrials:
    """Results by trial; every array has shape (trials,) but for ``median_days`` and ``events``.

    Attributes
    ----------
    z
        Signed log-rank statistic of group 1, negative where it had fewer events than expected; nan without
        information.
    log_hr, log_hr_se
        Log hazard ratio of group 1 against 0 (Cox, Efron) and its standard error; nan where the likelihood
        has no finite maximum (no events, events in only one group, or none that tells the groups apart).
    median_days
        Shape (trials, 2): Kaplan-Meier medians of groups 0 and 1; nan where not reached.
    events
        Shape (trials, 2): events of groups 0 and 1.
    """

    z: np.ndarray
    log_hr: np.ndarray
    log_hr_se: np.ndarray
    median_days: np.ndarray
    events: np.ndarray

    @property
    def hr(self) -> np.ndarray:
        """Hazard ratios of group 1 against 0."""
        return np.exp(self.log_hr)


def many_trials(
    time_days: np.ndarray,
    event: np.ndarray,
    group: np.ndarray,
    *,
    stratum: np.ndarray | None = None,
    included: np.ndarray | None = None,
    workers: int = 1,
) -> ManyTrials:
    """Analyse many two-group trials.

    Parameters
    ----------
    time_days
        Shape (trials, n), days.
    event
        Shape (trials, n): True (1) for an event, False (0) for censored.
    group
        Shape (trials, n) or (n,): 0 control, 1 experimental.
    stratum
        Shape (trials, n) or (n,), whole numbers from 0; log-rank and Cox are then stratified, medians are
        not.
    included
        Shape (trials, n) or (n,), False for the places that a smaller trial leaves empty; what stands there
        is ignored.
    workers
        Threads. The result does not depend on it.

    Raises
    ------
    InvalidInput
        Shapes that do not fit, times that are negative or missing, codes other than those above. A trial
        without events or with one group is not an error: its numbers are nan.

    Notes
    -----
    Assumptions, ties and conventions are those of `log_rank`, `cox` (Efron) and `kaplan_meier`, with which
    the results agree; only the route differs: integer counts from one sort a trial and Newton's method on one
    coefficient.

    When not to use: for a trial to be reported, use the single functions, which say why an estimate is
    missing; for more than two groups or further covariates, use `cox`. Standard errors take the subjects as
    independent: not for twins of the same virtual patient within one trial.
    """
    time, code, strata = _packed(time_days, event, group, stratum, included)
    # Numba is imported here: it takes longer than all the rest of this room.
    from hepatrial.survival import many_trials_kernel as kernel

    result = np.empty((len(time), kernel.COLUMNS))
    blocks = np.array_split(np.arange(len(time)), max(1, min(workers, len(time))))
    spans = [slice(block[0], block[-1] + 1) for block in blocks if len(block)]

    def run(span: slice) -> int:
        bad = kernel.analyse(time[span], code[span], strata, FLAT, result[span])
        return bad + span.start if bad >= 0 else -1

    if len(spans) > 1:
        with ThreadPoolExecutor(len(spans)) as pool:
            bad = [found for found in pool.map(run, spans) if found >= 0]
    else:
        bad = [found for found in map(run, spans) if found >= 0]
    if bad:
        raise invalid(
            "time_days: values that are not times",
            f"a negative or missing time in trial {bad[0]}",
            "finite numbers of days, 0 or more",
            "mark places without a subject by included=False",
        )
    return ManyTrials(
        z=result[:, kernel.Z],
        log_hr=result[:, kernel.LOG_HR],
        log_hr_se=result[:, kernel.LOG_HR_SE],
        median_days=result[:, [kernel.MEDIAN_0, kernel.MEDIAN_1]],
        events=result[:, [kernel.EVENTS_0, kernel.EVENTS_1]].astype(np.int64),
    )


def _packed(
    time_days: np.ndarray,
    event: np.ndarray,
    group: np.ndarray,
    stratum: np.ndarray | None,
    included: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Times, one code a subject (event, group, stratum; -1 for nobody), and the number of strata."""
    time = np.ascontiguousarray(as_numbers(time_days, "time_days", "convert text and dates to days first"))
    if time.ndim != 2:
        raise invalid(
            "time_days: a row for each trial is needed",
            f"shape {time.shape}",
            "shape (trials, n)",
            "reshape a single trial to (1, n), or use log_rank and cox",
        )
    if time.shape[1] == 0:
        raise invalid(
            "time_days: no subjects", f"shape {time.shape}", "n of 1 or more", "check the simulation"
        )
    present = None if included is None else _fitting(included, time.shape, "included").astype(bool)
    code = _binary(event, time.shape, "event", present).astype(np.int16)
    code |= _binary(group, time.shape, "group", present).astype(np.int16) << 1
    strata = 1
    if stratum is not None:
        levels = _fitting(stratum, time.shape, "stratum")
        used = levels if present is None else levels[present]
        if used.size and (used.min() < 0 or used.max() >= MAX_STRATA or (used != np.floor(used)).any()):
            raise invalid(
                "stratum: not a stratum number",
                f"values from {used.min()} to {used.max()}",
                f"whole numbers 0 to {MAX_STRATA - 1}",
                "number the strata from 0 (numpy.unique with return_inverse)",
            )
        strata = int(used.max()) + 1 if used.size else 1
        code |= np.where(True if present is None else present, levels, 0).astype(np.int16) << 2
    if present is not None:
        code[~present] = -1
    return time, code, strata


def _fitting(values: np.ndarray, shape: tuple[int, int], argument: str) -> np.ndarray:
    values = np.asarray(values)
    if values.shape not in (shape, shape[1:]):
        raise invalid(
            f"{argument}: shape does not fit time_days",
            f"{values.shape} beside {shape}",
            f"{shape} or {shape[1:]}",
            f"give {argument} a value for each place of time_days",
        )
    return np.broadcast_to(values, shape)


def _binary(
    values: np.ndarray, shape: tuple[int, int], argument: str, present: np.ndarray | None
) -> np.ndarray:
    """Values as booleans; refuses anything but 0 and 1 where a subject is present."""
    values = _fitting(values, shape, argument)
    if values.dtype == bool:
        return values
    wrong = (values != 0) & (values != 1)
    if present is not None:
        wrong &= present
    if wrong.any():
        raise invalid(
            f"{argument}: a code other than 0 and 1",
            f"{values[wrong][0]} in trial {np.argwhere(wrong)[0][0]}",
            "0 and 1",
            "compare two groups at a time; choose one cause, or all, as the event",
        )
    return values == 1
