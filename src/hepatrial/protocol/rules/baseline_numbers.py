"""Rules about the numbers in a baseline table."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.protocol.covariates import NUMERIC_LIMITS
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.rules.baseline import BASELINE, own_table
from hepatrial.protocol.rules.rule import Rule

SHARE_TOLERANCE = 0.005
"""Published shares are rounded to a percent or to a tenth of it; sums may miss 1 by this."""

LARGEST_LOG_SD = 5.0
"""Two thirds of such a covariate spread over more than four powers of ten: prudence, not biology."""


class SharesSumToOne(Rule):
    """The shares of a covariate's levels sum to 1."""

    name = "shares-sum-to-one"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        table = own_table(draft)
        for name, shares in table.categories.items() if table else ():
            total = sum(shares.values())
            if abs(total - 1) > SHARE_TOLERANCE:
                yield self.issue(
                    draft,
                    (*BASELINE, "categories", name),
                    f"the shares of {name} do not sum to 1",
                    found=f"{total:g}",
                    allowed="1, give or take 0.005 for rounding",
                    fix="give shares (0 to 1) of all levels, those of 0 too",
                    key=True,
                )


class DistributionsAreSound(Rule):
    """A centre (median, mean) is a value that can occur; a spread (sd, log_sd) is above 0 and not absurd."""

    name = "distributions-are-sound"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        table = own_table(draft)
        for name, values in table.continuous.items() if table else ():
            for parameter, value in values.items():
                low, high = _bounds(name, parameter)
                spread = parameter.endswith("sd")
                if low <= value <= high and not (spread and value <= 0):
                    continue
                yield self.issue(
                    draft,
                    (*BASELINE, "continuous", name, parameter),
                    f"{name}: the {parameter} is out of range",
                    found=f"{value:g}",
                    allowed=f"above 0, at most {high:g}" if spread else f"{low:g} to {high:g}",
                    fix="check the number; the unit stands in the covariate's name",
                )


def _bounds(name: str, parameter: str) -> tuple[float, float]:
    low, high = NUMERIC_LIMITS.get(name, (-math.inf, math.inf))
    if parameter == "log_sd":
        return 0.0, LARGEST_LOG_SD
    return (0.0, high - low) if parameter == "sd" else (low, high)
