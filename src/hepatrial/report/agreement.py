"""Simulated beside published: does the simulation agree, and was it made to?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hepatrial.protocol.design import Protocol
from hepatrial.report.analyses import endpoints_in_order
from hepatrial.report.fit_record import fitted_numbers
from hepatrial.report.formatting import MISSING, NOT_REACHED, counted, estimate, number
from hepatrial.report.published_rates import ArmSize, arm_sizes, finding, published_rate
from hepatrial.report.verdicts import Verdict, judged_median, judged_rate, judged_ratio
from hepatrial.units import DAYS_PER_MONTH

PERCENTS = (
    ("response rate, %", "orr_percent"),
    ("disease control rate, %", "dcr_percent"),
    ("response rate by mRECIST, %", "orr_mrecist_percent"),
)
VIABLE = "mRECIST"
Fitted = frozenset[tuple[str, str | None, str]]
"""Arm, control and quantity of the published numbers that were fitted to."""
NOT_PUBLISHED: dict[str, Any] = {"arms": [], "comparisons": [], "findings": []}


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One published number with its simulated counterpart.

    Attributes
    ----------
    interval
        95 % interval of the published number, and whether it was published or computed from what; empty without.
    verdict
        Where the simulated number lies, and how far off it is.
    misses
        Whether the simulated number misses the published one by `verdicts.RULES`.
    fitted
        Whether the published number was a target of the calibration: agreement is then a fit, not a
        prediction.
    """

    measure: str
    who: str
    simulated: str
    published: str
    interval: str
    verdict: str
    misses: bool = False
    fitted: bool = False

    @property
    def agreement(self) -> str:
        """The verdict with "fitted" where it is one."""
        return f"{self.verdict}; fitted" if self.fitted and self.verdict != MISSING else self.verdict

    @property
    def failure(self) -> str:
        """The row as one of a list of failures."""
        said = f"{self.published} ({self.interval})" if self.interval else self.published
        return f"{self.measure}, {self.who}: simulated {self.simulated}, published {said}: {self.verdict}."


def agreement_rows(summary: dict[str, Any], protocol: Protocol) -> tuple[AgreementRow, ...]:
    """Rows for every number that the simulation or the publication gives."""
    published = summary["published"] or NOT_PUBLISHED
    fitted = frozenset(fitted_numbers(protocol.published))
    known_arms = {arm["arm"]: arm for arm in published["arms"]}
    known_ratios = {(row["arm"], row["control"], row["endpoint"]): row for row in published["comparisons"]}
    scan_months = protocol.visits.scan_interval_days / DAYS_PER_MONTH
    sizes = arm_sizes(published, protocol)
    found = (
        *_medians(summary["arms"], known_arms, fitted, scan_months, endpoints_in_order(protocol)),
        *_ratios(summary["comparisons"], known_ratios, fitted),
        *_survival(summary["arms"], known_arms, sizes),
        *_percents(summary["arms"], published, sizes, once=protocol.response.progression == VIABLE),
    )
    return tuple(row for row in found if (row.simulated, row.published) != (MISSING, MISSING))


def _medians(
    arms: list[dict[str, Any]],
    known_arms: dict[str, dict[str, Any]],
    fitted: Fitted,
    scan_months: float,
    endpoints: tuple[str, ...],
) -> Iterator[AgreementRow]:
    for endpoint in endpoints:
        key = endpoint.lower()
        for arm in arms:
            known = known_arms.get(arm["arm"], {})
            value, ci = arm[f"{key}_median_months"], arm[f"{key}_median_ci"]
            there, there_ci = known.get(f"{key}_median_months"), known.get(f"{key}_median_ci")
            verdict = judged_median(endpoint, value, there, there_ci, scan_months)
            yield AgreementRow(
                f"{endpoint} median, months",
                arm["arm"],
                estimate(value, ci, 1, NOT_REACHED),
                number(there),
                _printed(there_ci, 1),
                *verdict,
                (arm["arm"], None, f"{key}_median_months") in fitted,
            )


def _ratios(
    rows: list[dict[str, Any]], known_rows: dict[tuple[str, str, str], Any], fitted: Fitted
) -> Iterator[AgreementRow]:
    for row in rows:
        known = known_rows.get((row["arm"], row["control"], row["endpoint"]), {})
        verdict = judged_ratio(row["hr"], known.get("hr"), known.get("ci"))
        yield AgreementRow(
            f"{row['endpoint']} hazard ratio",
            f"{row['arm']} v {row['control']}",
            estimate(row["hr"], row["ci"], 2),
            number(known.get("hr"), 2),
            _printed(known.get("ci"), 2),
            *verdict,
            (row["arm"], row["control"], f"{row['endpoint'].lower()}_hr") in fitted,
        )


def _survival(
    arms: list[dict[str, Any]], known_arms: dict[str, dict[str, Any]], sizes: dict[str, ArmSize]
) -> Iterator[AgreementRow]:
    for month in arms[0]["survival_at_months"]:
        for arm in arms:
            there = (known_arms.get(arm["arm"], {}).get("survival_at_months") or {}).get(month)
            yield _rate_row(
                f"alive at {counted(float(month), 'month')}, %",
                arm["arm"],
                arm["survival_at_months"][month],
                there,
                None,
                sizes.get(arm["arm"]),
                ", as if nobody had been censored",
            )


def _percents(
    arms: list[dict[str, Any]], published: dict[str, Any], sizes: dict[str, ArmSize], *, once: bool
) -> Iterator[AgreementRow]:
    """``once`` says that mRECIST is the protocol's own criterion: its rate stands in the first rows already."""
    known_arms = {arm["arm"]: arm for arm in published["arms"]}
    for label, name in PERCENTS:
        for arm in arms:
            who = arm["arm"]
            own = known_arms.get(who, {})
            if once and name == "orr_mrecist_percent" and own.get(name) in (None, own.get("orr_percent")):
                continue
            count = finding(published, who, name.replace("_percent", "_patients"))
            there = own.get(name)
            yield _rate_row(label, who, arm[name], there, count, sizes.get(who))


def _rate_row(
    measure: str,
    arm: str,
    value: float | None,
    there: float | None,
    count: float | None,
    size: ArmSize | None,
    caveat: str = "",
) -> AgreementRow:
    if there is None:
        return AgreementRow(measure, arm, number(value), MISSING, "", *Verdict(MISSING, False))
    known = published_rate(there, count, size)
    interval = known.interval + caveat if known.interval else ""
    return AgreementRow(
        measure, arm, number(value), number(there), interval, *judged_rate(value, there, known.limits)
    )


def _printed(limits: list[float | None] | None, digits: int) -> str:
    if not limits or all(limit is None for limit in limits):
        return ""
    low, high = (number(limit, digits, NOT_REACHED) for limit in limits)
    return f"{low} to {high}, published"
