"""Log-rank beside R's survdiff, Gray's test beside cmprsk's cuminc."""

from __future__ import annotations

import numpy as np
import pytest
from survival_in_r import in_r, times_of, trial

from hepatrial.survival import gray_test, log_rank

pytestmark = pytest.mark.r

SCRIPT = """
for (data in c("tied", "untied", "few")) {
  d <- table_of(data)
  plain <- survdiff(Surv(time, event > 0) ~ arm, d)
  give(paste0(data, ".log_rank"), c(plain$chisq, plain$exp))
  stratified <- survdiff(Surv(time, event > 0) ~ arm + strata(marker), d)
  give(paste0(data, ".log_rank_stratified"), c(stratified$chisq, rowSums(stratified$exp)))
  two <- d[d$arm > 0, ]
  cause <- survdiff(Surv(time, event == 1) ~ arm, two)
  give(paste0(data, ".log_rank_cause"), c(cause$chisq, cause$exp))
  give(paste0(data, ".gray"), cuminc(d$time, d$event, d$arm)$Tests[, c("stat", "pv", "df")])
  give(paste0(data, ".gray_two"), cuminc(two$time, two$event, two$arm)$Tests[, "stat"])
  give(paste0(data, ".gray_stratified"), cuminc(d$time, d$event, d$arm, d$marker)$Tests[, "stat"])
}
"""
NAMES = ("tied", "untied", "few")


@pytest.fixture(scope="module")
def data():
    return {"tied": trial(11), "untied": trial(12, ties=False), "few": trial(13, n=30)}


@pytest.fixture(scope="module")
def r(data):
    return in_r(SCRIPT, **data)


@pytest.mark.parametrize("name", NAMES)
def test_log_rank_of_three_arms_equals_survdiff(data, r, name):
    found = log_rank(times_of(data[name]).any_event(), data[name]["arm"])
    assert found.df == 2
    np.testing.assert_allclose([found.chi2, *found.expected], r[f"{name}.log_rank"], rtol=1e-11)


@pytest.mark.parametrize("name", NAMES)
def test_stratified_log_rank_equals_survdiff(data, r, name):
    found = log_rank(times_of(data[name]).any_event(), data[name]["arm"], data[name]["marker"])
    np.testing.assert_allclose([found.chi2, *found.expected], r[f"{name}.log_rank_stratified"], rtol=1e-11)


@pytest.mark.parametrize("name", NAMES)
def test_cause_specific_log_rank_of_two_arms_equals_survdiff(data, r, name):
    two = data[name]["arm"] > 0
    found = log_rank(times_of(data[name]).only(1).select(two), data[name]["arm"][two])
    expected = r[f"{name}.log_rank_cause"]
    np.testing.assert_allclose([found.chi2, *found.expected], expected, rtol=1e-11)
    assert found.z**2 == pytest.approx(expected[0], rel=1e-11)
    assert np.sign(found.z) == np.sign(found.observed[1] - expected[2])


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_gray_of_three_arms_equals_cuminc(data, r, name, cause):
    found = gray_test(times_of(data[name]), data[name]["arm"], cause=cause)
    # R gives a matrix by columns: statistics of both causes, their p, their degrees of freedom.
    np.testing.assert_allclose(
        [found.chi2, found.p, found.df], r[f"{name}.gray"].reshape(3, 2)[:, cause - 1], rtol=1e-9
    )


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_gray_of_two_arms_and_stratified_equals_cuminc(data, r, name, cause):
    table = data[name]
    two = table["arm"] > 0
    pair = gray_test(times_of(table).select(two), table["arm"][two], cause=cause)
    assert pair.chi2 == pytest.approx(r[f"{name}.gray_two"][cause - 1], rel=1e-9)
    assert pair.z**2 == pytest.approx(pair.chi2, rel=1e-12)
    stratified = gray_test(times_of(table), table["arm"], table["marker"], cause=cause)
    assert stratified.chi2 == pytest.approx(r[f"{name}.gray_stratified"][cause - 1], rel=1e-9)
