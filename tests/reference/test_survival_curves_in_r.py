"""Kaplan-Meier, its quantiles, restricted means and cumulative incidence beside R's survfit."""

from __future__ import annotations

import numpy as np
import pytest
from survival_in_r import in_r, times_of, trial

from hepatrial.survival import aalen_johansen, compare_restricted_mean, kaplan_meier, restricted_mean

pytestmark = pytest.mark.r

TRANSFORMS = ("log", "log-log", "plain")
SHARES = (0.1, 0.25, 0.5, 0.6, 0.9)
TAU = 400.0

CURVES = """
for (data in c("tied", "untied", "few")) {
  d <- table_of(data)
  for (type in c("log", "log-log", "plain")) {
    f <- survfit(Surv(time, event > 0) ~ 1, d, conf.type = type, timefix = FALSE)
    key <- paste0(data, ".", type, ".")
    give(paste0(key, "time"), f$time)
    give(paste0(key, "survival"), f$surv)
    give(paste0(key, "error"), f$std.err * f$surv)
    give(paste0(key, "lower"), f$lower)
    give(paste0(key, "upper"), f$upper)
    give(paste0(key, "at_risk"), f$n.risk)
    give(paste0(key, "quantile"), t(sapply(quantile(f, c(.1, .25, .5, .6, .9)), as.numeric)))
  }
}
"""

RESTRICTED_MEANS = """
# The estimate and variance of survRM2 (not in Debian), from the pieces of a survfit: the area beyond each
# time, squared, times d / (n (n - d)).
rmst <- function(d, tau) {
  f <- survfit(Surv(time, event > 0) ~ 1, d, timefix = FALSE)
  inside <- f$time <= tau
  area <- diff(c(0, f$time[inside], tau)) * c(1, f$surv[inside])
  beyond <- rev(cumsum(rev(area[-1])))
  greenwood <- f$n.event[inside] / (f$n.risk[inside] * (f$n.risk[inside] - f$n.event[inside]))
  greenwood[f$n.risk[inside] == f$n.event[inside]] <- 0
  c(sum(area), sqrt(sum(beyond^2 * greenwood)))
}
tau <- 400
for (data in c("tied", "untied")) {
  d <- table_of(data)
  one <- rmst(d[d$arm == 0, ], tau); two <- rmst(d[d$arm == 1, ], tau)
  give(paste0(data, ".arms"), rbind(one, two))
  give(paste0(data, ".difference"), two[1] - one[1])
  give(paste0(data, ".p"), 2 * pnorm(-abs(two[1] - one[1]) / sqrt(one[2]^2 + two[2]^2)))
  f <- survfit(Surv(time, event > 0) ~ 1, d, timefix = FALSE)
  give(paste0(data, ".survfit"), summary(f, rmean = tau)$table[c("rmean", "se(rmean)")])
}
"""

INCIDENCE = """
for (data in c("tied", "untied", "few")) {
  d <- table_of(data)
  f <- survfit(Surv(time, factor(event, 0:2)) ~ 1, d, conf.type = "log-log", timefix = FALSE)
  for (cause in 1:2) {
    key <- paste0(data, ".", cause, ".")
    give(paste0(key, "incidence"), f$pstate[, cause + 1])
    give(paste0(key, "error"), f$std.err[, cause + 1])
    give(paste0(key, "lower"), f$lower[, cause + 1])
    give(paste0(key, "upper"), f$upper[, cause + 1])
  }
}
"""


@pytest.fixture(scope="module")
def data():
    return {"tied": trial(1), "untied": trial(2, ties=False), "few": trial(3, n=14)}


@pytest.fixture(scope="module")
def r(data):
    return in_r(CURVES + RESTRICTED_MEANS + INCIDENCE, **data)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("name", ["tied", "untied", "few"])
def test_kaplan_meier_equals_survfit(data, r, name, transform):
    curve = kaplan_meier(times_of(data[name]).any_event(), transform=transform)
    key = f"{name}.{transform}."
    np.testing.assert_array_equal(curve.time_days, r[key + "time"])
    np.testing.assert_array_equal(curve.at_risk, r[key + "at_risk"])
    np.testing.assert_allclose(curve.survival, r[key + "survival"], rtol=1e-13)
    np.testing.assert_allclose(curve.std_error, r[key + "error"], rtol=1e-12)
    np.testing.assert_allclose(curve.lower, r[key + "lower"], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(curve.upper, r[key + "upper"], rtol=1e-12)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("name", ["tied", "untied", "few"])
def test_quantiles_and_their_limits_equal_survfit(data, r, name, transform):
    curve = kaplan_meier(times_of(data[name]).any_event(), transform=transform)
    expected = r[f"{name}.{transform}.quantile"].reshape(len(SHARES), 3)
    np.testing.assert_array_equal(np.array([curve.quantile(share) for share in SHARES]), expected)


@pytest.mark.parametrize("name", ["tied", "untied"])
def test_restricted_mean_and_its_error_equal_survrm2_and_survfit(data, r, name):
    table = data[name]
    two = table["arm"] < 2
    times = times_of(table).any_event()
    found = compare_restricted_mean(times.select(two), table["arm"][two], TAU)
    # R gives a matrix by columns: both means, then both errors.
    means, errors = r[f"{name}.arms"].reshape(2, 2)
    np.testing.assert_allclose([arm.days for arm in found.arms], means, rtol=1e-13)
    np.testing.assert_allclose([arm.std_error for arm in found.arms], errors, rtol=1e-12)
    assert found.difference == pytest.approx(r[f"{name}.difference"][0], rel=1e-11)
    assert found.p == pytest.approx(r[f"{name}.p"][0], rel=1e-10)
    whole = restricted_mean(times, TAU)
    np.testing.assert_allclose([whole.days, whole.std_error], r[f"{name}.survfit"], rtol=1e-11)


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("name", ["tied", "untied", "few"])
def test_cumulative_incidence_equals_survfit(data, r, name, cause):
    found = aalen_johansen(times_of(data[name]))
    row, key = cause - 1, f"{name}.{cause}."
    np.testing.assert_allclose(found.incidence[row], r[key + "incidence"], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.std_error[row], r[key + "error"], rtol=1e-9, atol=1e-12)
    # Before the first event of a cause R gives no limits; here they are 0.
    begun = found.incidence[row] > 0
    np.testing.assert_allclose(found.lower[row][begun], r[key + "lower"][begun], rtol=1e-9)
    np.testing.assert_allclose(found.upper[row][begun], r[key + "upper"][begun], rtol=1e-9)
    assert not found.lower[row][~begun].any()
    assert not found.upper[row][~begun].any()
