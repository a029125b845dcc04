"""Simulated beside published: does the simulation agree, and was it made to?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hepatrial.analysis.arms import proportion
from hepatrial.calibration.targets import Target, calibration_targets
from hepatrial.report.formatting import MISSING, NOT_REACHED, estimate, number
from hepatrial.units import DAYS_PER_MONTH

DIFFERENCE = "difference"
ENDPOINT_NAMES = ("OS", "TTP", "PFS")
PERCENTS = (
    ("response rate, %", "orr_percent"),
    ("disease control rate, %", "dcr_percent"),
    ("response rate by mRECIST, %", "orr_mrecist_percent"),
)


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One published number with its simulated counterpart.

    Attributes
    ----------
    verdict
        "inside the published interval", "below it", "above it", or the difference where no interval is
        published.
    outside
        True where the published interval excludes the simulated value.
    fitted
        Whether the published number was a target of the calibration: agreement is then a fit, not a
        prediction.
    """

    measure: str
    who: str
    simulated: str
    published: str
    verdict: str
    outside: bool = False
    fitted: bool = False

    @property
    def agreement(self) -> str:
        """The verdict with "fitted" where it is one."""
        return f"{self.verdict}; fitted" if self.fitted and self.verdict != MISSING else self.verdict


def agreement_rows(
    summary: dict[str, Any], *, record: str | None, scan_interval_days: float
) -> tuple[AgreementRow, ...]:
    """Rows for every number that the simulation or the publication gives; ``record`` names the evidence."""
    published = summary["published"] or {"arms": [], "comparisons": []}
    targets = tuple(target for target in calibration_targets() if target.trial == record)
    known_arms = {arm["arm"]: arm for arm in published["arms"]}
    known_ratios = {(row["arm"], row["control"], row["endpoint"]): row for row in published["comparisons"]}
    scan_months = scan_interval_days / DAYS_PER_MONTH
    return (
        *_medians(summary["arms"], known_arms, targets, scan_months),
        *_ratios(summary["comparisons"], known_ratios, targets),
        *_survival(summary["arms"], known_arms),
        *_percents(summary["arms"], known_arms),
    )


def _medians(
    arms: list[dict[str, Any]],
    known_arms: dict[str, dict[str, Any]],
    targets: tuple[Target, ...],
    scan_months: float,
) -> Iterator[AgreementRow]:
    for endpoint in ENDPOINT_NAMES:
        key = endpoint.lower()
        for arm in arms:
            known = known_arms.get(arm["arm"], {})
            value, ci = arm[f"{key}_median_months"], arm[f"{key}_median_ci"]
            there, there_ci = known.get(f"{key}_median_months"), known.get(f"{key}_median_ci")
            verdict, outside = _judged(value, there, there_ci)
            if verdict == DIFFERENCE and endpoint != "OS" and abs(value - there) <= 1.01 * scan_months:
                verdict = f"{value - there:+.1f} months, within one scan"
            elif verdict == DIFFERENCE:
                verdict = f"{100 * (value / there - 1):+.0f} %"
            yield AgreementRow(
                f"{endpoint} median, months",
                arm["arm"],
                estimate(value, ci, 1, NOT_REACHED),
                estimate(there, there_ci),
                verdict,
                outside,
                _is_target(targets, "survival" if endpoint == "OS" else "scan_median", arm["arm"], endpoint),
            )


def _ratios(
    rows: list[dict[str, Any]], known_rows: dict[tuple[str, str, str], Any], targets: tuple[Target, ...]
) -> Iterator[AgreementRow]:
    for row in rows:
        known = known_rows.get((row["arm"], row["control"], row["endpoint"]), {})
        verdict, outside = _judged(row["hr"], known.get("hr"), known.get("ci"))
        if verdict == DIFFERENCE:
            verdict = f"{100 * (row['hr'] / known['hr'] - 1):+.0f} %"
        yield AgreementRow(
            f"{row['endpoint']} hazard ratio",
            f"{row['arm']} v {row['control']}",
            estimate(row["hr"], row["ci"], 2),
            estimate(known.get("hr"), known.get("ci"), 2),
            verdict,
            outside,
            _is_target(targets, "log_hazard_ratio", None, row["endpoint"]),
        )


def _survival(arms: list[dict[str, Any]], known_arms: dict[str, dict[str, Any]]) -> Iterator[AgreementRow]:
    for month in arms[0]["survival_at_months"]:
        for arm in arms:
            there = (known_arms.get(arm["arm"], {}).get("survival_at_months") or {}).get(month)
            yield _percent_row(
                f"alive at {month} months, %", arm["arm"], arm["survival_at_months"][month], there
            )


def _percents(arms: list[dict[str, Any]], known_arms: dict[str, dict[str, Any]]) -> Iterator[AgreementRow]:
    """A published share of a known number of patients is given its exact interval, which papers rarely print."""
    for label, name in PERCENTS:
        for arm in arms:
            known = known_arms.get(arm["arm"], {})
            value, there, n = arm[name], known.get(name), known.get("n")
            if value is None or there is None or not n:
                yield _percent_row(label, arm["arm"], value, there)
                continue
            exact = proportion(round(there * n / 100.0), n)
            limits = [exact.lower, exact.upper]
            verdict, outside = _judged(value, there, limits, "exact")
            yield AgreementRow(
                label, arm["arm"], number(value), f"{estimate(there, limits)} exact", verdict, outside
            )


def _percent_row(measure: str, arm: str, value: float | None, there: float | None) -> AgreementRow:
    verdict = MISSING if value is None or there is None else f"{value - there:+.1f} points"
    return AgreementRow(measure, arm, number(value), number(there), verdict)


def _judged(
    value: float | None, there: float | None, limits: list[float] | None, kind: str = "published"
) -> tuple[str, bool]:
    """Verdict and whether the interval excludes the value; `DIFFERENCE` where no interval is known."""
    if value is None or there is None:
        return MISSING, False
    if not limits or None in limits:
        return DIFFERENCE, False
    if value < limits[0]:
        return f"below the {kind} interval", True
    if value > limits[1]:
        return f"above the {kind} interval", True
    return f"inside the {kind} interval", False


def _is_target(targets: tuple[Target, ...], kind: str, arm: str | None, endpoint: str) -> bool:
    """Whether a published number was fitted to; PFS never was."""
    if endpoint == "PFS":
        return False
    return any(
        target.kind == kind
        and (target.row.get("arm") == arm if arm is not None else target.row.get("endpoint") == endpoint)
        for target in targets
    )
