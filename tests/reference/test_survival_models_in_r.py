"""Cox, concordance, proportional hazards and Fine-Gray beside R's coxph, concordance, cox.zph and crr."""

from __future__ import annotations

import numpy as np
import pytest
from survival_in_r import in_r, times_of, trial

from hepatrial.survival import check_proportional_hazards, concordance, cox, fine_gray

pytestmark = pytest.mark.r

NAMES = ("arm", "age", "marker")
SCALES = ("km", "rank", "identity", "log")

SCRIPT = """
for (data in c("tied", "untied", "few")) {
  d <- table_of(data)
  d$y <- Surv(d$time, d$event > 0)
  say <- function(key, x) give(paste0(data, ".", key), x)
  for (ties in c("efron", "breslow")) {
    f <- coxph(y ~ arm + age + marker, d, control = exactly, ties = ties)
    say(paste0(ties, ".beta"), coef(f)); say(paste0(ties, ".covariance"), vcov(f))
    say(paste0(ties, ".fit"), c(f$loglik, f$score))
    f <- coxph(y ~ arm + age + strata(marker), d, control = exactly, ties = ties)
    say(paste0(ties, ".stratified.beta"), coef(f)); say(paste0(ties, ".stratified.covariance"), vcov(f))
    say(paste0(ties, ".stratified.fit"), c(f$loglik, f$score))
    say(paste0(ties, ".stratified.concordance"), f$concordance[c("concordance", "std")])
    f <- coxph(y ~ arm + age + marker + cluster(centre), d, control = exactly, ties = ties)
    say(paste0(ties, ".clustered.beta"), coef(f)); say(paste0(ties, ".clustered.covariance"), vcov(f))
    f <- coxph(y ~ arm + age + marker, d, control = exactly, ties = ties, robust = TRUE)
    say(paste0(ties, ".robust.covariance"), vcov(f))
  }
  whole <- concordance(y ~ I(round(age / 5)), d, reverse = TRUE, timefix = FALSE)
  say("concordance", c(whole$concordance, sqrt(whole$var), whole$count[1:3]))
  within <- concordance(y ~ age + strata(marker), d, reverse = TRUE, timefix = FALSE)
  say("concordance_stratified", c(within$concordance, sqrt(within$var)))
  apart <- concordance(y ~ age + cluster(centre), d, reverse = TRUE, timefix = FALSE)
  say("concordance_clustered", c(apart$concordance, sqrt(apart$var)))
  for (scale in c("km", "rank", "identity", "log")) {
    z <- cox.zph(coxph(y ~ arm + age + marker, d, control = exactly), transform = scale)
    say(paste0("zph.", scale), z$table[, c("chisq", "p")]); say(paste0("zph.", scale, ".y"), z$y)
    z <- cox.zph(coxph(y ~ arm + age + strata(marker), d, control = exactly), transform = scale)
    say(paste0("zph.stratified.", scale), z$table[, "chisq"])
  }
  for (cause in 1:2) {
    x <- cbind(d$arm, d$age, d$marker)
    f <- crr(d$time, d$event, x, failcode = cause, gtol = 1e-12, maxiter = 100)
    say(paste0("crr", cause, ".beta"), f$coef); say(paste0("crr", cause, ".covariance"), f$var)
    say(paste0("crr", cause, ".fit"), c(f$loglik.null, f$loglik))
  }
}
"""
DATA = ("tied", "untied", "few")


@pytest.fixture(scope="module")
def data():
    return {"tied": trial(21), "untied": trial(22, ties=False), "few": trial(23, n=40)}


@pytest.fixture(scope="module")
def r(data):
    return in_r(SCRIPT, **data)


def columns(table, names=NAMES):
    return np.column_stack([table[name] for name in names])


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("name", DATA)
def test_cox_with_covariates_equals_coxph(data, r, name, ties):
    fit = cox(times_of(data[name]).any_event(), columns(data[name]), NAMES, ties=ties)
    key = f"{name}.{ties}."
    np.testing.assert_allclose(fit.beta, r[key + "beta"], rtol=1e-9)
    np.testing.assert_allclose(fit.covariance, r[key + "covariance"].reshape(3, 3), rtol=1e-9)
    found = [fit.log_likelihood_null, fit.log_likelihood, fit.score_chi2]
    np.testing.assert_allclose(found, r[key + "fit"], rtol=1e-10)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("name", DATA)
def test_stratified_cox_and_its_concordance_equal_coxph(data, r, name, ties):
    table = data[name]
    covariates = columns(table, NAMES[:2])
    fit = cox(times_of(table).any_event(), covariates, NAMES[:2], strata=table["marker"], ties=ties)
    key = f"{name}.{ties}.stratified."
    np.testing.assert_allclose(fit.beta, r[key + "beta"], rtol=1e-9)
    np.testing.assert_allclose(fit.covariance, r[key + "covariance"].reshape(2, 2), rtol=1e-9)
    found = [fit.log_likelihood_null, fit.log_likelihood, fit.score_chi2]
    np.testing.assert_allclose(found, r[key + "fit"], rtol=1e-10)
    np.testing.assert_allclose([fit.concordance, fit.concordance_se], r[key + "concordance"], rtol=1e-9)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("name", DATA)
def test_robust_cox_equals_coxph_with_clusters_and_without(data, r, name, ties):
    table = data[name]
    times = times_of(table).any_event()
    key = f"{name}.{ties}."
    fit = cox(times, columns(table), NAMES, cluster=table["centre"], ties=ties)
    np.testing.assert_allclose(fit.beta, r[key + "clustered.beta"], rtol=1e-9)
    expected = r[key + "clustered.covariance"].reshape(3, 3)
    np.testing.assert_allclose(fit.covariance, expected, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(fit.robust_se, np.sqrt(np.diag(expected)), rtol=1e-8)
    alone = cox(times, columns(table), NAMES, cluster=np.arange(len(times)), ties=ties)
    expected = r[key + "robust.covariance"].reshape(3, 3)
    np.testing.assert_allclose(alone.covariance, expected, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("name", DATA)
def test_concordance_equals_r(data, r, name):
    table = data[name]
    times = times_of(table).any_event()
    whole = concordance(times, np.round(table["age"] / 5))
    found = [whole.estimate, whole.std_error, whole.concordant, whole.discordant, whole.tied_risk]
    np.testing.assert_allclose(found, r[f"{name}.concordance"], rtol=1e-10)
    within = concordance(times, table["age"], strata=table["marker"])
    expected = r[f"{name}.concordance_stratified"]
    np.testing.assert_allclose([within.estimate, within.std_error], expected, rtol=1e-10)
    apart = concordance(times, table["age"], cluster=table["centre"])
    expected = r[f"{name}.concordance_clustered"]
    np.testing.assert_allclose([apart.estimate, apart.std_error], expected, rtol=1e-10)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", DATA)
def test_check_of_proportional_hazards_equals_cox_zph(data, r, name, scale):
    table = data[name]
    times = times_of(table).any_event()
    check = check_proportional_hazards(times, columns(table), NAMES, scale=scale)
    chi2, p = r[f"{name}.zph.{scale}"].reshape(2, 4)
    np.testing.assert_allclose([*check.chi2, check.global_chi2], chi2, rtol=1e-8)
    np.testing.assert_allclose([*check.p, check.global_p], p, rtol=1e-8)
    # Within tied events R's order is that of its input; the sum over them has no order.
    expected = r[f"{name}.zph.{scale}.y"].reshape(3, -1).T
    at = np.unique(check.time_days, return_index=True)[1]
    np.testing.assert_allclose(
        np.add.reduceat(check.residuals, at), np.add.reduceat(expected, at), rtol=1e-7, atol=1e-9
    )


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", DATA)
def test_check_of_proportional_hazards_within_strata_equals_cox_zph(data, r, name, scale):
    table = data[name]
    covariates = columns(table, NAMES[:2])
    check = check_proportional_hazards(
        times_of(table).any_event(), covariates, NAMES[:2], strata=table["marker"], scale=scale
    )
    expected = r[f"{name}.zph.stratified.{scale}"]
    np.testing.assert_allclose([*check.chi2, check.global_chi2], expected, rtol=1e-8)


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("name", DATA)
def test_fine_gray_equals_crr(data, r, name, cause):
    fit = fine_gray(times_of(data[name]), columns(data[name]), NAMES, cause=cause)
    key = f"{name}.crr{cause}."
    np.testing.assert_allclose(fit.beta, r[key + "beta"], rtol=1e-8)
    np.testing.assert_allclose(fit.covariance, r[key + "covariance"].reshape(3, 3), rtol=1e-7)
    np.testing.assert_allclose([fit.log_likelihood_null, fit.log_likelihood], r[key + "fit"], rtol=1e-10)
