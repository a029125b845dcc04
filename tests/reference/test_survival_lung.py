"""The lung data against numbers of R's survival 3.5-3, to the digit.

Source of the data: Loprinzi et al. 1994, 10.1200/JCO.1994.12.3.601.

The numbers are written down, so that these tests hold where R is not installed.
"""

from __future__ import annotations

import numpy as np
import pytest
from lifelines.datasets import load_lung

from hepatrial.survival import (
    SurvivalTimes,
    check_proportional_hazards,
    compare_restricted_mean,
    concordance,
    cox,
    kaplan_meier,
    log_rank,
)

# Numbers handed down came from a fit that R stopped at its default tolerance: they are right to 8 digits.
EIGHT_DIGITS = 5e-9
# Numbers of a fit run to full convergence (eps = 1e-13).
CONVERGED = 1e-10
NAMES = ("age", "sex", "ph.ecog")


@pytest.fixture(scope="module")
def lung():
    """228 patients; status 1 is dead in this copy (2 in R's)."""
    table = load_lung()
    assert len(table) == 228
    assert table["status"].sum() == 165
    return table


@pytest.fixture(scope="module")
def complete(lung):
    """The 227 patients with an ECOG status, as R's formula interface leaves out the one without."""
    return lung.dropna(subset=list(NAMES))


def survival_times(table) -> SurvivalTimes:
    return SurvivalTimes(table["time"].to_numpy(), table["status"].to_numpy())


def fitted(table, ties):
    return cox(survival_times(table), table[list(NAMES)].to_numpy(), NAMES, ties=ties)


def test_cox_with_ties_after_efron(complete):
    fit = fitted(complete, "efron")
    assert fit.n == 227
    assert fit.beta == pytest.approx([0.01106676456, -0.55261239570, 0.46372847537], rel=EIGHT_DIGITS)
    assert fit.beta == pytest.approx([0.0110667645961, -0.5526123955318, 0.4637284751157], rel=CONVERGED)
    assert fit.se == pytest.approx([0.009267411014, 0.167739053787, 0.113577266162], rel=EIGHT_DIGITS)
    assert fit.log_likelihood_null == pytest.approx(-744.480455761, rel=CONVERGED)
    assert fit.log_likelihood == pytest.approx(-729.230121375, rel=CONVERGED)
    assert fit.score_chi2 == pytest.approx(30.4999227049, rel=CONVERGED)


def test_cox_with_ties_after_breslow(complete):
    fit = fitted(complete, "breslow")
    assert fit.beta == pytest.approx([0.01104113635, -0.55188956979, 0.46294704059], rel=EIGHT_DIGITS)
    assert fit.se == pytest.approx([0.0092667701142, 0.167742448018, 0.113574052061], rel=CONVERGED)
    assert fit.log_likelihood == pytest.approx(-729.488705177, rel=CONVERGED)


def test_cox_stratified_by_institution(lung):
    known = lung.dropna(subset=["inst"])
    columns = known[["age", "sex"]].to_numpy()
    fit = cox(survival_times(known), columns, ["age", "sex"], strata=known["inst"].to_numpy())
    assert fit.beta == pytest.approx([0.0192048983652, -0.492351520295], rel=CONVERGED)
    assert fit.se == pytest.approx([0.00987322481072, 0.181563429357], rel=CONVERGED)
    assert fit.log_likelihood == pytest.approx(-323.500707807, rel=CONVERGED)


def test_cox_with_errors_robust_to_dependence_within_institutions(complete):
    known = complete.dropna(subset=["inst"])
    fit = cox(survival_times(known), known[list(NAMES)].to_numpy(), NAMES, cluster=known["inst"].to_numpy())
    assert fit.beta == pytest.approx([0.0112321642573, -0.556593413985, 0.469216396766], rel=CONVERGED)
    assert fit.robust_se == pytest.approx([0.00688872705633, 0.112286679907, 0.117615953271], rel=CONVERGED)


def test_proportional_hazards_of_the_model(complete):
    columns = complete[list(NAMES)].to_numpy()
    check = check_proportional_hazards(survival_times(complete), columns, NAMES)
    assert check.chi2 == pytest.approx([0.187987673561, 2.305437226775, 2.054248773863], rel=CONVERGED)
    assert check.global_chi2 == pytest.approx(4.463657588162, rel=CONVERGED)
    assert check.global_p == pytest.approx(0.215554945396, rel=CONVERGED)


def test_concordance_of_the_model_and_its_standard_error(complete):
    fit = fitted(complete, "efron")
    assert fit.concordance == pytest.approx(0.63713549, abs=5e-9)
    assert fit.concordance_se == pytest.approx(0.02506797, abs=5e-9)
    # In R: coxph(...)$concordance.
    score = complete[list(NAMES)].to_numpy() @ fit.beta
    pairs = concordance(survival_times(complete), score)
    assert (pairs.concordant, pairs.discordant, pairs.tied_risk) == (12544, 7117, 126)


def test_log_rank_by_sex(lung):
    test = log_rank(survival_times(lung), lung["sex"].to_numpy())
    assert test.chi2 == pytest.approx(10.32674195, abs=5e-9)
    assert test.p == pytest.approx(0.001311, abs=5e-7)
    # Women live longer: fewer events than expected.
    assert test.z == pytest.approx(-np.sqrt(10.32674195), rel=1e-9)


def test_log_rank_is_the_score_test_but_for_ties(lung):
    fit = cox(survival_times(lung), lung["sex"].to_numpy(), "sex")
    assert fit.score_chi2 == pytest.approx(
        log_rank(survival_times(lung), lung["sex"].to_numpy()).chi2, rel=0.01
    )


def test_log_rank_stratified_by_institution(lung):
    known = lung.dropna(subset=["inst"])
    test = log_rank(survival_times(known), known["sex"].to_numpy(), known["inst"].to_numpy())
    assert test.chi2 == pytest.approx(8.52446736332, rel=CONVERGED)


def test_log_rank_of_four_groups(lung):
    known = lung.dropna(subset=["ph.ecog"])
    test = log_rank(survival_times(known), known["ph.ecog"].to_numpy())
    assert (test.chi2, test.df) == (pytest.approx(21.9621316825, rel=CONVERGED), 3)
    assert test.expected == pytest.approx(
        [54.1526970189, 83.5275645751, 26.1473530653, 0.172385340665], rel=CONVERGED
    )


@pytest.mark.parametrize(("sex", "median"), [(1, (270, 212, 310)), (2, (426, 348, 550))])
def test_median_survival_with_limits_on_the_log_scale(lung, sex, median):
    curve = kaplan_meier(survival_times(lung[lung["sex"] == sex]), transform="log")
    assert curve.median() == median


@pytest.mark.parametrize(
    ("transform", "lower", "upper", "limits_of_median"),
    [
        (
            "log",
            [0.840621182857, 0.344721581796, 0.0716318249618],
            [0.924532305744, 0.485837603547, 0.18685679182],
            (285, 363),
        ),
        (
            "log-log",
            [0.832071342211, 0.338714269088, 0.0676321514888],
            [0.91721360418, 0.478380767647, 0.1778251997],
            (284, 361),
        ),
        (
            "plain",
            [0.839639207608, 0.339028583848, 0.0602296507745],
            [0.923518687129, 0.479454665072, 0.171156545915],
            (284, 361),
        ),
    ],
)
def test_survival_at_3_12_and_24_months_with_limits(lung, transform, lower, upper, limits_of_median):
    curve = kaplan_meier(survival_times(lung), transform=transform)
    found = curve.at(np.array([90, 365, 730]))
    assert found.estimate == pytest.approx([0.881578947368, 0.40924162446, 0.115693098345], rel=CONVERGED)
    assert found.lower == pytest.approx(lower, rel=CONVERGED)
    assert found.upper == pytest.approx(upper, rel=CONVERGED)
    assert curve.median() == (310, *limits_of_median)


def test_restricted_mean_by_sex_has_the_variance_of_survrm2(lung):
    # rmst2(time, status, sex - 1, tau = 965) of survRM2, as printed at
    # github.com/kassambara/survminer/pull/827.
    found = compare_restricted_mean(survival_times(lung), lung["sex"].to_numpy(), 965)
    assert [arm.days for arm in found.arms] == pytest.approx([324.0484, 455.9041], abs=5e-5)
    assert [arm.std_error for arm in found.arms] == pytest.approx([22.29794, 32.91742], abs=5e-6)
    assert found.difference == pytest.approx(131.8557, abs=5e-5)
    assert found.std_error == pytest.approx(39.75870, abs=5e-6)
    assert (found.lower, found.upper) == pytest.approx((53.93005, 209.7813), abs=5e-5)
    assert found.p == pytest.approx(0.0009118595, rel=1e-6)
