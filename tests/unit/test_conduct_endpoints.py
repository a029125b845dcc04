"""Definitions of OS, TTP and PFS, censoring and the end of treatment, patient by patient."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.conduct.endpoints import death_days, last_visit, observe, scans_had
from hepatrial.conduct.subjects import end_reasons, subject_table
from hepatrial.simulation.course import NEVER
from hepatrial.simulation.outcomes import Outcomes

SCAN = 42.0


def one(
    cancer=NEVER,
    liver=NEVER,
    toxic=NEVER,
    progression=NEVER,
    by_new_lesion=0.0,
    stop=NEVER,
    for_adverse_event=0.0,
    symptoms=NEVER,
    decompensation=NEVER,
):
    happened = (
        cancer,
        liver,
        toxic,
        progression,
        by_new_lesion,
        stop,
        for_adverse_event,
        symptoms,
        decompensation,
    )
    return Outcomes(*(np.array([v]) for v in happened))


def seen(end, **happened):
    found = observe(one(**happened), np.array([float(end)]), SCAN)
    return {
        endpoint: (
            float(getattr(found, f"{endpoint}_days")[0]),
            int(getattr(found, f"{endpoint}_event")[0]),
        )
        for endpoint in ("os", "ttp", "pfs")
    }


def test_death_after_progression():
    assert seen(300, cancer=200.2, progression=84.0) == {"os": (201, 1), "ttp": (84, 1), "pfs": (84, 1)}


def test_death_before_progression_competes_in_ttp_and_is_an_event_of_pfs():
    assert seen(300, liver=60.5, progression=84.0) == {"os": (61, 2), "ttp": (61, 2), "pfs": (61, 2)}


def test_death_before_the_first_scan():
    assert seen(300, cancer=10.4) == {"os": (11, 1), "ttp": (11, 2), "pfs": (11, 2)}


def test_the_earlier_of_two_causes_is_the_cause():
    assert seen(900, cancer=300.1, liver=299.9)["os"] == (300, 2)
    assert seen(900, cancer=299.9, liver=300.1)["os"] == (300, 1)
    assert seen(900, cancer=300.1, liver=299.9, toxic=120.5)["os"] == (121, 3)
    assert seen(900, cancer=110.1, liver=299.9, toxic=120.5)["os"] == (111, 1)


def test_a_death_on_the_day_of_randomisation_counts_as_day_1():
    assert seen(300, cancer=0.3)["os"] == (1, 1)
    assert death_days(one(cancer=0.0)).tolist() == [1.0]
    assert death_days(one(cancer=5.0)).tolist() == [5.0]


def test_a_scan_on_the_day_of_death_is_not_had():
    # Death in the night before the scan of day 84, and in the night after it.
    assert seen(300, cancer=83.5, progression=84.0)["ttp"] == (84, 2)
    assert seen(300, cancer=84.5, progression=84.0)["ttp"] == (84, 1)


def test_without_an_event_os_ends_at_the_end_and_ttp_at_the_last_scan():
    assert seen(100) == {"os": (100, 0), "ttp": (84, 0), "pfs": (84, 0)}


def test_before_the_first_scan_ttp_is_censored_at_randomisation():
    assert seen(41) == {"os": (41, 0), "ttp": (0, 0), "pfs": (0, 0)}
    assert seen(0) == {"os": (0, 0), "ttp": (0, 0), "pfs": (0, 0)}


def test_a_scan_or_a_death_on_the_last_day_counts():
    assert seen(84)["ttp"] == (84, 0)
    assert seen(84, progression=84.0)["ttp"] == (84, 1)
    assert seen(201, cancer=200.2)["os"] == (201, 1)
    assert seen(200, cancer=200.2)["os"] == (200, 0)


def test_progression_that_a_later_scan_would_show_is_not_known():
    assert seen(125, progression=126.0) == {"os": (125, 0), "ttp": (84, 0), "pfs": (84, 0)}


def test_scans_go_on_until_both_progression_and_the_end_of_treatment():
    # Stopped for an adverse event on day 50 and scanned on until progression; treated beyond progression.
    assert last_visit(one(progression=126.0, stop=50.0), np.array([300.0])).tolist() == [126.0]
    assert last_visit(one(progression=84.0, stop=190.0), np.array([300.0])).tolist() == [190.0]
    assert scans_had(one(progression=84.0, stop=190.0), np.array([300.0]), SCAN).tolist() == [4]
    assert last_visit(one(cancer=70.5, progression=84.0), np.array([300.0])).tolist() == [70.5]
    assert last_visit(one(), np.array([300.0])).tolist() == [300.0]


def row(end, drop_out=np.inf, horizon=1095.0, **happened):
    """What stands in the table of subjects about one patient."""
    from hepatrial.patients.population import virtual_patients
    from hepatrial.protocol.loading import load
    from hepatrial.simulation.streams import Streams

    patients = virtual_patients(load("sharp"), np.array([0]), Streams(1))
    outcomes, end = one(**happened), np.array([float(min(end, drop_out, horizon))])
    table = subject_table(
        patients,
        np.array([1]),
        np.array(["sorafenib"]),
        np.array([0.0]),
        np.array(["all"]),
        outcomes,
        observe(outcomes, end, SCAN),
        end,
        end_reasons(end, np.array([drop_out]), horizon),
        ("OS", "TTP", "PFS"),
    )
    return table.row(0, named=True)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"end": 500, "cancer": 200.2, "progression": 84.0}, ("death: cancer", "progression: growth")),
        (
            {"end": 500, "cancer": 200.2, "progression": 84.0, "by_new_lesion": 1.0},
            ("death: cancer", "progression: new lesion"),
        ),
        ({"end": 500, "liver": 60.5}, ("death: liver", "death: liver")),
        ({"end": 500, "cancer": 200.2, "toxic": 60.5}, ("death: toxicity", "death: toxicity")),
        ({"end": 500}, ("data cut", "no progression by last scan: data cut")),
        ({"end": 500, "drop_out": 99.0}, ("drop-out", "no progression by last scan: drop-out")),
        ({"end": 500, "drop_out": 99.0, "progression": 84.0}, ("drop-out", "progression: growth")),
        ({"end": 2000}, ("end of follow-up", "no progression by last scan: end of follow-up")),
        ({"end": 500, "drop_out": 500.0}, ("drop-out", "no progression by last scan: drop-out")),
    ],
)
def test_reasons_say_why_a_time_ended(given, expected):
    found = row(**given)
    assert (found["os_reason"], found["ttp_reason"]) == expected
    assert found["pfs_reason"] == found["ttp_reason"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"stop": 50.0, "for_adverse_event": 1.0}, (50, "adverse event")),
        ({"progression": 84.0, "stop": 84.0}, (84, "progression")),
        ({"progression": 84.0, "stop": 147.0}, (147, "progression")),  # treated beyond progression
        ({"progression": 84.0, "stop": 147.0, "cancer": 100.2}, (101, "death")),
        ({"progression": 84.0, "stop": 147.0, "cancer": 146.5}, (147, "death")),
        ({"progression": 84.0, "stop": 147.0, "drop_out": 90.0}, (90, "drop-out")),
        ({"progression": 84.0, "stop": 600.0}, (500, "ongoing")),
        ({}, (500, "ongoing")),
    ],
)
def test_treatment_ends_by_decision_death_or_loss_and_is_ongoing_otherwise(given, expected):
    found = row(end=500, **given)
    assert (found["treatment_days"], found["treatment_end"]) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"symptoms": 70.3, "cancer": 200.2}, (71, 1)),
        ({"symptoms": 0.0}, (1, 1)),
        ({"symptoms": 70.3, "cancer": 70.2}, (71, 2)),
        ({"symptoms": 500.0}, (500, 1)),
        ({"symptoms": 500.5}, (500, 0)),
        ({"symptoms": 95.0, "drop_out": 90.0}, (90, 0)),
        ({}, (500, 0)),
    ],
)
def test_symptomatic_progression_counts_on_its_day_and_death_without_it_competes(given, expected):
    found = row(end=500, **given)
    assert (found["symptoms_days"], found["symptoms_event"]) == expected


def test_outcomes_of_many_trials_are_observed_like_those_of_one():
    rng = np.random.default_rng(4)
    flat = Outcomes(
        cancer_death=rng.exponential(300, 600),
        liver_death=rng.exponential(900, 600),
        toxic_death=rng.exponential(2000, 600),
        progression=np.ceil(rng.exponential(120, 600) / SCAN) * SCAN,
        by_new_lesion=np.zeros(600),
        stop=np.full(600, NEVER),
        stop_for_adverse_event=np.zeros(600),
        symptoms=np.full(600, NEVER),
        decompensation=np.full(600, NEVER),
        untreatable=np.ceil(rng.exponential(300, 600)),
        untreatable_reason=rng.integers(1, 6, 600).astype(float),
        final_progression=np.ceil(rng.exponential(240, 600) / SCAN) * SCAN,
        final_by_new_lesion=np.zeros(600),
    )
    end = rng.integers(0, 700, 600).astype(float)
    shaped = replace(flat, **{name: getattr(flat, name).reshape(6, 100) for name in Outcomes.__slots__})
    one_by_one, together = observe(flat, end, SCAN), observe(shaped, end.reshape(6, 100), SCAN)
    for alone, many in zip(one_by_one, together, strict=True):
        np.testing.assert_array_equal(alone, many.ravel())
