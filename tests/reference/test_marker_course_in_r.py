"""The mixed model of a marker's course beside R's nlme."""

from __future__ import annotations

import numpy as np
import pytest
from survival_in_r import in_r

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.biomarkers.monitoring.mixed_model import course_sums, fit_mixed_model
from hepatrial.survival import SurvivalTimes

pytestmark = pytest.mark.r

SCRIPT = """
suppressPackageStartupMessages(library(nlme))
d <- table_of("d")
f <- lme(y ~ t, random = ~ t | id, data = d, method = "ML")
give("mean", fixef(f)); give("sigma", f$sigma); give("loglik", logLik(f)); give("d", getVarCov(f))
"""


def test_the_course_of_a_marker_equals_that_of_nlme():
    rng = np.random.default_rng(4)
    owner = np.repeat(np.arange(80), rng.integers(2, 9, 80))
    years = rng.uniform(0, 3, len(owner))
    line = rng.multivariate_normal([1.0, -0.3], [[0.5, 0.1], [0.1, 0.2]], 80)
    value = line[owner, 0] + line[owner, 1] * years + rng.normal(0, 0.4, len(owner))
    order = np.lexsort((years, owner))
    owner, years, value = owner[order], years[order], value[order]
    r = in_r(SCRIPT, d={"id": owner.astype(float), "t": years, "y": value})
    times = SurvivalTimes(np.full(80, 2000.0), np.zeros(80, dtype=np.int8))
    courses = Courses("ALBI", "1", np.arange(80), times, owner, years * 365.25, value, value > 99, "OS")
    sums = course_sums(courses)
    found = fit_mixed_model(sums)
    np.testing.assert_allclose(found.mean + np.array([sums.centre, 0.0]), r["mean"], rtol=1e-4)
    np.testing.assert_allclose(found.covariance.ravel(), r["d"], rtol=2e-3)
    np.testing.assert_allclose(found.residual_sd, r["sigma"], rtol=1e-4)
    np.testing.assert_allclose(found.log_likelihood, r["loglik"], rtol=1e-6)
