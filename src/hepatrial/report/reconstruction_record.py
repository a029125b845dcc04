"""A reconstruction as the record that ``--json`` prints and ``result.json`` holds, and its patients as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hepatrial.errors import Issue
from hepatrial.evidence.questions.reconstructed_trial import ArmResult, ReconstructedTrial
from hepatrial.evidence.reconstruction import Agreement, Diagnosis, GuessedArm
from hepatrial.evidence.references import in_words
from hepatrial.units import TIME_IN_DAYS, months

if TYPE_CHECKING:
    import polars as pl

GUESS = "A guess from summary numbers: not read from a curve, never to be used as if it were."


def range_words(found: ReconstructedTrial) -> str | None:
    """How the range of a guessed hazard ratio is meant; None for a reconstruction, and where a ratio was given."""
    if found.hr_range is None:
        return None
    low, high = found.hr_range
    return (
        f"No hazard ratio was given, and the numbers leave it open: {low:.2f} to {high:.2f} over curves with each "
        "median at either end of its interval, where one was given, and hazards that halve or double over the "
        "follow-up. That is the room that the guess has, not a confidence interval."
    )


def patients_table(found: ReconstructedTrial, time_unit: str) -> pl.DataFrame:
    """A row a patient: ``time`` in ``time_unit``, ``event`` (1 or 0), ``arm``, ``kind`` (reconstructed or guess)."""
    import polars as pl

    length = TIME_IN_DAYS[time_unit.removesuffix("s")]
    return pl.concat(
        pl.DataFrame(
            {
                "time": arm.times.time_days / length,
                "event": arm.times.event.astype("int8"),
                "arm": [arm.name] * len(arm.times),
                "kind": [found.kind] * len(arm.times),
            }
        )
        for arm in found.arms
    )


def reconstruction_record(found: ReconstructedTrial, time_unit: str) -> dict[str, Any]:
    """Stable keys; times in months, survival as a share, None where not known or not reached."""
    ratio = found.ratio
    return {
        "kind": found.kind,
        "marked": GUESS if found.kind == "guess" else None,
        "time_unit_of_patients": time_unit,
        "arms": [_arm(arm) for arm in found.arms],
        "hr": None if ratio is None else ratio.hr,
        "hr_ci": None if ratio is None else list(ratio.interval),
        "hr_range_of_guess": None if found.hr_range is None else list(found.hr_range),
        "comparison": None if found.agreement is None else _agreement(found.agreement),
        "warnings": [_warning(name, issue) for name, issue in found.warnings],
        "method": in_words(found.citation),
    }


def _arm(arm: ArmResult) -> dict[str, Any]:
    median = arm.km.median()
    published = arm.published
    return {
        "arm": arm.name,
        "n": len(arm.times),
        "events": int(arm.times.event.sum()),
        "events_published": published.events,
        "median_months": _months(median.estimate),
        "median_ci": [_months(median.lower), _months(median.upper)],
        "median_published_months": None if published.median_days is None else months(published.median_days),
        "landmarks": [
            {"months": months(day), "published": given, "of_the_patients": own}
            for day, given, own in landmarks_of(arm)
        ],
        "diagnosis": None if arm.diagnosis is None else _diagnosis(arm.diagnosis),
    }


def landmarks_of(arm: ArmResult) -> list[tuple[float, float, float | None]]:
    """Of a guessed arm: day, survival that was given, and survival of its patients; both as shares."""
    if not isinstance(arm.patients, GuessedArm):
        return []
    own = [
        (day, share, float(arm.km.at(day).estimate)) for day, share in sorted(arm.patients.summary.landmarks)
    ]
    return [(day, share, found if math.isfinite(found) else None) for day, share, found in own]


def _diagnosis(found: Diagnosis) -> dict[str, Any]:
    return {
        "rmse": found.rmse,
        "largest_distance": found.largest,
        "largest_distance_at_months": months(found.largest_at_days),
        "ks_distance": found.ks_distance,
        "ks_p": found.ks_p,
        "at_risk": [
            {"months": months(float(day)), "published": int(published), "reconstructed": int(own)}
            for day, published, own in zip(
                found.risk_days, found.at_risk_published, found.at_risk_reconstructed, strict=True
            )
        ],
    }


def _agreement(found: Agreement) -> dict[str, Any]:
    published = found.published
    return {
        "hr": found.hr,
        "ci": list(found.interval),
        "p_log_rank": found.p_log_rank,
        "published_hr": published.hr,
        "published_ci": None if published.interval is None else list(published.interval),
        "log_difference": found.difference,
        "difference_in_standard_errors": found.difference_in_errors,
        "verdict": found.verdict.name.lower(),
        "sentence": found.sentence,
    }


def _warning(arm: str, issue: Issue) -> dict[str, Any]:
    return {
        "arm": arm,
        "rule": issue.rule,
        "what": issue.what,
        "found": issue.found,
        "allowed": issue.allowed,
        "fix": issue.fix,
    }


def _months(days: float) -> float | None:
    return months(float(days)) if math.isfinite(days) else None
