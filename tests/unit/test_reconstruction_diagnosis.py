"""Diagnostics, warnings and the verdict on a hazard ratio."""

import numpy as np
import pytest

from hepatrial.errors import InvalidInput
from hepatrial.evidence.reconstruction import (
    Guyot,
    PublishedArm,
    PublishedComparison,
    Verdict,
    clean_curve,
    compare,
    diagnose,
    reconstruct,
    risk_numbers,
)
from hepatrial.survival import SurvivalTimes, kaplan_meier


def arm(scale, seed, n=200):
    random = np.random.default_rng(seed)
    time, follow_up = random.exponential(scale, n), random.uniform(200, 600, n)
    return SurvivalTimes(np.minimum(time, follow_up), (time <= follow_up).astype(np.int8))


def read(true, *, every=1, risk=True, at=(0, 100, 200, 300, 400), **keywords):
    km = kaplan_meier(true)
    drops = km.events > 0
    end = true.time_days.max()
    curve = clean_curve(
        [*km.time_days[drops][::every], end],
        [*km.survival[drops][::every], km.survival[-1]],
        time_unit="days",
        per_cent=False,
    )
    if not risk:
        return reconstruct(curve, n=len(true), **keywords)
    return reconstruct(curve, risk=risk_numbers(at, km.at_risk_at(at), time_unit="days"), **keywords)


CONTROL, EXPERIMENTAL = arm(300, 1), arm(420, 2)


def rules(diagnosis):
    return {warning.rule.removeprefix("reconstruction-") for warning in diagnosis.warnings}


def test_a_good_reconstruction_has_no_warnings_and_tiny_distances():
    found = diagnose(
        read(CONTROL), PublishedArm(int(CONTROL.event.sum()), kaplan_meier(CONTROL).median().estimate)
    )
    assert found.warnings == ()
    assert found.rmse < 1e-6
    assert found.largest < 1e-6
    assert found.ks_distance < 1e-6
    assert found.ks_p == pytest.approx(1.0)
    assert found.events_published == found.events_reconstructed
    np.testing.assert_array_equal(found.at_risk_published, found.at_risk_reconstructed)
    assert found.median.lower < found.median.estimate < found.median.upper


def test_distances_are_those_of_the_two_curves():
    """Ten patients cannot give 0.55 and 0.35: 4 events, then 2, leave 0.6 and 0.4."""
    curve = clean_curve([10, 20], [0.55, 0.35], time_unit="days")
    found = diagnose(reconstruct(curve, n=10, method=Guyot()))
    assert found.rmse == pytest.approx(0.05)
    assert found.largest == pytest.approx(0.05)
    assert found.ks_distance == pytest.approx(0.05)


def test_what_was_not_published_is_warned_of():
    assert "nothing-on-censoring" in rules(diagnose(read(CONTROL, risk=False)))
    assert "no-numbers-at-risk" in rules(diagnose(read(CONTROL, risk=False, events=int(CONTROL.event.sum()))))


def test_a_coarse_curve_is_warned_of():
    assert "coarse" in rules(diagnose(read(CONTROL, every=6)))
    assert "coarse" not in rules(diagnose(read(CONTROL)))


def test_samples_that_miss_the_numbers_at_risk_are_warned_of():
    curve = clean_curve(
        np.arange(35, 600, 70), np.exp(-np.arange(35, 600, 70) / 300), time_unit="days", sampled=True
    )
    risk = risk_numbers([0, 200, 400], [200, 100, 45], time_unit="days")
    assert "no-points-at-numbers-at-risk" in rules(diagnose(reconstruct(curve, risk=risk)))
    with_them = clean_curve(
        np.arange(50, 600, 50), np.exp(-np.arange(50, 600, 50) / 300), time_unit="days", sampled=True
    )
    assert "no-points-at-numbers-at-risk" not in rules(diagnose(reconstruct(with_them, risk=risk)))


def test_the_other_arms_numbers_at_risk_are_noticed():
    km = kaplan_meier(CONTROL)
    drops = km.events > 0
    curve = clean_curve(km.time_days[drops], km.survival[drops], time_unit="days", per_cent=False)
    swapped = risk_numbers([0, 200, 400], [200, 190, 185], time_unit="days")
    found = diagnose(reconstruct(curve, risk=swapped))
    assert "curve-not-met" in rules(found)
    assert found.largest > 0.1


def test_wrong_events_and_a_wrong_median_are_noticed():
    found = diagnose(read(CONTROL), PublishedArm(events=60, median_days=500))
    assert {"events-not-met", "median-not-met"} <= rules(found)
    assert all(warning.fix and warning.found and warning.severity == "warning" for warning in found.warnings)


def test_a_curve_that_ends_before_the_numbers_at_risk_is_warned_of():
    curve = clean_curve([10, 20], [0.9, 0.8], time_unit="days")
    risk = risk_numbers([0, 30], [10, 5], time_unit="days")
    assert "curve-ends-early" in rules(diagnose(reconstruct(curve, risk=risk)))


@pytest.mark.parametrize(
    ("level", "until", "told"),
    [(0.502, 40, True), (0.498, 40, True), (0.52, 40, False), (0.502, 20.5, False)],
)
def test_a_median_that_hangs_on_the_reading_of_a_level_is_warned_of(level, until, told):
    curve = clean_curve([10, 20, until, 60], [0.803, level, 0.307, 0.307], time_unit="days", per_cent=False)
    found = diagnose(reconstruct(curve, n=37))  # of whom no whole number lives on to such levels
    assert 0.002 < found.largest < 0.02
    assert ("median-on-a-level" in rules(found)) == told
    if told:
        (warning,) = (one for one in found.warnings if one.rule == "reconstruction-median-on-a-level")
        assert warning.found == f"{level:.4f} from 0.7 to 1.3 months"


def test_a_curve_that_was_read_exactly_has_the_median_that_it_shows():
    curve = clean_curve([10, 20, 40, 60], [0.8, 0.5, 0.3, 0.3], time_unit="days", per_cent=False)
    assert "median-on-a-level" not in rules(diagnose(reconstruct(curve, n=100)))


class TestVerdict:
    def test_the_published_ratio_comes_back(self):
        from hepatrial.survival import cox

        pooled = SurvivalTimes(
            np.concatenate([CONTROL.time_days, EXPERIMENTAL.time_days]),
            np.concatenate([CONTROL.event, EXPERIMENTAL.event]),
        )
        fit = cox(pooled, np.repeat([0, 1], 200), ["arm"])
        published = PublishedComparison(
            round(float(fit.hr[0]), 2), (round(float(fit.lower[0]), 2), round(float(fit.upper[0]), 2))
        )
        found = compare(read(EXPERIMENTAL), read(CONTROL), published)
        assert found.verdict is Verdict.SAME
        assert found.hr == pytest.approx(float(fit.hr[0]), abs=0.01)
        assert "gives the published hazard ratio back" in found.sentence
        assert found.interval[0] < found.hr < found.interval[1]

    def test_arms_the_wrong_way_round_are_outside(self):
        found = compare(read(CONTROL), read(EXPERIMENTAL), PublishedComparison(0.70, (0.55, 0.89)))
        assert found.verdict is Verdict.OUTSIDE
        assert found.difference > 0.3

    def test_another_value_within_the_interval_is_said_to_be_one(self):
        right = compare(read(EXPERIMENTAL), read(CONTROL), PublishedComparison(1.0))
        near = PublishedComparison(right.hr * 1.12, (right.hr * 0.9, right.hr * 1.4))
        found = compare(read(EXPERIMENTAL), read(CONTROL), near)
        assert found.verdict is Verdict.WITHIN
        assert found.difference == pytest.approx(-np.log(1.12), abs=1e-9)

    @pytest.mark.parametrize(
        "published",
        [PublishedComparison(0.7, (0.8, 0.9)), PublishedComparison(-0.7), PublishedComparison(0.7, (0.0, 1))],
    )
    def test_a_broken_published_ratio_is_refused(self, published):
        with pytest.raises(InvalidInput, match="published"):
            compare(read(EXPERIMENTAL), read(CONTROL), published)

    def test_p_values_stand_side_by_side(self):
        found = compare(
            read(EXPERIMENTAL), read(CONTROL), PublishedComparison(0.7, (0.55, 0.89), p_log_rank=0.004)
        )
        assert "log-rank p" in found.sentence
        assert "against 0.004." in found.sentence
