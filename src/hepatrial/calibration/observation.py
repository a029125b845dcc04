"""One published number that the fit is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hepatrial.calibration.comparisons import Comparison

Scale = Literal["logit", "log"]


@dataclass(frozen=True, slots=True)
class Observation:
    """A published number of one arm or comparison, its errors, and what it is compared with.

    Attributes
    ----------
    record
        The record of evidence that it was read from.
    arm, control
        Names of the protocol; ``control`` is None for a number of one arm.
    endpoint
        "OS", "TTP", "PFS", ..., "response", "disease control", "stop", "toxic death" or "symptomatic progression".
    quantity
        The record's name of the number, for example ``os_median_months`` or ``os_hr``.
    published, interval, level_percent
        As printed, in the unit that the quantity names; None where not printed.
    n
        Patients behind it; of a comparison both arms.
    scale
        Differences are of logits of shares or of logs of hazard ratios.
    sd
        Sampling standard deviation on that scale; nan for a hazard ratio without an interval, until that of simulated
        trials stands in.
    discrepancy_sd
        What remains between trials of the same kind, on that scale.
    shared
        The levels of one endpoint in all arms of a trial share their discrepancy: the name of what they share, empty
        where it is the number's own.
    source
        Key or page where the number was read.
    """

    record: str
    arm: str
    control: str | None
    endpoint: str
    quantity: str
    published: float
    interval: tuple[float, float] | None
    level_percent: float | None
    n: int
    scale: Scale
    sd: float
    discrepancy_sd: float
    shared: str
    source: str
    comparison: Comparison

    @property
    def name(self) -> str:
        """What it is of and what it is: unique within a trial."""
        of = self.arm if self.control is None else f"{self.arm} v {self.control}"
        return f"{of}: {self.quantity}"
