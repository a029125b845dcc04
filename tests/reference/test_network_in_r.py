"""Networks with trials of three arms beside metafor's rma.mv, which is given the covariances as matrices."""

from __future__ import annotations

import numpy as np
import pytest
from pooling_in_r import contrasts_of, effects_of, in_metafor, senn, smoking

from hepatrial.evidence.network import decompose_q, fit_common, fit_random, network_of, split_nodes

pytestmark = pytest.mark.r

SCRIPT = """
for (data in c("senn", "smoking")) {
  d <- table_of(data)
  V <- bldiag(lapply(split(d, d$study), function(b) {
    v <- matrix(b$shared[1], nrow(b), nrow(b)); diag(v) <- b$v; v
  }))
  treatments <- sort(unique(c(d$arm, d$base)))
  X <- sapply(treatments[-1], function(t) (d$arm == t) - (d$base == t))
  common <- rma.mv(y, V, mods = X, intercept = FALSE, data = d, method = "FE")
  give(paste0(data, ".common"), c(common$beta, sqrt(diag(vcov(common))), common$QE))
  for (method in c("REML", "ML")) {
    fit <- rma.mv(y, V, mods = X, intercept = FALSE, data = d, random = ~ place | study, struct = "CS", rho = 0.5,
      method = method, control = list(rel.tol = 1e-11))
    give(paste(data, method, sep = "."), fit$tau2)
  }
  fixed <- rma.mv(y, V, mods = X, intercept = FALSE, data = d, random = ~ place | study, struct = "CS", rho = 0.5,
    tau2 = 0.1)
  give(paste0(data, ".at_0.1"), c(fixed$beta, sqrt(diag(vcov(fixed)))))
  d$design <- ave(paste(d$arm, d$base), d$study, FUN = function(x) paste(x, collapse = "+"))
  full <- rma.mv(y, V, mods = model.matrix(~ paste(design, place) - 1, d), intercept = FALSE, data = d,
    method = "FE")
  give(paste0(data, ".within"), c(full$QE, full$k - full$p))
}
d <- table_of("smoking")
V <- bldiag(lapply(split(d, d$study), function(b) {
  v <- matrix(b$shared[1], nrow(b), nrow(b)); diag(v) <- b$v; v
}))
X <- sapply(2:4, function(t) (d$arm == t) - (d$base == t))
# C (3) against D (4): trials 14 and 15 and the three-armed 2 (A, C, D) and 9 (B, C, D) hold both; numbered from 0.
both <- d$study %in% c(1, 8, 13, 14)
level <- function(x) 0.5 * (x == 3) - 0.5 * (x == 4)
shift <- ifelse(both, level(d$arm) - level(d$base), 0)
fit <- rma.mv(y, V, mods = cbind(X, shift), intercept = FALSE, data = d, method = "FE")
give("split", c(fit$beta[4], fit$se[4], fit$pval[4], fit$beta[2] - fit$beta[3]))
"""
TRIALS = {"senn": senn, "smoking": smoking}


@pytest.fixture(scope="module")
def r():
    return in_metafor(SCRIPT, **{name: contrasts_of(trials()) for name, trials in TRIALS.items()})


@pytest.fixture(scope="module")
def networks():
    return {name: network_of(effects_of(trials(), "data")) for name, trials in TRIALS.items()}


def against_first(fit):
    found = fit.against(fit.network.treatments[0]).values()
    return [one.value for one in found] + [one.std_error for one in found]


@pytest.mark.parametrize("name", TRIALS)
def test_common_effects_and_q_equal_metafor(networks, r, name):
    fit = fit_common(networks[name])
    np.testing.assert_allclose([*against_first(fit), fit.heterogeneity.q], r[f"{name}.common"], rtol=1e-9)


@pytest.mark.parametrize("estimator", ["reml", "ml"])
@pytest.mark.parametrize("name", TRIALS)
def test_tau2_of_a_network_equals_metafor(networks, r, name, estimator):
    found = fit_random(networks[name], tau2_estimator=estimator).heterogeneity.tau2
    assert found == pytest.approx(float(r[f"{name}.{estimator.upper()}"][0]), rel=2e-6)


@pytest.mark.parametrize("name", TRIALS)
def test_estimates_at_a_given_tau2_equal_metafor(networks, r, name, monkeypatch):
    monkeypatch.setattr("hepatrial.evidence.network.fit.estimate_tau2", lambda model, estimator: 0.1)
    np.testing.assert_allclose(against_first(fit_random(networks[name])), r[f"{name}.at_0.1"], rtol=1e-9)


@pytest.mark.parametrize("name", TRIALS)
def test_q_within_designs_equals_a_model_with_each_designs_own_effects(networks, r, name):
    found = decompose_q(networks[name])
    np.testing.assert_allclose([found.within.q, found.within.df], r[f"{name}.within"], rtol=1e-9)
    assert found.within.q + found.between.q == pytest.approx(found.total.q, rel=1e-12)


def test_a_split_node_in_trials_of_three_arms_equals_metafor(networks, r):
    splits = {(one.arm, one.control): one for one in split_nodes(fit_common(networks["smoking"]))}
    found = splits["C", "D"]
    assert found.direct_trials == ("2", "9", "14", "15")
    numbers = [found.difference.value, found.difference.std_error, found.difference.p, found.indirect.value]
    np.testing.assert_allclose(numbers, r["split"], rtol=1e-8)
