"""What holds of a reconstruction whatever the data."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hepatrial.evidence.reconstruction import Guyot, StepHeights, clean_curve, reconstruct, risk_numbers
from hepatrial.survival import SurvivalTimes, kaplan_meier

METHODS = st.sampled_from([Guyot(), StepHeights(), StepHeights(reading_error=0.005)])


@st.composite
def arms(draw):
    """An arm of 5 to 80 patients with some event, times in days, some tied."""
    n = draw(st.integers(5, 80))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    time = random.exponential(300, n) + 1
    if draw(st.booleans()):
        time = np.ceil(time / 30) * 30
    event = random.random(n) < draw(st.sampled_from([0.3, 0.6, 1.0]))
    event[int(np.argmin(time))] = True
    return SurvivalTimes(time, event.astype(np.int8))


def given_curve(arm, risk_times=4, error=0.0, seed=0):
    km = kaplan_meier(arm)
    end = arm.time_days.max()
    drops = km.events > 0
    time, survival = np.append(km.time_days[drops], end), km.survival[drops]
    survival = np.append(survival, survival[-1])
    survival = np.clip(survival + error * np.random.default_rng(seed).normal(size=len(time)), 0, 1)
    at = np.linspace(0, end, risk_times + 1)[:-1]
    return time, survival, risk_numbers(at, km.at_risk_at(at), time_unit="days")


@settings(max_examples=60, deadline=None)
@given(arm=arms(), method=METHODS, error=st.sampled_from([0.0, 0.004]))
def test_patients_number_at_risk_and_events_add_up(arm, method, error):
    time, survival, risk = given_curve(arm, error=error)
    if survival.min() >= 1:
        return
    found = reconstruct(
        clean_curve(time, survival, time_unit="days", per_cent=False), risk=risk, method=method
    )
    assert len(found.times) == len(arm)
    assert set(np.unique(found.times.event)) <= {0, 1}
    assert (np.diff(found.times.time_days) >= 0).all()
    assert found.times.time_days.min() >= 0
    assert found.times.time_days.max() <= max(arm.time_days.max(), risk.time_days[-1]) + 1e-9


@settings(max_examples=60, deadline=None)
@given(arm=arms())
def test_exact_steps_give_the_curve_and_the_numbers_at_risk_back(arm):
    time, survival, risk = given_curve(arm)
    curve = clean_curve(time, survival, time_unit="days", per_cent=False)
    found = kaplan_meier(reconstruct(curve, risk=risk).times)
    ours = np.append(1.0, found.survival)[np.searchsorted(found.time_days, time, side="right")]
    np.testing.assert_allclose(ours, survival, atol=1e-6)
    np.testing.assert_array_equal(found.at_risk_at(risk.time_days), risk.at_risk)


@settings(max_examples=40, deadline=None)
@given(arm=arms(), method=METHODS, seed=st.integers(0, 1000))
def test_order_and_scale_of_the_points_do_not_matter(arm, method, seed):
    time, survival, risk = given_curve(arm, error=0.003, seed=seed)
    if survival.min() >= 1:
        return
    shuffled = np.random.default_rng(seed).permutation(len(time))
    one = reconstruct(clean_curve(time, survival, time_unit="days", per_cent=False), risk=risk, method=method)
    other = reconstruct(
        clean_curve(time[shuffled], 100 * survival[shuffled], time_unit="days", per_cent=True),
        risk=risk,
        method=method,
    )
    np.testing.assert_allclose(one.times.time_days, other.times.time_days, rtol=1e-9)
    np.testing.assert_array_equal(one.times.event, other.times.event)


@settings(max_examples=60, deadline=None)
@given(
    points=st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1)), min_size=2, max_size=60),
    per_cent=st.booleans(),
)
def test_any_cleaned_curve_falls_strictly_within_its_bounds(points, per_cent):
    from hepatrial.errors import InvalidInput

    time, survival = np.array(points).T
    try:
        curve = clean_curve(time, survival * (100 if per_cent else 1), per_cent=per_cent)
    except InvalidInput:
        return
    assert (np.diff(curve.time_days) > 0).all()
    assert (np.diff(np.append(1.0, curve.survival)) < 0).all()
    assert curve.survival.min() >= 0
    assert curve.end_days >= curve.time_days[-1]


@settings(max_examples=30, deadline=None)
@given(arm=arms(), method=METHODS)
def test_the_same_input_gives_the_same_patients(arm, method):
    time, survival, risk = given_curve(arm)
    curve = clean_curve(time, survival, time_unit="days", per_cent=False)
    one, other = (reconstruct(curve, risk=risk, method=method).times for _ in range(2))
    np.testing.assert_array_equal(one.time_days, other.time_days)
    np.testing.assert_array_equal(one.event, other.event)
