"""RECIST 1.0, RECIST 1.1 and mRECIST by hand-made cases, one rule each."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.response.best import best_response
from hepatrial.response.scan_responses import response_names, responses_by_scan

NEVER = 1e9
MISSED = np.nan


def read(sums, days, criteria="RECIST 1.1", new_lesion=NEVER, last=NEVER):
    """Responses at the scans of one patient; ``sums`` begin with baseline."""
    codes = responses_by_scan(
        np.array(sums, dtype=float)[:, None],
        np.array([new_lesion]),
        np.array(days, dtype=float),
        np.array([last]),
        criteria,
    )
    return codes, response_names(codes)[:, 0].tolist()


def best(sums, days, confirmation=28.0, stable=42.0, **options):
    codes, _ = read(sums, days, **options)
    found = best_response(
        codes, np.array(sums, dtype=float)[:, None], np.array(days, float), confirmation, stable
    )
    return response_names(found.code[:, -1])[0]


SCANS = (42, 84, 126)


def test_progression_is_judged_against_the_nadir_not_against_baseline():
    # 75 mm is 25 % below baseline, but 25 % and 15 mm above the smallest sum.
    assert read([100, 60, 75], SCANS[:2])[1] == ["PR", "PD"]


def test_the_nadir_is_the_smallest_sum_of_any_earlier_scan():
    assert read([100, 60, 66, 71.9], SCANS)[1] == ["PR", "PR", "SD"]
    assert read([100, 60, 66, 72.0], SCANS)[1] == ["PR", "PR", "PD"]


def test_baseline_is_a_nadir():
    assert read([100, 119.9, 120.0], SCANS[:2])[1] == ["SD", "PD"]


@pytest.mark.parametrize(
    ("criteria", "expected"), [("RECIST 1.1", "SD"), ("mRECIST", "SD"), ("RECIST 1.0", "PD")]
)
def test_a_rise_by_a_fifth_but_less_than_5_mm_is_progression_in_recist_1_0_alone(criteria, expected):
    assert read([20, 24.9], [42], criteria)[1] == [expected]


def test_a_rise_by_a_fifth_and_5_mm_is_progression():
    assert read([20, 25.0], [42])[1] == ["PD"]
    # 5 mm are not enough where they are less than a fifth.
    assert read([100, 105.0], [42])[1] == ["SD"]


def test_partial_response_begins_at_30_percent_below_baseline():
    assert read([100, 70.1], [42])[1] == ["SD"]
    assert read([100, 70.0], [42])[1] == ["PR"]


def test_complete_response_is_a_sum_too_small_to_measure():
    assert read([100, 5.0], [42])[1] == ["PR"]
    assert read([100, 4.9], [42])[1] == ["CR"]


def test_what_had_vanished_and_is_seen_again_has_progressed():
    # 6 mm is 20 % above 4.5 mm, but only 1.5 mm: the rule of 5 mm does not save a relapse.
    assert read([100, 4.5, 6.0], SCANS[:2])[1] == ["CR", "PD"]


def test_a_new_lesion_is_progression_whatever_the_sum_does():
    assert read([100, 60, 50], SCANS[:2], new_lesion=60.0)[1] == ["PR", "PD"]


def test_a_new_lesion_before_the_first_scan_is_seen_at_the_first_scan():
    assert read([100, 90], [42], new_lesion=3.0)[1] == ["PD"]


def test_scans_after_progression_and_after_the_last_day_are_not_assessed():
    assert read([100, 121, 60], SCANS[:2])[1] == ["PD", ""]
    assert read([100, 90, 80], SCANS[:2], last=83.0)[1] == ["SD", ""]
    assert read([100, 90, 80], SCANS[:2], last=84.0)[1] == ["SD", "SD"]


def test_a_missed_scan_is_not_evaluable_and_not_a_nadir():
    assert read([100, MISSED, 70, 84], SCANS)[1] == ["NE", "PR", "PD"]


def test_a_new_lesion_that_grew_when_a_scan_was_missed_is_seen_at_the_next_one():
    assert read([100, MISSED, 90], SCANS[:2], new_lesion=30.0)[1] == ["NE", "PD"]


def test_without_a_baseline_nothing_can_be_evaluated():
    assert read([MISSED, 90, 60], SCANS[:2])[1] == ["NE", "NE"]


def test_mrecist_on_viable_tumour_sees_a_response_that_recist_on_the_whole_does_not():
    whole, viable = [100, 95, 92], [100, 55, 50]
    assert best(whole, SCANS[:2], criteria="RECIST 1.1") == "SD"
    assert best(viable, SCANS[:2], criteria="mRECIST") == "PR"


# Best overall response: RECIST 1.1, table 3 (first scan, second scan, best with confirmation).
@pytest.mark.parametrize(
    ("sums", "expected"),
    [
        ([100, 4, 4], "CR"),  # CR, CR
        ([100, 4, 60], "SD"),  # CR, then seen again: PD; SD, as the first scan is past the minimum
        ([100, 60, 4], "PR"),  # PR, CR
        ([100, 60, 60], "PR"),  # PR, PR
        ([100, 60, 71], "SD"),  # PR, SD
        ([100, 60, 90], "SD"),  # PR, PD
        ([100, 60, MISSED], "SD"),  # PR, NE
        ([100, 90, 60], "SD"),  # SD, PR without confirmation
        ([100, 121, 60], "PD"),  # PD first, whatever follows
        ([100, MISSED, MISSED], "NE"),
        ([100, MISSED, 90], "SD"),
    ],
)
def test_best_response_of_two_scans_is_that_of_the_published_table(sums, expected):
    assert best(sums, SCANS[:2]) == expected


@pytest.mark.parametrize(
    ("sums", "expected"),
    [([100, 60, 60], "NE"), ([100, 60, 90], "PD"), ([100, 60, MISSED], "NE"), ([100, 121, 121], "PD")],
)
def test_a_response_that_was_not_confirmed_counts_as_sd_only_after_the_minimum(sums, expected):
    # Scans on days 14 and 28: 14 days apart, and none reaches 42 days.
    assert best(sums, [14, 28]) == expected


def test_confirmation_takes_four_weeks():
    assert best([100, 60, 60], [42, 69]) == "SD"
    assert best([100, 60, 60], [42, 70]) == "PR"


def test_a_confirming_scan_need_not_be_the_next_one():
    assert best([100, 60, 60, 60], [42, 56, 70]) == "PR"


def test_a_missed_scan_may_lie_between_response_and_confirmation_but_stable_disease_may_not():
    assert best([100, 60, MISSED, 60], SCANS) == "PR"
    assert best([100, 68, 72, 68], SCANS) == "SD"


def test_without_confirmation_the_first_response_counts():
    assert best([100, 60], [42], confirmation=0.0) == "PR"
    assert best([100, 60, 100], SCANS[:2], confirmation=0.0) == "PR"


def test_stable_disease_must_last_from_baseline():
    assert best([100, 100], [41]) == "NE"
    assert best([100, 100], [42]) == "SD"
    assert best([100, 100, 125], [41, 84]) == "PD"


def test_death_before_the_first_scan_is_not_evaluable():
    assert best([100, 90], [42], last=30.0) == "NE"


def test_best_response_so_far_is_known_after_every_number_of_scans():
    sums = np.array([[100.0, 100.0], [60.0, 90.0], [50.0, 80.0], [80.0, 70.0]])
    days = np.array([42.0, 84.0, 126.0])
    codes = responses_by_scan(sums, np.full(2, NEVER), days, np.full(2, NEVER), "RECIST 1.1")
    found = best_response(codes, sums, days, 28.0, 42.0)
    assert response_names(found.code).tolist() == [["NE", "SD", "PR", "PR"], ["NE", "SD", "SD", "SD"]]
    np.testing.assert_allclose(found.change_percent, [[np.nan, -40, -50, -50], [np.nan, -10, -20, -30]])
    code, change = found.after(np.array([2, 3]))
    assert response_names(code).tolist() == ["PR", "SD"]
    np.testing.assert_allclose(change, [-50.0, -30.0])
