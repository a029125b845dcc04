"""Cleaning of digitised points, numbers at risk, and small reconstructions that can be done by hand."""

import numpy as np
import pytest

from hepatrial.errors import InvalidInput, UsageError
from hepatrial.evidence.reconstruction import (
    Guyot,
    StepHeights,
    clean_curve,
    reconstruct,
    risk_numbers,
)
from hepatrial.survival import SurvivalTimes, kaplan_meier
from hepatrial.units import DAYS_PER_MONTH, DAYS_PER_WEEK

BOTH = pytest.mark.parametrize("method", [Guyot(), StepHeights()], ids=["guyot", "step heights"])


def days_curve(time, survival, **keywords):
    return clean_curve(time, survival, time_unit="days", **keywords)


class TestCleaning:
    def test_per_cent_and_shares_are_told_apart(self):
        np.testing.assert_allclose(clean_curve([1, 2], [90, 45]).survival, [0.9, 0.45])
        np.testing.assert_allclose(clean_curve([1, 2], [0.9, 0.45]).survival, [0.9, 0.45])

    def test_a_low_curve_in_per_cent_can_be_said_to_be_one(self):
        np.testing.assert_allclose(clean_curve([1, 2], [1.2, 0.4], per_cent=True).survival, [0.012, 0.004])

    def test_a_curve_in_shares_is_not_taken_for_one_in_per_cent(self):
        with pytest.raises(
            InvalidInput, match=r"shares, where per cent were announced\n  found:   1 at the start"
        ):
            clean_curve([0, 1, 2], [1.0, 0.7, 0.4], per_cent=True)

    @pytest.mark.parametrize(
        ("unit", "length"), [("months", DAYS_PER_MONTH), ("weeks", DAYS_PER_WEEK), ("day", 1)]
    )
    def test_times_become_days(self, unit, length):
        assert clean_curve([1, 2], [0.9, 0.8], time_unit=unit).time_days[0] == pytest.approx(length)

    def test_both_corners_of_a_step_say_the_same_as_the_lower_one(self):
        both = days_curve([0, 3, 3, 5, 5, 8], [1, 1, 0.8, 0.8, 0.6, 0.6])
        np.testing.assert_allclose(both.time_days, [3, 5])
        np.testing.assert_allclose(both.survival, [0.8, 0.6])
        assert both.end_days == 8

    def test_small_rises_are_levelled_in_the_middle_and_not_at_the_bottom(self):
        curve = days_curve([1, 2, 3, 4], [0.90, 0.80, 0.818, 0.50])
        np.testing.assert_allclose(curve.survival, [0.90, 0.809, 0.50])
        assert not curve.notes  # no point moves by more than 0.01

    def test_larger_rises_are_told(self):
        curve = days_curve([1, 2, 3, 4], [0.90, 0.80, 0.84, 0.50])
        assert [note.rule for note in curve.notes] == ["reconstruction-rises"]
        assert "0.020" in curve.notes[0].found

    def test_a_slip_of_the_hand_is_left_out_and_told(self):
        time = np.arange(1, 11)
        survival = 1 - time / 20
        survival[6] = 0.95
        curve = days_curve(time, survival)
        assert 7 not in curve.time_days
        assert len(curve.time_days) == 9
        assert curve.notes[0].found == "7 days, 0.950"
        assert curve.notes[0].what == "1 point contradicts its neighbours and was left out"
        assert curve.notes[0].severity == "warning"

    def test_points_are_told_in_the_unit_of_the_article(self):
        survival = [0.95, 0.9, 0.85, 0.88, 0.75, 0.7, 0.95, 0.6, 0.55, 0.5]
        curve = clean_curve(np.arange(1, 11), survival, time_unit="weeks")
        assert [note.found for note in curve.notes] == [
            "7 weeks, 0.950",
            "by up to 0.015, at 3 weeks (survival 0.850)",
        ]

    def test_the_last_point_may_be_the_slip(self):
        curve = days_curve([1, 2, 3, 4, 5], [0.9, 0.8, 0.7, 0.6, 0.85])
        np.testing.assert_allclose(curve.survival, [0.9, 0.8, 0.7, 0.6])
        assert curve.end_days == 4

    def test_overshoot_is_set_back(self):
        curve = days_curve([-0.1, 5, 10], [1.01, 0.5, -0.01])
        np.testing.assert_allclose(curve.survival, [0.5, 0.0])

    def test_whole_units_put_events_of_both_arms_at_one_time(self):
        curve = clean_curve([2.97, 6.04], [0.9, 0.8], whole_units=True)
        np.testing.assert_allclose(curve.time_days, [3 * DAYS_PER_MONTH, 6 * DAYS_PER_MONTH])

    @pytest.mark.parametrize(
        ("time", "survival", "what"),
        [
            ([1, 2, 3], [0.9, 0.8], "differ in length"),
            ([1], [0.9], "too few points"),
            ([1, np.nan], [0.9, 0.8], "missing or infinite"),
            ([1, 2], [0.9, -0.4], "outside 0 to 1"),
            ([1, 2], [1.2, 0.4], "outside 0 to 1"),
            ([-5, 2], [1, 0.4], "before the start"),
            ([1, 2, 3, 4], [0.1, 0.3, 0.5, 0.7], "the curve rises"),
            (["one", "two"], [1, 0.5], "not numbers"),
        ],
    )
    def test_points_that_are_no_curve_are_refused(self, time, survival, what):
        with pytest.raises(InvalidInput, match=what) as refused:
            days_curve(time, survival)
        assert all(issue.allowed and issue.fix for issue in refused.value.issues)

    def test_a_misspelt_unit_is_suggested(self):
        with pytest.raises(UsageError, match="did you mean months"):
            clean_curve([1, 2], [0.9, 0.8], time_unit="mnths")


class TestNumbersAtRisk:
    def test_the_size_of_the_arm_starts_a_row_that_begins_later(self):
        row = risk_numbers([6, 12], [80, 40], n=100)
        np.testing.assert_array_equal(row.at_risk, [100, 80, 40])
        assert row.n == 100

    @pytest.mark.parametrize(
        ("time", "number", "n", "what"),
        [
            ([0, 6], [100, 110], None, "the number at risk rises"),
            ([0, 6, 3], [100, 80, 60], None, "out of order"),
            ([0, 6], [100, 80.5], None, "not a number of patients"),
            ([0, 6], [100, -1], None, "not a number of patients"),
            ([6, 12], [80, 40], None, "no number at time 0"),
            ([6, 12], [80, 40], 70, "smaller than the first"),
            ([0, 6], [80, 40], 90, "not the number at risk at time 0"),
            ([0], [0], None, "nobody at the start"),
            ([0, 6], [100], None, "differ in length"),
        ],
    )
    def test_rows_that_cannot_be_are_refused(self, time, number, n, what):
        with pytest.raises(InvalidInput, match=what) as refused:
            risk_numbers(time, number, n=n)
        assert all(issue.allowed and issue.fix for issue in refused.value.issues)


class TestByHand:
    """Ten patients: events on days 2, 4, 4, 7; censored on days 3, 5, 6, 8, 8, 9."""

    arm = SurvivalTimes(np.array([2, 3, 4, 4, 5, 6, 7, 8, 8, 9.0]), np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 0]))

    def curve(self):
        km = kaplan_meier(self.arm)
        drops = km.events > 0
        return days_curve([*km.time_days[drops], 9], [*km.survival[drops], km.survival[-1]])

    def test_step_heights_find_events_and_censored_between_drops(self):
        found = reconstruct(self.curve(), risk=risk_numbers([0, 5], [10, 6], time_unit="days"))
        assert found.events == 4
        km = kaplan_meier(found.times)
        np.testing.assert_array_equal(km.at_risk_at([2, 4, 5, 7]), [10, 8, 6, 4])
        np.testing.assert_allclose(km.at([2, 4, 7]).estimate, [0.9, 0.9 * 0.75, 0.9 * 0.75 * 0.75])

    def test_they_need_only_the_size_of_the_arm_where_steps_are_exact(self):
        km = kaplan_meier(reconstruct(self.curve(), n=10).times)
        np.testing.assert_array_equal(km.at_risk_at([2, 4, 7]), [10, 8, 4])

    def test_guyot_spreads_the_censored_evenly(self):
        found = reconstruct(
            self.curve(), risk=risk_numbers([0, 5], [10, 6], time_unit="days"), method=Guyot()
        )
        censored = found.times.time_days[found.times.event == 0]
        # One between days 0 and 5, so in the middle.
        assert censored[0] == pytest.approx(2.5)
        assert found.events == 4


class TestReconstruction:
    @BOTH
    def test_patients_left_are_censored_where_the_curve_ends(self, method):
        found = reconstruct(days_curve([10, 20, 50], [0.9, 0.8, 0.8]), n=10, method=method)
        assert found.events == 2
        np.testing.assert_allclose(found.times.time_days[found.times.event == 0], 50)

    @BOTH
    def test_where_the_curve_ends_before_the_last_number_at_risk_follow_up_goes_on(self, method):
        risk = risk_numbers([0, 30, 60], [10, 6, 2], time_unit="days")
        found = reconstruct(days_curve([10, 20], [0.9, 0.8]), risk=risk, method=method)
        km = kaplan_meier(found.times)
        np.testing.assert_array_equal(km.at_risk_at([0, 30, 60]), [10, 6, 2])
        assert found.times.time_days.max() == 60

    @BOTH
    def test_total_events_say_how_many_were_censored_where_nothing_else_does(self, method):
        time = np.arange(1, 31)
        curve = days_curve(time, np.exp(-time / 20))
        blind = reconstruct(curve, n=100, method=method)
        told = reconstruct(curve, n=100, events=60, method=method)
        assert blind.events > 70
        assert abs(told.events - 60) <= 1
        assert told.published_events == 60

    @BOTH
    def test_a_curve_that_reaches_zero_leaves_nobody(self, method):
        found = reconstruct(days_curve([1, 2, 3, 4], [0.75, 0.5, 0.25, 0]), n=4, method=method)
        assert found.events == 4
        np.testing.assert_allclose(found.times.time_days, [1, 2, 3, 4])

    @BOTH
    def test_numbers_at_risk_that_contradict_the_curve_are_met_and_events_give_way(self, method):
        """Nobody can have the event while 10 of 10 are still at risk."""
        risk = risk_numbers([0, 30], [10, 10], time_unit="days")
        found = reconstruct(days_curve([10, 40], [0.5, 0.4]), risk=risk, method=method)
        assert kaplan_meier(found.times).at_risk_at(30) == 10

    def test_events_of_samples_lie_between_them(self):
        found = reconstruct(days_curve([10, 20], [0.8, 0.6], sampled=True), n=10)
        np.testing.assert_allclose(found.times.time_days[found.times.event == 1], [2.5, 7.5, 12.5, 17.5])

    def test_samples_are_split_at_numbers_at_risk(self):
        curve = days_curve([10, 20], [0.8, 0.4], sampled=True)
        found = reconstruct(curve, risk=risk_numbers([0, 15], [10, 6], time_unit="days"))
        assert found.events == 6
        assert kaplan_meier(found.times).at_risk_at(15) == 6

    def test_a_known_reading_error_can_be_given(self):
        time = np.arange(1, 31)
        survival = np.round(np.exp(-time / 20), 2)
        coarse = reconstruct(days_curve(time, survival), n=100, events=60, method=StepHeights(0.005))
        assert abs(coarse.events - 60) <= 2

    def test_papers_behind_a_method_are_named(self):
        found = reconstruct(days_curve([1, 2], [0.9, 0.8]), n=10)
        assert "10.1186/1471-2288-12-9" in found.citation
        assert found.kind == "reconstructed"

    @pytest.mark.parametrize(
        ("keywords", "what"),
        [
            ({}, "neither numbers at risk nor the size"),
            ({"n": 10, "events": 11}, "not a number of events"),
            ({"n": 10, "events": 0}, "not a number of events"),
            ({"n": 0}, "nobody at the start"),
        ],
    )
    def test_too_little_or_impossible_input_is_refused(self, keywords, what):
        with pytest.raises(InvalidInput, match=what):
            reconstruct(days_curve([1, 2], [0.9, 0.8]), **keywords)
