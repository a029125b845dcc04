"""Published rates with an exact interval, which papers rarely print, and how that interval came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hepatrial.analysis.arms import proportion
from hepatrial.protocol.design import Protocol
from hepatrial.report.formatting import number


@dataclass(frozen=True, slots=True)
class ArmSize:
    """Patients of a published arm; ``by`` says how an unconfirmed number came about, empty where it was read."""

    n: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """A published rate in per cent.

    Attributes
    ----------
    count, n
        Patients; None where nothing is known of the arm's size.
    limits
        Exact 95 % limits (Clopper-Pearson); None with ``n``.
    how
        What the limits were computed from.
    """

    percent: float
    count: int | None
    n: int | None
    limits: list[float] | None
    how: str

    @property
    def interval(self) -> str:
        """The limits and what they were computed from; empty where there are none."""
        if self.limits is None:
            return ""
        return f"{number(self.limits[0])} to {number(self.limits[1])}, {self.how}"


def arm_sizes(published: dict[str, Any], protocol: Protocol) -> dict[str, ArmSize]:
    """Size of each published arm: as read, or by the protocol's ratio from the patients randomised."""
    randomised = finding(published, "trial", "randomised")
    planned = dict(zip((arm.name for arm in protocol.arms), protocol.randomisation.ratio, strict=True))
    total = round(randomised) if randomised else protocol.size
    of_whom = "the patients randomised" if randomised else "the protocol's size"
    sizes = {}
    for row in published["arms"]:
        name = row["arm"]
        if row["n"]:
            sizes[name] = ArmSize(int(row["n"]))
        elif name in planned:
            n = round(total * planned[name] / sum(planned.values()))
            sizes[name] = ArmSize(n, f"by {of_whom} ({total}) and the protocol's ratio, not confirmed")
    return sizes


def published_rate(percent: float, count: float | None, size: ArmSize | None) -> PublishedRate:
    """A rate with its exact interval; ``count`` is the published number of patients, None where none was confirmed."""
    if size is None:
        return PublishedRate(percent, None, None, None, "")
    of = f"n = {size.n}" + (f" {size.by}" if size.by else "")
    known = round(percent * size.n / 100.0) if count is None else round(count)
    exact = proportion(known, size.n)
    source = "the rounded percentage" if count is None else f"{known} patients"
    return PublishedRate(
        percent, known, size.n, [exact.lower, exact.upper], f"computed from {source} and {of}"
    )


def finding(published: dict[str, Any], of: str, quantity: str) -> float | None:
    """A published number that the summary has no key for, of all patients; None where none was confirmed."""
    for row in published.get("findings") or ():
        if row["of"] == of and not row["subgroup"] and quantity in row["values"]:
            return float(row["values"][quantity])
    return None
