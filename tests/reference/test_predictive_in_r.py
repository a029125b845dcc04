"""Treatment by marker against R: coxph for the interaction, survival's pseudo-values and a sandwich for months."""

from __future__ import annotations

import numpy as np
import pytest
from survival_in_r import in_r

from hepatrial.biomarkers.predictive import absolute_interactions, interactions, pseudo_values, two_arms
from hepatrial.survival import SurvivalTimes

SCRIPT = """
d <- table_of("d")
d$z <- d$z - mean(d$z)
full <- coxph(Surv(time, event) ~ arm + z + arm:z + age + strata(site), d, control = exactly)
plain <- coxph(Surv(time, event) ~ arm + z + age + strata(site), d, control = exactly)
give("beta", coef(full)[c("arm", "z", "arm:z")])
give("se", sqrt(diag(vcov(full)))[c("arm", "z", "arm:z")])
give("drop", 2 * (full$loglik[2] - plain$loglik[2]))
y <- numeric(nrow(d))
for (a in 0:1) {
  own <- d[d$arm == a, ]
  fit <- survfit(Surv(time, event) ~ 1, own, timefix = FALSE, influence = TRUE)
  width <- diff(c(0, pmin(fit$time, 12), 12))
  moved <- drop(cbind(0, fit$influence.surv) %*% width)
  y[d$arm == a] <- sum(c(1, fit$surv) * width) + nrow(own) * moved
}
give("y", y)
x <- model.matrix(~ arm + z + arm:z + age, transform(d, age = age - mean(age)))
fit <- lm.fit(x, y)
inverse <- solve(crossprod(x))
pulled <- x * (fit$residuals / (1 - rowSums((x %*% inverse) * x)))
give("slope", fit$coefficients[["arm:z"]])
give("slope_se", sqrt((inverse %*% crossprod(pulled) %*% inverse)["arm:z", "arm:z"]))
"""


@pytest.mark.r
def test_interaction_pseudo_values_and_slope_are_those_of_r():
    rng = np.random.default_rng(12)
    n = 240
    z, age, arm, site = rng.normal(size=n), rng.normal(size=n), rng.integers(0, 2, n), rng.integers(0, 3, n)
    days = np.ceil(12 * rng.exponential(size=n) * np.exp(-0.4 * z + 0.5 * arm * z))
    cut = np.ceil(rng.uniform(6, 40, n))
    times = SurvivalTimes(np.minimum(days, cut), (days <= cut).astype(int))
    trial = two_arms(times, arm, z, ("z",), adjust=age)
    theirs = in_r(
        SCRIPT,
        d={"time": times.time_days, "event": times.event, "arm": arm, "z": z, "age": age, "site": site},
    )
    found = interactions(trial, strata=site)
    np.testing.assert_allclose(
        [found.log_hr_treatment[0], found.log_hr_control[0], found.log_ratio[0]], theirs["beta"], rtol=1e-7
    )
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance[0])), theirs["se"], rtol=1e-7)
    months = absolute_interactions(trial, 12.0)
    for code in (0, 1):
        own = pseudo_values(times.select(arm == code), 12.0, "rmst")
        np.testing.assert_allclose(own, theirs["y"][arm == code], rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(
        [months.slope[0], months.slope_se[0]], [theirs["slope"][0], theirs["slope_se"][0]], rtol=1e-7
    )
