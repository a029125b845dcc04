"""Guesses from medians, landmarks and hazard ratios: they meet what is known, and say what is not."""

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.errors import InvalidInput
from hepatrial.evidence.collection import load_trial
from hepatrial.evidence.reconstruction import (
    ArmSummary,
    PublishedComparison,
    Verdict,
    compare,
    guess_trial,
)
from hepatrial.simulation.streams import Streams
from hepatrial.survival import kaplan_meier
from hepatrial.units import days, months

LONGEST = days(17)


def sharp_arm(name):
    row = next(row for row in load_trial("sharp").arms if row["arm"] == name)
    low, high = row["os_median_ci"]
    return ArmSummary(name, row["n"], None, days(row["os_median_months"]), (days(low), days(high)))


def sharp_survival():
    row = next(row for row in load_trial("sharp").comparisons if row["endpoint"] == "OS")
    return PublishedComparison(row["hr"], tuple(row["ci"]))


DEATHS = int(load_trial("sharp").finding("trial", "deaths_at_second_interim_analysis"))
SORAFENIB, PLACEBO = sharp_arm("sorafenib"), sharp_arm("placebo")


@pytest.fixture(scope="module")
def sharp():
    return guess_trial(SORAFENIB, PLACEBO, end_days=LONGEST, comparison=sharp_survival(), events=DEATHS)


def median_months(arm):
    return months(kaplan_meier(arm.times).median().estimate)


def hazards(arm):
    return -np.diff(np.log(arm.survival)) / np.diff(arm.days)


class TestSharp:
    def test_medians_events_and_hazard_ratio_are_the_published_ones(self, sharp):
        assert median_months(sharp.experimental) == pytest.approx(10.7, abs=1e-9)
        assert median_months(sharp.control) == pytest.approx(7.9, abs=1e-9)
        assert sum(int(arm.times.event.sum()) for arm in (sharp.experimental, sharp.control)) == DEATHS
        assert (len(sharp.experimental.times), len(sharp.control.times)) == (299, 303)
        assert np.log(sharp.hr / 0.69) == pytest.approx(0, abs=0.01)

    def test_the_verdict_is_that_they_agree_and_that_it_is_a_guess(self, sharp):
        found = compare(sharp.experimental, sharp.control, sharp_survival())
        assert found.verdict is Verdict.SAME
        assert found.sentence.startswith("A guess from summary numbers gives the published hazard ratio back")
        assert found.p_log_rank < 0.01

    def test_it_is_marked_as_a_guess_everywhere(self, sharp):
        assert {sharp.kind, sharp.control.kind, sharp.experimental.kind} == {"guess"}

    def test_the_guessed_curve_passes_through_the_median_exactly(self, sharp):
        for arm, at in ((sharp.experimental, 10.7), (sharp.control, 7.9)):
            assert np.interp(days(at), arm.days, np.log(arm.survival)) == pytest.approx(np.log(0.5), abs=1e-3)

    def test_the_range_holds_the_guess_and_is_as_wide_as_the_medians_intervals(self, sharp):
        for arm, summary in ((sharp.experimental, SORAFENIB), (sharp.control, PLACEBO)):
            assert (arm.lowest <= arm.survival + 1e-12).all()
            assert (arm.highest >= arm.survival - 1e-12).all()
            low, high = summary.median_interval_days
            assert np.interp(0.5, arm.lowest[::-1], arm.days[::-1]) <= low * 1.01
            assert np.interp(0.5, arm.highest[::-1], arm.days[::-1]) >= high * 0.99

    def test_medians_alone_leave_the_hazard_ratio_open(self):
        found = guess_trial(SORAFENIB, PLACEBO, end_days=LONGEST, events=DEATHS)
        low, high = found.hr_range
        # Each median at either end of its interval, whatever the other's.
        assert low < 6.8 / 13.3
        assert high > 0.99 * 9.1 / 9.4
        # Constant hazards: the ratio of the medians, give or take what whole patients leave.
        assert np.log(found.hr / (7.9 / 10.7)) == pytest.approx(0, abs=0.01)

    def test_a_hazard_ratio_that_was_given_has_no_range(self, sharp):
        assert sharp.hr_range is None


class TestShapes:
    def test_one_median_and_nothing_else_is_an_exponential_curve(self):
        found = guess_trial(SORAFENIB, PLACEBO, end_days=LONGEST, events=DEATHS)
        np.testing.assert_allclose(hazards(found.control), np.log(2) / days(7.9), rtol=1e-6)

    def test_a_hazard_ratio_alone_gives_proportional_hazards(self):
        alone = ArmSummary("sorafenib", 299)
        found = guess_trial(alone, PLACEBO, end_days=LONGEST, comparison=sharp_survival(), events=DEATHS)
        np.testing.assert_allclose(hazards(found.experimental) / hazards(found.control), 0.69, rtol=1e-6)
        # The band of its curve covers the interval of the hazard ratio.
        at = found.experimental.days == days(17)
        reached = -np.log(found.control.survival[at])
        assert -np.log(found.experimental.highest[at]) < 0.55 * reached
        assert -np.log(found.experimental.lowest[at]) > 0.87 * reached

    def test_landmarks_bend_the_hazard_no_more_than_they_must(self):
        """Survival 0.9, 0.7 and 0.5 at 3, 6 and 9 months: the hazard rises, and smoothly."""
        arm = ArmSummary("control", 300, 200, days(9), landmarks=((days(3), 0.9), (days(6), 0.7)))
        other = ArmSummary("experimental", 300, 200, days(9))
        found = guess_trial(other, arm, end_days=days(24)).control
        for month, survival in ((3, 0.9), (6, 0.7), (9, 0.5)):
            assert np.interp(days(month), found.days, np.log(found.survival)) == pytest.approx(
                np.log(survival), abs=2e-3
            )
        steps = np.diff(np.log(hazards(found)))
        assert steps.max() < 0.35
        # After the last point nothing is known, and nothing changes.
        late = found.days[:-2] > days(9)
        np.testing.assert_allclose(steps[late], 0, atol=1e-6)

    def test_survival_of_the_patients_follows_the_guessed_curve(self, sharp):
        for arm in (sharp.control, sharp.experimental):
            inner = (arm.days > 0) & (arm.days < days(13))
            observed = kaplan_meier(arm.times).at(arm.days[inner]).estimate
            np.testing.assert_allclose(observed, arm.survival[inner], atol=0.02)


class TestWholePatients:
    """What is given comes back from the patients themselves, for any trial, by construction."""

    @pytest.mark.parametrize("n", [24, 25, 60, 151, 400])
    @pytest.mark.parametrize("events", [0.55, 0.75, 0.9])
    @pytest.mark.parametrize("ratio", [None, 0.75])
    def test_medians_are_met_to_the_day_and_events_exactly(self, n, events, ratio):
        arms = ArmSummary("new", n, None, 400.0), ArmSummary("old", 2 * n, None, 300.0)
        wanted = int(events * 3 * n)
        comparison = None if ratio is None else PublishedComparison(ratio)
        found = guess_trial(*arms, end_days=1500.0, comparison=comparison, events=wanted)
        assert kaplan_meier(found.experimental.times).median().estimate == pytest.approx(400.0, abs=1e-9)
        assert kaplan_meier(found.control.times).median().estimate == pytest.approx(300.0, abs=1e-9)
        assert [len(arm.times) for arm in (found.experimental, found.control)] == [n, 2 * n]
        assert sum(int(arm.times.event.sum()) for arm in (found.experimental, found.control)) == wanted

    def test_landmarks_are_met_to_the_per_cent_where_censoring_can_give_way(self):
        points = ((180.0, 0.81), (360.0, 0.57), (720.0, 0.22))
        arms = ArmSummary("new", 150, 110, 400.0, landmarks=points), ArmSummary("old", 150, 115, 330.0)
        found = guess_trial(*arms, end_days=1100.0).experimental
        curve = kaplan_meier(found.times)
        for day, share in points:
            assert round(100 * float(curve.at(day).estimate)) == round(100 * share)
        assert curve.median().estimate == pytest.approx(400.0, abs=1e-9)

    def test_without_censoring_a_landmark_is_met_within_half_a_patient(self):
        arm = ArmSummary("new", 40, 40, 300.0, landmarks=((100.0, 0.84),))
        found = guess_trial(arm, ArmSummary("old", 40, 40, 250.0), end_days=5000.0)
        assert abs(float(kaplan_meier(found.experimental.times).at(100.0).estimate) - 0.84) <= 0.5 / 40

    def test_the_curve_of_the_patients_is_never_far_from_the_guess(self, sharp):
        for arm in (sharp.control, sharp.experimental):
            curve = kaplan_meier(arm.times)
            inner = (arm.days > 0) & (arm.days < days(14))
            one_event = arm.survival[inner] / curve.at_risk_at(arm.days[inner])
            assert (np.abs(curve.at(arm.days[inner]).estimate - arm.survival[inner]) < 2 * one_event).all()

    def test_events_that_the_points_leave_no_place_for_are_refused(self):
        arm = ArmSummary("new", 100, 55, 300.0, landmarks=((500.0, 0.3),))
        with pytest.raises(InvalidInput, match="at once") as refused:
            guess_trial(arm, ArmSummary("old", 100, 60, 250.0), end_days=500.0)
        assert "one data cut" in refused.value.issues[0].fix


class TestPatients:
    def test_events_of_each_arm_are_met(self):
        arms = replace(SORAFENIB, events=143), replace(PLACEBO, events=178)
        found = guess_trial(*arms, end_days=LONGEST, comparison=sharp_survival())
        assert int(found.experimental.times.event.sum()) == 143
        assert int(found.control.times.event.sum()) == 178

    def test_drawn_patients_differ_by_seed_and_not_for_one(self):
        def drawn(seed):
            return guess_trial(SORAFENIB, PLACEBO, end_days=LONGEST, events=DEATHS, streams=Streams(seed))

        one, again, other = drawn(1), drawn(1), drawn(2)
        np.testing.assert_array_equal(one.control.times.time_days, again.control.times.time_days)
        assert not np.array_equal(one.control.times.time_days, other.control.times.time_days)
        assert sum(int(arm.times.event.sum()) for arm in (other.control, other.experimental)) == DEATHS

    def test_drawn_patients_scatter_about_the_ratio_as_a_trial_of_that_size_does(self):
        ratios = [
            np.log(guess_trial(SORAFENIB, PLACEBO, end_days=LONGEST, events=DEATHS, streams=Streams(seed)).hr)
            for seed in range(12)
        ]
        assert np.mean(ratios) == pytest.approx(np.log(7.9 / 10.7), abs=0.1)
        assert 0.05 < np.std(ratios) < 0.2  # 2 / sqrt(321) = 0.11


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "what"),
        [
            ({"n": 0}, "not a number of patients"),
            ({"landmarks": ((days(12), 1.2),)}, "not between 0 and 1"),
            ({"landmarks": ((days(12), 0.7),)}, "does not fall"),
            ({"landmarks": ((days(40), 0.1),)}, "outside the follow-up"),
            ({"median_interval_days": (days(9), days(10))}, "does not hold the median"),
            ({"events": 400}, "events do not fit"),
        ],
    )
    def test_numbers_that_no_curve_can_have_are_refused(self, change, what):
        with pytest.raises(InvalidInput, match=what) as refused:
            guess_trial(SORAFENIB, replace(PLACEBO, **change), end_days=LONGEST, events=DEATHS)
        assert all(issue.allowed and issue.fix for issue in refused.value.issues)

    @pytest.mark.parametrize(
        ("experimental", "keywords", "what"),
        [
            (ArmSummary("sorafenib", 299), {"events": 321}, "too little is known"),
            (SORAFENIB, {}, "number of events is not known"),
            (SORAFENIB, {"events": 700}, "do not fit"),
            (replace(SORAFENIB, events=143), {"events": 321}, "do not fit"),
            (SORAFENIB, {"events": 600}, "fewer events than were published"),
        ],
    )
    def test_too_little_or_too_much_is_refused(self, experimental, keywords, what):
        with pytest.raises(InvalidInput, match=what):
            guess_trial(experimental, PLACEBO, end_days=LONGEST, **keywords)
