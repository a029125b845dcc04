"""Published medians and landmarks of the arms of the preregistered trials, to be set beside predicted curves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hepatrial.evidence.collection import shipped
from hepatrial.protocol.loading import load
from hepatrial.validation.preregistration import Use, preregistration

ENDPOINTS = ("OS", "TTP", "PFS", "TTUP", "TTR", "RFS")


@dataclass(frozen=True, slots=True)
class PublishedMedian:
    """A confirmed median of one arm, in months; a limit that was not reached is None."""

    trial: str
    arm: str
    endpoint: str
    use: Use
    months: float
    ci: tuple[float | None, float | None] | None


@dataclass(frozen=True, slots=True)
class PublishedShare:
    """A confirmed share free of an endpoint at a time, with its 95 % interval; shares between 0 and 1."""

    trial: str
    arm: str
    endpoint: str
    months: float
    share: float
    ci: tuple[float, float] | None


@cache
def published_medians() -> tuple[PublishedMedian, ...]:
    """Of all preregistered trials, by trial, arm and endpoint."""
    rules, found = preregistration(), []
    for trial in rules.trials:
        protocol = load(trial)
        record = shipped()[str(protocol.published)]
        rows = {row["arm"]: row for row in record.arms}
        for arm in (arm.name for arm in protocol.arms if arm.name in rows):
            for endpoint in ENDPOINTS:
                months = rows[arm].get(f"{endpoint.lower()}_median_months")
                ci = rows[arm].get(f"{endpoint.lower()}_median_ci")
                if months is not None:
                    limits = None if ci is None else (ci[0], ci[1])
                    found.append(
                        PublishedMedian(trial, arm, endpoint, rules.use_of(trial), float(months), limits)
                    )
    return tuple(found)


@cache
def published_shares() -> tuple[PublishedShare, ...]:
    """Of all preregistered trials, all patients of an arm; also from the earlier report of the same patients."""
    found = []
    for trial in preregistration().trials:
        protocol = load(trial)
        arms = {arm.name for arm in protocol.arms}
        record = shipped()[str(protocol.published)]
        reports = [record, *([shipped()[record.supersedes]] if record.supersedes else [])]
        for report in reports:
            found += [
                PublishedShare(
                    trial, row.of, row.endpoint, row.months, row.percent / 100.0,
                    None if row.ci is None else (row.ci[0] / 100.0, row.ci[1] / 100.0),
                )
                for row in report.landmarks
                if row.of in arms and not row.subgroup
            ]  # fmt: skip
    return tuple(found)
