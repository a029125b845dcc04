"""What a file of phase 2 results must fulfil beyond its schema: rules that look at more than one key."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue, near_miss
from hepatrial.files.document import Document, KeyPath, shown
from hepatrial.prediction.phase2_schema import Phase2File, Phase2TrialSection, ResultSection
from hepatrial.units import DAYS_PER_MONTH

LANDMARKS = ("os_percent", "ttp_percent", "pfs_percent")
WITH_INTERVAL = ("os_median_months", *LANDMARKS, "os_hr", "ttp_hr", "pfs_hr")
COUNTS = ("responders_patients", "toxic_deaths")


def is_ratio(quantity: str) -> bool:
    """Whether a quantity is of one arm against another."""
    return quantity.endswith("_hr")


def broken_rules(content: Phase2File, document: Document) -> Iterator[Issue]:
    """Everything that is wrong with a file whose keys and types are right."""
    names = [trial.name for trial in content.trials]
    for place, trial in enumerate(content.trials):
        path: KeyPath = ("trials", place)
        if trial.name in names[:place]:
            yield _issue(
                document,
                (*path, "name"),
                "there are two trials of this name",
                "a name of its own for each trial",
                "change one of them",
            )
        yield from _of_arms(trial, path, document)
        for number, result in enumerate(trial.results):
            yield from _of_result(trial, result, (*path, "results", number), document)
        yield from _twice(trial, path, document)


def _issue(document: Document, path: KeyPath, what: str, allowed: str, fix: str) -> Issue:
    return Issue(what, document.locate(path), shown(document.get(path)), allowed, fix, "phase-2-result")


def _of_arms(trial: Phase2TrialSection, path: KeyPath, document: Document) -> Iterator[Issue]:
    names = [arm.name for arm in trial.arms]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield _issue(
                document, (*path, "arms", place, "name"), "there are two arms of this name",
                "a name of its own for each arm", "change one of them",
            )  # fmt: skip
    if trial.ratio is not None and len(trial.ratio) != len(names):
        yield _issue(
            document, (*path, "ratio"), "the ratio is not of these arms",
            f"{len(names)} numbers, one for each of {', '.join(names)}", "write a number for each arm",
        )  # fmt: skip


def _of_result(
    trial: Phase2TrialSection, result: ResultSection, path: KeyPath, document: Document
) -> Iterator[Issue]:
    names = tuple(arm.name for arm in trial.arms)
    for key, allowed in (("arm", names), ("control", names[-1:])):
        named = getattr(result, key)
        if named is not None and named not in allowed:
            meant = near_miss(named, allowed)
            fix = (
                f"did you mean {meant}?" if meant else "name an arm of `arms`; of several the last is control"
            )
            yield _issue(
                document, (*path, key), f"the trial has no such {key}: {named}", ", ".join(allowed), fix
            )
    yield from _companions(result, path, document)
    yield from _bounds(trial, result, path, document)
    if result.interval is not None:
        yield from _interval(result, path, document)


def _companions(result: ResultSection, path: KeyPath, document: Document) -> Iterator[Issue]:
    """Keys that a quantity asks for, and keys that mean nothing beside it."""
    wanted = {"control": is_ratio(result.quantity), "months": result.quantity in LANDMARKS}
    for key, needed in wanted.items():
        given = getattr(result, key) is not None
        if needed and not given:
            what = "the arm that it is against" if key == "control" else "the time that it is of"
            yield Issue(
                f"missing key: {key}", document.locate(path), f"{result.quantity} without {key}", what,
                f"add `{key}: ...`", "phase-2-result",
            )  # fmt: skip
        if given and not needed:
            yield _issue(
                document, (*path, key), f"{result.quantity} has no {key}",
                "`control` with a hazard ratio, `months` with a share at a time", f"delete `{key}`",
            )  # fmt: skip
    if result.n is not None and is_ratio(result.quantity):
        yield _issue(
            document, (*path, "n"), "a hazard ratio is of the patients of both arms",
            "n at the arms", "delete `n`",
        )  # fmt: skip


def _bounds(
    trial: Phase2TrialSection, result: ResultSection, path: KeyPath, document: Document
) -> Iterator[Issue]:
    quantity, value = result.quantity, result.value
    n = result.n or next((arm.n for arm in trial.arms if arm.name == result.arm), None)
    months = trial.horizon / DAYS_PER_MONTH
    low, high, fix = 0.0, 100.0, "per cent, not a share of 1"
    inside = quantity in LANDMARKS
    if is_ratio(quantity):
        low, high, inside, fix = 0.0, 50.0, True, "write the ratio, not its logarithm"
    elif quantity.endswith("_months"):
        low, high, inside, fix = 0.0, months, True, "write months, or lengthen `horizon`"
    elif quantity in COUNTS:
        high, fix = float(n or 0), "write the number of patients"
    if (inside and not low < value < high) or not low <= value <= high:
        between = f"between {low:g} and {high:.4g}" + (", without these" if inside else "")
        yield _issue(document, (*path, "value"), f"{quantity}: out of range", between, fix)
    if quantity in COUNTS and value != round(value):
        yield _issue(
            document, (*path, "value"), f"{quantity}: not a whole number", "a whole number", "count patients"
        )
    if result.months is not None and result.months > months:
        yield _issue(
            document, (*path, "months"), "the time is beyond the horizon", f"up to {months:.4g} months",
            "lengthen `horizon`",
        )  # fmt: skip


def _interval(result: ResultSection, path: KeyPath, document: Document) -> Iterator[Issue]:
    where, (low, high) = (*path, "interval"), result.interval
    if result.quantity not in WITH_INTERVAL:
        yield _issue(
            document, where, f"{result.quantity} takes its error from the number of patients",
            f"an interval of {', '.join(WITH_INTERVAL)}", "delete `interval`",
        )  # fmt: skip
        return
    highest = 100.0 if result.quantity in LANDMARKS else float("inf")
    if not 0.0 < low <= result.value <= high < highest or low == high:
        yield _issue(
            document, where, "the interval is not around the value",
            f"two numbers, above 0{' and below 100' if highest == 100.0 else ''}, with {result.value:g} between them",
            "write it as [lower, upper]",
        )  # fmt: skip


def _twice(trial: Phase2TrialSection, path: KeyPath, document: Document) -> Iterator[Issue]:
    seen: set[tuple[object, ...]] = set()
    for number, result in enumerate(trial.results):
        name = (result.arm, result.control, result.quantity, result.months)
        if name in seen:
            yield _issue(
                document, (*path, "results", number, "quantity"), "this result stands twice",
                "each result once: the same patients count once", "delete one of them",
            )  # fmt: skip
        seen.add(name)
