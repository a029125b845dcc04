"""A hundred tiny trials beside R: ties, groups that die out, strata with one arm, limits that are not reached."""

from __future__ import annotations

import numpy as np
import pytest
from survival_in_r import in_r, times_of, trial

from hepatrial.errors import InvalidInput, RunFailed
from hepatrial.survival import aalen_johansen, cox, fine_gray, gray_test, kaplan_meier, log_rank

pytestmark = pytest.mark.r

COUNT = 100
NAMES = ("age", "marker")

SCRIPT = """
all_trials <- table_of("trials")
for (s in unique(all_trials$trial)) {
  d <- all_trials[all_trials$trial == s, ]
  d$y <- Surv(d$time, d$event > 0)
  say <- function(key, x) give(paste0(s, ".", key), x)
  quietly <- function(x) suppressWarnings(try(x, silent = TRUE))
  found <- function(x) !inherits(x, "try-error") && !is.null(x)
  gray <- quietly(cuminc(d$time, d$event, d$arm)$Tests)
  if (found(gray)) for (cause in rownames(gray)) say(paste0("gray", cause), gray[cause, c("stat", "pv", "df")])
  rank <- quietly(survdiff(y ~ arm, d))
  if (found(rank)) say("log_rank", c(rank$chisq, sum(rank$exp > 0) - 1))
  within <- quietly(survdiff(y ~ arm + strata(marker), d))
  if (found(within)) say("stratified", within$chisq)
  f <- quietly(coxph(y ~ age + marker, d, control = exactly))
  if (found(f)) say("cox", c(coef(f), sqrt(diag(vcov(f))), f$concordance[c("concordance", "std")]))
  f <- quietly(crr(d$time, d$event, cbind(d$age, d$marker), gtol = 1e-10, maxiter = 200))
  if (found(f)) say("fine_gray", c(f$coef, sqrt(diag(f$var))))
  f <- survfit(y ~ 1, d, conf.type = "log-log", timefix = FALSE)
  say("limits", c(f$lower, f$upper)); say("median", as.numeric(unlist(quantile(f, 0.5))))
  say("incidence", survfit(Surv(time, factor(event, 0:2)) ~ 1, d, timefix = FALSE)$std.err[, 2:3])
}
"""


def covariates(table):
    return np.column_stack([table[name] for name in NAMES])


def gray_of(cause):
    def analyse(times, table):
        found = gray_test(times, table["arm"], cause=cause)
        return found.chi2, found.p, found.df

    return analyse


def log_rank_of(times, table):
    found = log_rank(times.any_event(), table["arm"])
    return found.chi2, found.df


def cox_of(times, table):
    fit = cox(times.any_event(), covariates(table), NAMES)
    return *fit.beta, *fit.se, fit.concordance, fit.concordance_se


def fine_gray_of(times, table):
    fit = fine_gray(times, covariates(table), NAMES)
    return *fit.beta, *fit.se


def limits_of(times, table):
    curve = kaplan_meier(times.any_event())
    return *curve.lower, *curve.upper


# Name, analysis, relative tolerance, and how many of the hundred trials must have an answer from both sides.
ANALYSES = {
    "gray1": (gray_of(1), 1e-8, 95),
    "gray2": (gray_of(2), 1e-8, 90),
    "log_rank": (log_rank_of, 1e-10, 99),
    "stratified": (
        lambda times, table: log_rank(times.any_event(), table["arm"], table["marker"]).chi2,
        1e-9,
        90,
    ),
    "cox": (cox_of, 1e-7, 95),
    "fine_gray": (fine_gray_of, 1e-6, 90),
    "limits": (limits_of, 1e-11, COUNT),
    "median": (lambda times, table: kaplan_meier(times.any_event()).median(), 1e-13, COUNT),
    "incidence": (lambda times, table: aalen_johansen(times).std_error.ravel(), 1e-8, COUNT),
}


@pytest.fixture(scope="module")
def tables():
    sizes = np.random.default_rng(0).integers(6, 45, COUNT)
    return [trial(1000 + number, n=int(size)) for number, size in enumerate(sizes)]


@pytest.fixture(scope="module")
def r(tables):
    numbered = [{**table, "trial": np.full(len(table["time"]), i)} for i, table in enumerate(tables)]
    return in_r(SCRIPT, trials={key: np.concatenate([t[key] for t in numbered]) for key in numbered[0]})


@pytest.mark.parametrize("name", ANALYSES)
def test_tiny_trials_equal_r(tables, r, name):
    analyse, tolerance, least = ANALYSES[name]
    compared = 0
    for number, table in enumerate(tables):
        expected = r.get(f"{number}.{name}")
        try:
            found = analyse(times_of(table), table)
        except (InvalidInput, RunFailed):
            continue
        assert expected is not None, number
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=1e-10, err_msg=str(number))
        compared += 1
    assert compared >= least
