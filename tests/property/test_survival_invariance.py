"""What must not change an analysis, whatever the data: row order, unit of time, names of groups and strata."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hepatrial.errors import InvalidInput, RunFailed
from hepatrial.survival import (
    SurvivalTimes,
    aalen_johansen,
    compare_restricted_mean,
    concordance,
    cox,
    fine_gray,
    gray_test,
    kaplan_meier,
    log_rank,
    restricted_mean,
)
from hepatrial.survival.many_trials import many_trials

CAUSES = ("censored", "cancer", "liver")
REFUSALS = (InvalidInput, RunFailed)


@st.composite
def trials(draw, least=4, most=60):
    """Times (with ties or without), causes, arm, stratum and a covariate of a small trial."""
    n = draw(st.integers(least, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    step = draw(st.sampled_from([0.0, 1.0, 30.0]))
    time = rng.exponential(100, n)
    time = np.round(time / step) * step if step else time
    event = rng.choice(3, n, p=draw(st.sampled_from([(0.2, 0.5, 0.3), (0.7, 0.2, 0.1), (0, 0.8, 0.2)])))
    arm, stratum, x = rng.integers(0, 2, n), rng.integers(0, 3, n), rng.normal(size=n)
    return SurvivalTimes(time, event, CAUSES), arm, stratum, x


def numbers(analyse, *arguments):
    """The numbers of an analysis, or the kind of its refusal: either must be invariant."""
    try:
        return np.asarray(analyse(*arguments), dtype=float)
    except REFUSALS as refusal:
        return type(refusal).__name__


def assert_same(one, other, rel=1e-8, absolute=1e-9):
    assert isinstance(one, str) == isinstance(other, str)
    if isinstance(one, str):
        assert one == other
    else:
        np.testing.assert_allclose(one, other, rtol=rel, atol=absolute)


def wald(fit):
    return np.concatenate([fit.beta, fit.se])


ANALYSES = {
    "kaplan_meier": lambda t, arm, stratum, x: kaplan_meier(t.any_event()).survival,
    "median": lambda t, arm, stratum, x: kaplan_meier(t.any_event()).median(),
    "incidence": lambda t, arm, stratum, x: np.vstack(
        [aalen_johansen(t).incidence, aalen_johansen(t).std_error]
    ),
    "log_rank": lambda t, arm, stratum, x: log_rank(t.any_event(), arm, stratum).z,
    "gray": lambda t, arm, stratum, x: gray_test(t, arm, stratum).chi2,
    "cox": lambda t, arm, stratum, x: wald(
        cox(t.any_event(), np.column_stack([arm, x]), ("arm", "x"), strata=stratum)
    ),
    "robust cox": lambda t, arm, stratum, x: wald(cox(t.any_event(), x, "x", cluster=stratum)),
    "breslow": lambda t, arm, stratum, x: wald(cox(t.any_event(), x, "x", ties="breslow")),
    "fine_gray": lambda t, arm, stratum, x: wald(fine_gray(t, np.column_stack([arm, x]), ("arm", "x"))),
    "concordance": lambda t, arm, stratum, x: (lambda c: (c.estimate, c.std_error))(
        concordance(t.any_event(), np.round(x), stratum)
    ),
}
each_analysis = pytest.mark.parametrize("analyse", ANALYSES.values(), ids=ANALYSES)


@each_analysis
@settings(max_examples=40, deadline=None)
@given(trial=trials(), seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(analyse, trial, seed):
    times, *columns = trial
    order = np.random.default_rng(seed).permutation(len(times))
    shuffled = times.select(order), *(column[order] for column in columns)
    assert_same(numbers(analyse, *trial), numbers(analyse, *shuffled))


@pytest.mark.parametrize("name", [name for name in ANALYSES if name != "median"])
@settings(max_examples=25, deadline=None)
@given(trial=trials(), unit=st.sampled_from([1 / 1024, 1 / 4, 8.0, 4096.0]))
def test_the_unit_of_time_does_not_matter(name, trial, unit):
    times, *columns = trial
    scaled = SurvivalTimes(times.time_days * unit, times.event, CAUSES)
    assert_same(numbers(ANALYSES[name], times, *columns), numbers(ANALYSES[name], scaled, *columns))


@settings(max_examples=40, deadline=None)
@given(trial=trials(), unit=st.sampled_from([1 / 1024, 8.0, 4096.0]))
def test_medians_and_restricted_means_are_in_the_unit_of_time(trial, unit):
    times = trial[0].any_event()
    scaled = SurvivalTimes(times.time_days * unit, times.event)
    np.testing.assert_allclose(
        np.array(kaplan_meier(scaled).median()), unit * np.array(kaplan_meier(times).median()), rtol=1e-12
    )
    tau = float(times.time_days.max())
    assume(tau > 0)
    one, other = restricted_mean(times, tau), restricted_mean(scaled, tau * unit)
    assert (other.days, other.std_error) == pytest.approx((unit * one.days, unit * one.std_error), rel=1e-10)


@settings(max_examples=60, deadline=None)
@given(trial=trials())
def test_swapping_the_arms_turns_the_sign_and_nothing_else(trial):
    times, arm, stratum, _ = trial
    events, swapped = times.any_event(), 1 - arm
    assert_same(
        numbers(lambda a: log_rank(events, a, stratum).z, arm),
        numbers(lambda a: -log_rank(events, a, stratum).z, swapped),
    )
    assert_same(
        numbers(lambda a: gray_test(times, a).z, arm), numbers(lambda a: -gray_test(times, a).z, swapped)
    )
    for fit in (lambda a: cox(events, a, "arm", strata=stratum), lambda a: fine_gray(times, a, "arm")):

        def signed(a, sign, fit=fit):
            found = fit(a)
            return *(sign * found.beta), *found.se, *(sign * found.z), *found.p

        assert_same(numbers(signed, arm, 1), numbers(signed, swapped, -1))
    tau = float(min(events.time_days[arm == side].max(initial=0) for side in (0, 1)))
    assume(tau > 0)
    assert_same(
        numbers(lambda a: compare_restricted_mean(events, a, tau).difference, arm),
        numbers(lambda a: -compare_restricted_mean(events, a, tau).difference, swapped),
    )


@settings(max_examples=40, deadline=None)
@given(trial=trials())
def test_the_names_of_groups_and_strata_do_not_matter(trial):
    times, arm, stratum, _ = trial
    events = times.any_event()
    names, regions = np.array(["placebo", "sorafenib"])[arm], np.array(["z", "a", "m"])[stratum]
    assert_same(
        numbers(lambda: log_rank(events, arm, stratum).z), numbers(lambda: log_rank(events, names, regions).z)
    )
    assert_same(
        numbers(lambda: gray_test(times, arm, stratum).z),
        numbers(lambda: gray_test(times, list(names), regions).z),
    )


@settings(max_examples=40, deadline=None)
@given(trial=trials())
def test_the_kernel_does_not_care_for_row_order_and_turns_with_the_arms(trial):
    times, arm, stratum, x = trial
    time, event = times.time_days[None], (times.event > 0)[None]
    order = np.argsort(x)
    base = many_trials(time, event, arm, stratum=stratum)
    moved = many_trials(time[:, order], event[:, order], arm[order], stratum=stratum[order])
    turned = many_trials(time, event, 1 - arm, stratum=stratum)
    assert_same([base.z, base.log_hr, base.log_hr_se], [moved.z, moved.log_hr, moved.log_hr_se])
    assert_same([base.z, base.log_hr, base.log_hr_se], [-turned.z, -turned.log_hr, turned.log_hr_se])
    np.testing.assert_array_equal(base.median_days, turned.median_days[:, ::-1])


@settings(max_examples=60, deadline=None)
@given(trial=trials(least=1))
def test_curves_keep_within_their_bounds(trial):
    times = trial[0]
    for transform in ("plain", "log", "log-log"):
        curve = kaplan_meier(times.any_event(), transform=transform)
        assert (np.diff(curve.survival) <= 0).all()
        known = ~np.isnan(curve.lower)
        assert (curve.lower[known] >= 0).all()
        assert (curve.lower[known] <= curve.survival[known] + 1e-12).all()
        assert (curve.survival[known] <= curve.upper[known] + 1e-12).all()
        assert (curve.upper[known] <= 1).all()
        assert np.isnan(curve.lower).tolist() == (curve.survival == 0).tolist()
    found = aalen_johansen(times)
    np.testing.assert_allclose(found.incidence.sum(axis=0) + found.survival, 1, rtol=1e-12)
    assert (np.diff(found.incidence, axis=1) >= 0).all()
    assert (found.lower <= found.incidence + 1e-12).all()
    assert (found.incidence <= found.upper + 1e-12).all()


@settings(max_examples=40, deadline=None)
@given(trial=trials(), shift=st.sampled_from([-1e6, 3.0, 1e4]), scale=st.sampled_from([1e-3, 7.0, 1e5]))
def test_shift_and_scale_of_a_covariate_do_not_matter(trial, shift, scale):
    times, _, stratum, x = trial
    events = times.any_event()
    base = numbers(lambda: cox(events, x, "x", strata=stratum).z)
    assert_same(
        base, numbers(lambda: cox(events, x * scale + shift, "x", strata=stratum).z), rel=1e-5, absolute=1e-6
    )
