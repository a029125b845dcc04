"""Curves of articles that counted time in days, weeks or visits, where events and censoring share their times."""

import numpy as np
import pytest

from hepatrial.evidence.reconstruction import clean_curve, reconstruct, risk_numbers
from hepatrial.evidence.reconstruction.counted_in import counted_in
from hepatrial.evidence.reconstruction.intervals import evenly_within
from hepatrial.survival import SurvivalTimes, cox, kaplan_meier

LAST = 900.0


def arm_of(draw, patients, median_days, unit):
    """Follow-up and events that are seen at the next visit only."""
    days = draw.exponential(median_days / np.log(2), patients)
    last = draw.uniform(300, LAST, patients)
    seen = np.ceil(np.minimum(days, last) / unit) * unit
    return SurvivalTimes(seen, (days <= last).astype(np.int8))


def given_back(arm):
    """The arm, reconstructed from its drops to three decimals and eight numbers at risk."""
    km, at = kaplan_meier(arm), np.linspace(0, LAST, 9)[:-1]
    drops = km.events > 0
    time = np.append(km.time_days[drops], arm.time_days.max())
    level = np.append(km.survival[drops], km.survival[-1]).round(3)
    risk = risk_numbers(at, km.at_risk_at(at), time_unit="days")
    return reconstruct(clean_curve(time, level, time_unit="days", per_cent=False), risk=risk)


def log_hr(first, second):
    both = SurvivalTimes(
        np.concatenate([second.time_days, first.time_days]), np.concatenate([second.event, first.event])
    )
    return float(cox(both, np.repeat([0, 1], [len(second), len(first)]), ["arm"]).beta[0])


@pytest.mark.parametrize(("patients", "unit"), [(200, 30), (200, 42), (200, 90), (2000, 30)])
def test_visits_cost_less_than_a_hundredth_of_the_log_hazard_ratio(patients, unit):
    errors, shares = [], []
    for seed in range(8):
        draw = np.random.default_rng(seed)
        true = [arm_of(draw, patients, median, unit) for median in (400, 300)]
        found = [given_back(arm) for arm in true]
        errors.append(log_hr(*(arm.times for arm in found)) - log_hr(*true))
        events = sum(int(arm.event.sum()) for arm in true)
        shares.append(sum(arm.events for arm in found) / events - 1)
    assert np.sqrt(np.mean(np.square(errors))) < 0.01
    assert np.abs(shares).max() < 0.01


@pytest.mark.parametrize("unit", [0.01, 1.0, 7.0, 30.4375, 42.0])
def test_the_unit_shows_in_the_drops(unit):
    whole = np.unique(np.random.default_rng(1).integers(1, 60, 25))
    assert counted_in(whole * unit) == pytest.approx(unit)
    assert counted_in(np.round(whole * unit, 3)) == pytest.approx(unit, rel=0.02)


def test_times_that_are_not_counted_have_no_unit():
    draw = np.random.default_rng(2)
    assert all(counted_in(np.sort(draw.exponential(300, 20))) is None for _ in range(200))
    assert counted_in(np.array([30.0, 60.0, 90.0])) is None


def test_the_given_unit_counts_and_samples_have_none():
    time, level = np.array([1.2, 2.9, 4.1]), np.array([0.9, 0.8, 0.7])
    assert clean_curve(time, level, time_unit="months", whole_units=True).unit_days == pytest.approx(30.4375)
    assert clean_curve(time, level, time_unit="months").unit_days is None
    assert clean_curve(np.arange(1, 9), np.linspace(0.9, 0.2, 8), sampled=True).unit_days is None


@pytest.mark.parametrize(("count", "expected"), [(1, [15]), (2, [12, 17]), (10, range(10, 20)), (0, [])])
def test_the_censored_stand_at_whole_units_after_the_drop_before_them(count, expected):
    np.testing.assert_allclose(evenly_within(10.0, 20.0, count, 1.0), list(expected))


def test_more_are_censored_than_there_are_units():
    np.testing.assert_allclose(evenly_within(30.0, 60.0, 4, 30.0), [30, 30, 30, 30])
