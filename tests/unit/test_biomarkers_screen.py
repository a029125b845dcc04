"""The screen of markers: the models of `cox`, one a marker, with their p-values, separation and multiplicity."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest

from hepatrial.biomarkers import MarkerFrame, screen
from hepatrial.biomarkers.multiplicity import benjamini_hochberg, holm
from hepatrial.biomarkers.prognostic.firth import firth_cox
from hepatrial.biomarkers.prognostic.outcome import event_count
from hepatrial.biomarkers.prognostic.screen import SEPARATED
from hepatrial.survival import SurvivalTimes, cox
from hepatrial.survival.partial_likelihood import partial_likelihood, risk_sets


def made(n: int = 240, m: int = 5, k: int = 2, *, arms: bool = False, seed: int = 3) -> MarkerFrame:
    """Tied times, one marker with an effect, a block of missing values in the second marker."""
    rng = np.random.default_rng(seed)
    x, a = rng.normal(size=(n, m)), rng.normal(size=(n, k))
    time = np.ceil(rng.exponential(300, n) * np.exp(-0.5 * x[:, 0] - (0.4 * a[:, 0] if k else 0.0)) / 20) * 20
    end = np.ceil(rng.uniform(100, 900, n) / 20) * 20
    x[::3, 1] = np.nan
    arm = rng.integers(0, 2, n).astype(np.int8) if arms else None
    return MarkerFrame(
        np.arange(n),
        SurvivalTimes(np.minimum(time, end), (time <= end).astype(np.int8)),
        arm,
        ("control", "drug") if arms else ("all",),
        x,
        tuple(f"m{j}" for j in range(m)),
        a,
        tuple(f"a{j}" for j in range(k)),
        ("per SD",) * m,
    )


@pytest.mark.parametrize("adjusted", [False, True])
@pytest.mark.parametrize("arms", [False, True])
def test_each_marker_has_the_model_that_cox_fits_to_those_who_have_it(adjusted, arms):
    frame = made(arms=arms)
    found = screen(frame, adjusted=adjusted)
    for j in range(5):
        rows = np.isfinite(frame.markers[:, j])
        columns = np.column_stack([frame.markers[:, j], *(frame.adjust.T if adjusted else ())])[rows]
        strata = frame.arm[rows] if arms else None
        names = [str(i) for i in range(columns.shape[1])]
        fit = cox(frame.times.select(rows), columns, names, strata=strata)
        assert found.n[j] == rows.sum()
        assert found.events[j] == frame.times.event[rows].sum()
        np.testing.assert_allclose(found.log_hr[j], fit.beta[0], rtol=1e-9)
        np.testing.assert_allclose(found.se[j], fit.se[0], rtol=1e-9)
        np.testing.assert_allclose([found.lower[j], found.upper[j]], [fit.lower[0], fit.upper[0]], rtol=1e-9)
        np.testing.assert_allclose(found.p[j], fit.p[0], rtol=1e-8)


def test_likelihood_ratio_and_score_test_the_marker_beside_the_covariates():
    frame = made()
    found = screen(frame, adjusted=True)
    without = cox(frame.times, frame.adjust, ["a", "b"])
    with_marker = cox(frame.times, np.column_stack([frame.markers[:, 0], frame.adjust]), ["m", "a", "b"])
    chi2 = 2 * (with_marker.log_likelihood - without.log_likelihood)
    from scipy.special import chdtri

    np.testing.assert_allclose(chdtri(1, found.p_likelihood_ratio[0]), chi2, rtol=1e-7)
    scale = np.column_stack([frame.markers[:, 0], frame.adjust])
    sets = risk_sets(frame.times.time_days, frame.times.event, scale, np.zeros(240, int), efron=True)
    _, gradient, information = partial_likelihood(sets)(np.append(0.0, without.beta))
    score = gradient @ np.linalg.solve(information, gradient)
    np.testing.assert_allclose(chdtri(1, found.p_score[0]), score, rtol=1e-6)
    alone = screen(frame)
    np.testing.assert_allclose(
        alone.p_score[0], cox(frame.times, frame.markers[:, 0], ["m"]).score_p, rtol=1e-9
    )


@pytest.mark.parametrize("adjusted", [False, True])
def test_a_marker_that_separates_is_named_and_gets_a_finite_estimate_with_profile_limits(adjusted):
    n = 40
    marker = np.r_[np.ones(6), np.zeros(n - 6)]
    event = np.r_[np.ones(6), np.zeros(n - 16), np.ones(10)].astype(np.int8)
    # Those with the marker die first, each before anybody else.
    time = np.r_[np.arange(1.0, 7.0), np.linspace(50, 200, n - 6)]
    age = np.random.default_rng(1).normal(size=(n, 1))
    frame = MarkerFrame(np.arange(n), SurvivalTimes(time, event), None, ("all",), marker[:, None], ("m",), age,
                        ("age",), ("yes against no",))  # fmt: skip
    found = screen(frame, adjusted=adjusted)
    assert found.state == (SEPARATED,)
    assert np.isfinite([found.log_hr[0], found.se[0], found.lower[0]]).all()
    assert 5 < found.hr[0] < 1e4
    assert 1 < found.lower[0] < found.hr[0] < found.upper[0]
    assert found.p[0] < 1e-3


def test_firth_solves_the_modified_score_equation():
    frame = made(n=60, k=1)
    fit = firth_cox(frame.times, frame.markers[:, 0], frame.adjust, None)
    x = np.column_stack([frame.markers[:, 0], frame.adjust])
    sets = risk_sets(frame.times.time_days, frame.times.event, x, np.zeros(60, int), efron=True)
    likelihood = partial_likelihood(sets)

    def modified(first: float) -> float:
        """Profile over the covariate on a fine grid, by the definition."""
        grid = np.linspace(-2, 2, 801)
        values = []
        for second in grid:
            value, _, information = likelihood(np.array([first, second]))
            values.append(value + 0.5 * np.log(np.linalg.det(information)))
        return max(values)

    best = modified(fit.log_hr)
    assert best > modified(fit.log_hr + 0.02)
    assert best > modified(fit.log_hr - 0.02)
    limits = [modified(np.log(limit)) for limit in (fit.lower, fit.upper)]
    np.testing.assert_allclose(limits, best - 3.841458820694124 / 2, atol=2e-3)


def test_what_cannot_be_fitted_says_why():
    frame = made(n=60, m=4, k=1)
    frame.markers[:, 0] = np.where(np.arange(60) < 30, 2.0, np.nan)
    frame.markers[:, 1] = frame.adjust[:, 0] * 3
    frame.markers[:, 2] = np.nan
    frame.markers[:2, 2] = [1.0, 2.0]
    found = screen(frame, adjusted=True)
    assert "constant" in found.state[0]
    assert "combination" in found.state[1]
    assert "fewer events" in found.state[2]
    assert found.state[3] == "fitted"
    assert np.isnan(found.p[:3]).all()
    assert found.p_holm[3] == found.p[3], "a marker without a model is no test"


def test_benjamini_hochberg_and_holm_by_hand():
    p = np.array([0.01, 0.04, np.nan, 0.03, 0.005])
    np.testing.assert_allclose(benjamini_hochberg(p), [0.02, 0.04, np.nan, 0.04, 0.02])
    np.testing.assert_allclose(holm(p), [0.03, 0.06, np.nan, 0.06, 0.02])


@pytest.mark.long
def test_20000_patients_and_500_markers_are_screened_in_under_a_minute():
    frame = made(n=20_000, m=500, k=8)
    screen(made(n=100, m=2, k=1), adjusted=True)  # compiled before the clock runs
    start = perf_counter()
    found = screen(frame, adjusted=True)
    assert perf_counter() - start < 60
    assert found.p[0] < 1e-10


def test_where_death_competes_it_is_no_event_of_the_models():
    frame = made(n=120)
    event = np.where(np.arange(120) % 5 == 0, 2, frame.times.event)
    causes = ("censored", "progression", "death")
    competing = replace(frame, times=SurvivalTimes(frame.times.time_days, event, causes), endpoint="TTP")
    assert event_count(competing) == (event == 1).sum()
    assert screen(competing).events[0] == (event == 1).sum()
    assert event_count(replace(competing, endpoint="PFS")) == (event > 0).sum()
