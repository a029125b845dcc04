"""The Cox model of intervals (start, stop] beside R's coxph."""

from __future__ import annotations

import numpy as np
import pytest
from survival_in_r import in_r

from hepatrial.survival import AtRisk, cox_counting_process

pytestmark = pytest.mark.r

SCRIPT = """
for (data in c("tied", "untied")) {
  d <- table_of(data)
  for (ties in c("efron", "breslow")) {
    say <- function(key, x) give(paste(data, ties, key, sep = "."), x)
    f <- coxph(Surv(start, stop, event) ~ marker + arm, d, control = exactly, ties = ties)
    say("beta", coef(f)); say("covariance", vcov(f)); say("fit", c(f$loglik, f$score))
    f <- coxph(Surv(start, stop, event) ~ marker + arm + strata(centre) + cluster(subject), d,
               control = exactly, ties = ties)
    say("stratified.beta", coef(f)); say("stratified.covariance", vcov(f))
  }
}
"""


def intervals(seed: int, *, whole_days: bool) -> dict[str, np.ndarray]:
    """Intervals of 120 subjects, some with a gap, with a marker that changes."""
    rng = np.random.default_rng(seed)
    rows = []
    for subject in range(120):
        now, arm, event = 0.0, float(rng.integers(0, 2)), 0
        while not event and now < 50:
            length = float(rng.integers(1, 9)) if whole_days else rng.exponential(4.0) + 0.01
            marker = round(rng.normal(), 2)
            event = int(rng.random() < 0.13 + 0.05 * arm + 0.06 * (marker > 0))
            rows.append((now, now + length, event, subject, marker, arm, subject % 3))
            now += length + (2.0 if rng.random() < 0.1 else 0.0)
    names = ("start", "stop", "event", "subject", "marker", "arm", "centre")
    return dict(zip(names, np.array(rows).T, strict=True))


DATA = {"tied": intervals(1, whole_days=True), "untied": intervals(2, whole_days=False)}


@pytest.fixture(scope="module")
def r():
    return in_r(SCRIPT, **DATA)


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_hazard_ratios_of_changing_covariates_equal_those_of_r(r, data, ties):
    d = DATA[data]
    at_risk = AtRisk(d["start"], d["stop"], d["event"], d["subject"])
    x = np.column_stack([d["marker"], d["arm"]])
    plain = cox_counting_process(at_risk, x, ("marker", "arm"), ties=ties)
    np.testing.assert_allclose(plain.beta, r[f"{data}.{ties}.beta"], rtol=1e-9)
    np.testing.assert_allclose(plain.covariance.ravel(), r[f"{data}.{ties}.covariance"], rtol=1e-8)
    fit = (plain.log_likelihood_null, plain.log_likelihood, plain.score_chi2)
    np.testing.assert_allclose(fit, r[f"{data}.{ties}.fit"], rtol=1e-9)


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_strata_and_sandwich_errors_over_subjects_equal_those_of_r(r, data, ties):
    d = DATA[data]
    at_risk = AtRisk(d["start"], d["stop"], d["event"], d["subject"])
    x = np.column_stack([d["marker"], d["arm"]])
    found = cox_counting_process(at_risk, x, ("marker", "arm"), strata=d["centre"], robust=True, ties=ties)
    np.testing.assert_allclose(found.beta, r[f"{data}.{ties}.stratified.beta"], rtol=1e-9)
    np.testing.assert_allclose(found.covariance.ravel(), r[f"{data}.{ties}.stratified.covariance"], rtol=1e-7)
