"""Pools, meta-regressions and surrogacy beside R's metafor, run to full convergence."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from pooling_in_r import bcg, in_metafor, table_of_effects

from hepatrial.evidence.pooling import (
    StudyEffect,
    SurrogateTrial,
    cumulative,
    egger_test,
    egger_test_random_effects,
    leave_one_out,
    meta_regression,
    pool_random,
    surrogacy_with_errors,
)

pytestmark = pytest.mark.r

METHODS = {
    "reml": "REML",
    "dersimonian-laird": "DL",
    "paule-mandel": "PM",
    "hedges": "HE",
    "ml": "ML",
}
TESTS = {
    "wald": ("z", "normal"),
    "knapp-hartung": ("knha", "t-residual"),
    "knapp-hartung-never-narrower": ("adhoc", "t-residual"),
}
DATA = ("bcg", "few", "alike")

SCRIPT = """
fine <- list(threshold = 1e-14, maxiter = 5000, tol = 1e-13)
for (data in c("bcg", "few", "alike")) {
  d <- table_of(data)
  for (method in c("REML", "DL", "PM", "HE", "ML")) for (test in c("z", "knha", "adhoc")) {
    fit <- rma(y, sei = se, data = d, method = method, test = test, control = fine)
    p <- predict(fit)
    give(paste(data, method, test, sep = "."), c(fit$beta, fit$se, fit$ci.lb, fit$ci.ub, fit$zval, fit$pval,
      fit$tau2, fit$I2, fit$H2, fit$QE, fit$QEp, p$pi.lb, p$pi.ub))
  }
  stopped <- rma(y, sei = se, data = d, method = "REML")
  give(paste0(data, ".stopped"), c(stopped$beta, stopped$se, stopped$tau2, stopped$I2))
  profile <- confint(rma(y, sei = se, data = d, method = "REML", control = fine), control = list(tol = 1e-14))
  give(paste0(data, ".interval"), profile$random["tau^2", c("ci.lb", "ci.ub")])
}
d <- table_of("bcg")
for (test in c("z", "knha")) {
  fit <- rma(y, sei = se, mods = ~ latitude + year, data = d, method = "REML", test = test, control = fine)
  p <- predict(fit, newmods = c(30, 1970))
  give(paste0("moderators.", test), c(fit$beta, fit$se, fit$pval, fit$tau2, fit$R2, fit$QM, fit$QMp, fit$I2,
    p$pred, p$ci.lb, p$ci.ub))
}
give("moderators.stopped", rma(y, sei = se, mods = ~ latitude, data = d, method = "REML")$tau2)
plain <- rma(y, sei = se, data = d, method = "REML", control = fine)
give("left", leave1out(plain)$estimate)
ordered <- d[order(d$year), ]
give("cumulative", cumul(rma(y, sei = se, data = ordered, method = "DL"))$estimate)
classic <- regtest(plain, model = "lm")
give("egger", c(classic$zval, classic$dfs, classic$pval, classic$est))
mixed <- regtest(rma(y, sei = se, data = d, method = "REML", test = "knha", control = fine))
give("egger_random", c(mixed$zval, mixed$pval, mixed$est))
"""


def made(seed: int, k: int, tau: float) -> list[StudyEffect]:
    rng = np.random.default_rng(seed)
    errors = rng.uniform(0.08, 0.4, k)
    values = rng.normal(-0.3, np.hypot(errors, tau))
    return [
        StudyEffect(f"study {i}", "drug", "placebo", float(y), float(s), "made")
        for i, (y, s) in enumerate(zip(values, errors, strict=True))
    ]


@pytest.fixture(scope="module")
def data():
    return {"bcg": bcg()[0], "few": made(2, 4, 0.2), "alike": made(6, 9, 0.0)}


@pytest.fixture(scope="module")
def r(data):
    tables = {name: table_of_effects(effects) for name, effects in data.items()}
    tables["bcg"] |= bcg()[1]
    return in_metafor(SCRIPT, **tables)


@pytest.mark.parametrize("interval", TESTS)
@pytest.mark.parametrize("estimator", METHODS)
@pytest.mark.parametrize("name", DATA)
def test_random_effects_pool_equals_metafor(data, r, name, estimator, interval):
    test, prediction = TESTS[interval]
    pooled = pool_random(data[name], tau2_estimator=estimator, interval=interval, prediction=prediction)
    effect, spread = pooled.effect, pooled.heterogeneity
    found = [effect.value, effect.std_error, effect.lower, effect.upper, effect.statistic, effect.p]
    found += [spread.tau2, spread.i2_percent, spread.h2, spread.q, spread.p, *effect.prediction]
    np.testing.assert_allclose(found, r[f"{name}.{METHODS[estimator]}.{test}"], rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", DATA)
def test_reml_stopped_where_metafor_stops_has_its_digits(data, r, name):
    pooled = pool_random(data[name], tau2_estimator="reml-as-metafor", interval="wald")
    found = [pooled.effect.value, pooled.effect.std_error]
    found += [pooled.heterogeneity.tau2, pooled.heterogeneity.i2_percent]
    np.testing.assert_allclose(found, r[f"{name}.stopped"], rtol=1e-11, atol=1e-14)


def test_the_made_data_hold_a_case_without_heterogeneity(data):
    assert pool_random(data["alike"]).heterogeneity.tau2 == 0
    assert pool_random(data["few"]).heterogeneity.tau2 > 0


@pytest.mark.parametrize("name", DATA)
def test_q_profile_interval_of_tau2_equals_metafor(data, r, name):
    found = pool_random(data[name]).heterogeneity.tau2_interval
    np.testing.assert_allclose(found, r[f"{name}.interval"], rtol=1e-9, atol=1e-11)


def test_a_meta_regression_stopped_where_metafor_stops_has_its_digits(data, r):
    latitude = {"latitude": bcg()[1]["latitude"]}
    found = meta_regression(data["bcg"], latitude, tau2_estimator="reml-as-metafor").residual.tau2
    assert found == pytest.approx(float(r["moderators.stopped"][0]), rel=1e-11)


@pytest.mark.parametrize(("interval", "test"), [("wald", "z"), ("knapp-hartung", "knha")])
def test_meta_regression_equals_metafor(data, r, interval, test):
    year = bcg()[1]["year"]
    fit = meta_regression(data["bcg"], {"latitude": bcg()[1]["latitude"], "year": year}, interval=interval)
    estimates = fit.coefficients.values()
    at = fit.effect_at(latitude=30, year=1970)
    found = [e.value for e in estimates] + [e.std_error for e in estimates] + [e.p for e in estimates]
    found += [fit.residual.tau2, fit.r2_percent, fit.test, fit.test_p, fit.residual.i2_percent]
    found += [at.value, at.lower, at.upper]
    np.testing.assert_allclose(found, r[f"moderators.{test}"], rtol=1e-9)


def test_leave_one_out_and_cumulative_pools_equal_metafor(data, r):
    left = leave_one_out(data["bcg"], pool_random)
    np.testing.assert_allclose([one.effect.value for one in left.values()], r["left"], rtol=1e-10)
    grown = cumulative(
        data["bcg"], bcg()[1]["year"], partial(pool_random, tau2_estimator="dersimonian-laird")
    )
    np.testing.assert_allclose([one.effect.value for one in grown], r["cumulative"], rtol=1e-11)


def test_small_study_tests_equal_metafor(data, r):
    classic = egger_test(data["bcg"])
    found = [classic.slope_statistic, classic.df, classic.p, classic.limit_effect]
    np.testing.assert_allclose(found, r["egger"], rtol=1e-9)
    mixed = egger_test_random_effects(data["bcg"])
    np.testing.assert_allclose(
        [mixed.slope_statistic, mixed.p, mixed.limit_effect], r["egger_random"], rtol=1e-9
    )


BIVARIATE = """
d <- table_of("trials"); k <- nrow(d)
long <- data.frame(study = rep(1:k, each = 2), outcome = rep(c("a", "b"), k), y = as.vector(t(cbind(d$x, d$y))))
V <- bldiag(lapply(1:k, function(i) {
  c <- 0.5 * d$sx[i] * d$sy[i]
  matrix(c(d$sx[i]^2, c, c, d$sy[i]^2), 2)
}))
fit <- rma.mv(y, V, mods = ~ outcome - 1, random = ~ outcome | study, struct = "UN", data = long, method = "REML",
  control = list(reltol = 1e-14))
slope <- fit$rho * sqrt(fit$tau2[2] / fit$tau2[1])
give("fit", c(fit$beta[2] - slope * fit$beta[1], slope, fit$rho^2, sqrt(fit$tau2[2] * (1 - fit$rho^2))))
limits <- confint(fit, rho = 1)$random["rho", ]
give("rho", limits[c("ci.lb", "ci.ub")])
"""


def test_surrogacy_with_errors_equals_a_bivariate_model_in_metafor():
    rng = np.random.default_rng(8)
    k, within = 24, np.array([[1.0, 0.5], [0.5, 1.0]])
    true_x = rng.normal(-0.4, 0.35, k)
    true_y = -0.05 + 0.5 * true_x + rng.normal(0, 0.15, k)
    errors = rng.uniform(0.08, 0.2, (k, 2))
    noise = rng.multivariate_normal([0, 0], within, k) * errors
    x, y = true_x + noise[:, 0], true_y + noise[:, 1]
    trials = [SurrogateTrial(f"trial {i}", x[i], errors[i, 0], y[i], errors[i, 1], "made") for i in range(k)]
    r = in_metafor(BIVARIATE, trials={"x": x, "y": y, "sx": errors[:, 0], "sy": errors[:, 1]})
    found = surrogacy_with_errors(trials, within_correlation=0.5)
    assert not found.at_boundary
    line = [found.intercept, found.slope, found.r2, found.residual_sd]
    np.testing.assert_allclose(line, r["fit"], rtol=1e-5)
    low, high = r["rho"]
    np.testing.assert_allclose(found.r2_interval, [low**2 if low > 0 else 0.0, high**2], atol=1e-4)
