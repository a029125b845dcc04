"""Screen, splines, residuals, Uno's C and multiplicity beside R's survival, splines and stats."""

from __future__ import annotations

import numpy as np
import pytest
from survival_in_r import in_r, trial

from hepatrial.biomarkers import MarkerFrame, screen
from hepatrial.biomarkers.prognostic.martingale import martingale_residuals
from hepatrial.biomarkers.prognostic.scores import uno_c, weighting
from hepatrial.biomarkers.prognostic.splines import spline_effect
from hepatrial.biomarkers.scales import Scale
from hepatrial.survival import SurvivalTimes

pytestmark = pytest.mark.r

SCRIPT = """
d <- table_of("data")
d$y <- Surv(d$time, d$event > 0)
for (m in c("x", "z")) {
  k <- d[!is.na(d[[m]]), ]
  f <- coxph(as.formula(paste("y ~", m, "+ age + strata(arm)")), k, control = exactly)
  g <- coxph(y ~ age + strata(arm), k, control = exactly)
  give(m, c(coef(f)[1], sqrt(vcov(f)[1, 1]), anova(g, f)$Chisq[2], f$n, f$nevent))
}
knots <- quantile(d$x, c(0.05, 0.35, 0.65, 0.95))
curved <- coxph(y ~ splines::ns(x, knots = knots[2:3], Boundary.knots = knots[c(1, 4)]) + age + strata(arm), d,
                control = exactly)
straight <- coxph(y ~ x + age + strata(arm), d, control = exactly)
without <- coxph(y ~ age + strata(arm), d, control = exactly)
give("spline", 2 * c(logLik(curved) - logLik(without), logLik(curved) - logLik(straight)))
give("residual", residuals(coxph(y ~ 1, d, ties = "breslow"), type = "martingale"))
give("uno", concordance(y ~ x, d, reverse = TRUE, timewt = "n/G2", ymax = 600, timefix = FALSE)$concordance)
give("bh", p.adjust(c(0.01, 0.2, 0.03, 0.04), "BH"))
give("holm", p.adjust(c(0.01, 0.2, 0.03, 0.04), "holm"))
"""


def data():
    table = trial(11, causes=1)
    rng = np.random.default_rng(4)
    table["event"] = (table["event"] > 0).astype(int)
    table["x"] = rng.normal(size=240) - 0.3 * np.log(table["time"] + 1)
    table["z"] = np.where(rng.uniform(size=240) < 0.3, np.nan, rng.normal(size=240))
    return table


@pytest.fixture(scope="module")
def both():
    table = data()
    found = in_r(SCRIPT.replace('table_of("data")', 'table_of("data"); d$z[is.nan(d$z)] <- NA'), data=table)
    frame = MarkerFrame(
        np.arange(240), SurvivalTimes(table["time"], table["event"].astype(np.int8)), table["arm"].astype(np.int8),
        ("a", "b", "c"), np.column_stack([table["x"], table["z"]]), ("x", "z"), table["age"][:, None], ("age",),
        ("per unit", "per unit"), tuple(Scale(name, "none", 0.0, 1.0, "per unit") for name in "xz"),
    )  # fmt: skip
    return found, frame


def test_the_screen_is_a_coxph_a_marker(both):
    found, frame = both
    ours = screen(frame, adjusted=True)
    from scipy.special import chdtri

    for j, name in enumerate("xz"):
        beta, se, chi2, n, events = found[name]
        np.testing.assert_allclose([ours.log_hr[j], ours.se[j]], [beta, se], rtol=1e-8)
        np.testing.assert_allclose(chdtri(1, ours.p_likelihood_ratio[j]), chi2, rtol=1e-6)
        assert (ours.n[j], ours.events[j]) == (n, events)


def test_the_spline_tests_are_those_of_ns_with_the_same_knots(both):
    found, frame = both
    effect = spline_effect(frame, "x", adjusted=True)
    from scipy.special import chdtri

    np.testing.assert_allclose(
        [chdtri(3, effect.p_overall), chdtri(2, effect.p_nonlinear)], found["spline"], rtol=1e-6
    )


def test_martingale_residuals_and_unos_c(both):
    found, frame = both
    np.testing.assert_allclose(martingale_residuals(frame.times), found["residual"], atol=1e-10)
    ours = uno_c(weighting(frame.times), frame.markers[:, 0], np.ones(240), 600.0)
    np.testing.assert_allclose(ours, found["uno"][0], rtol=1e-8)


def test_adjusted_p_values(both):
    from hepatrial.biomarkers.multiplicity import benjamini_hochberg, holm

    p = np.array([0.01, 0.2, 0.03, 0.04])
    np.testing.assert_allclose(benjamini_hochberg(p), both[0]["bh"])
    np.testing.assert_allclose(holm(p), both[0]["holm"])
