"""What REACH and REACH-2 published, from the evidence records, and what follows from it by arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.evidence import load_trial, standard_error_of_log_hr
from hepatrial.survival.checks import critical_value

QUANTILE = critical_value(0.95)
HIGH = ("East Asia, 400 ng/mL or more", "not East Asia, 400 ng/mL or more")


@dataclass(frozen=True, slots=True)
class PrintedRatio:
    """A hazard ratio of death with its 95% interval; ``derived`` where this script made it from printed ones."""

    of: str
    hr: float
    lower: float
    upper: float
    derived: bool = False

    @property
    def log_se(self) -> float:
        """Standard error of the log hazard ratio."""
        return standard_error_of_log_hr(self.lower, self.upper, 95.0)

    @property
    def text(self) -> str:
        """As tables show it."""
        return f"{self.hr:.2f} ({self.lower:.2f} to {self.upper:.2f})"


def printed() -> dict[str, PrintedRatio]:
    """REACH in all, its two printed groups with AFP of 400 ng/mL or more, and REACH-2."""
    found = {name: _whole(name) for name in ("reach", "reach-2")}
    for row in load_trial("reach").subgroups:
        if row.endpoint == "OS" and row.factor == "region and AFP" and row.group in HIGH:
            found[row.group] = PrintedRatio(row.group, row.hr, *row.ci)
    return found


def derived(ratios: dict[str, PrintedRatio]) -> dict[str, PrintedRatio]:
    """REACH at 400 ng/mL or more, below it, and the ratio of both.

    The two regions are put together with inverse variances. What the whole trial holds beyond them is the rest, as if
    its estimate were the weighted mean of its parts: an approximation, since no hazard ratio below 400 ng/mL was read.
    """
    high = _from_weights("400 ng/mL or more", [(ratios[name], 1.0) for name in HIGH])
    low = _from_weights("below 400 ng/mL", [(ratios["reach"], 1.0), (high, -1.0)])
    log_ratio, se = np.log(high.hr / low.hr), np.hypot(high.log_se, low.log_se)
    return {"high": high, "low": low, "ratio": _ratio("ratio", log_ratio, se)}


def _from_weights(of: str, parts: list[tuple[PrintedRatio, float]]) -> PrintedRatio:
    weights = np.array([sign / part.log_se**2 for part, sign in parts])
    log_hr = weights @ np.log([part.hr for part, _ in parts]) / weights.sum()
    return _ratio(of, log_hr, 1.0 / np.sqrt(weights.sum()))


def _ratio(of: str, log_hr: float, se: float) -> PrintedRatio:
    return PrintedRatio(
        of, *(float(np.exp(log_hr + z * se)) for z in (0.0, -QUANTILE, QUANTILE)), derived=True
    )


def _whole(name: str) -> PrintedRatio:
    (row,) = [row for row in load_trial(name).comparisons if row["endpoint"] == "OS"]
    return PrintedRatio(name, row["hr"], *row["ci"])
