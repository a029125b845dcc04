"""Restricted mean time lost against R's multi-state ``survfit``: its sojourn times, and errors from its influences."""

from __future__ import annotations

import numpy as np
import pytest
from survival_in_r import in_r

from hepatrial.survival import SurvivalTimes, time_lost

SCRIPT = """
d <- table_of("d")
fit <- survfit(Surv(d$time, factor(d$code, 0:2)) ~ 1, influence = TRUE, timefix = FALSE)
give("days", summary(fit, rmean = 12)$table[, "rmean"])
width <- diff(c(0, pmin(fit$time, 12), 12))  # influences begin at time 0
moved <- apply(fit$influence.pstate, c(1, 3), function(curve) sum(curve * width))
give("error", sqrt(colSums(moved^2)))
"""


@pytest.mark.r
@pytest.mark.parametrize("grid", [None, 2.0])
def test_times_lost_and_their_errors_are_those_of_survfit(grid):
    rng = np.random.default_rng(11)
    first, second, end = rng.exponential(10, 150), rng.exponential(20, 150), rng.uniform(5, 30, 150)
    time = np.minimum(np.minimum(first, second), end)
    time = np.ceil(time * grid) / grid if grid else time
    code = np.where(end <= np.minimum(first, second), 0, np.where(first < second, 1, 2))
    found = time_lost(SurvivalTimes(time, code, ("censored", "cancer", "liver")), 12.0)
    theirs = in_r(SCRIPT, d={"time": time, "code": code})
    np.testing.assert_allclose([found.lived, *found.days], theirs["days"], rtol=1e-11)
    np.testing.assert_allclose([found.lived_std_error, *found.std_error], theirs["error"], rtol=1e-9)
