"""A run says so when its replicate trials repeat patients, or are too few."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hepatrial.conduct.replicates import draw_trials, patient_strata
from hepatrial.conduct.sampling_warnings import sampling_warnings
from hepatrial.patients.population import virtual_patients
from hepatrial.simulation.streams import Streams


@pytest.mark.parametrize(("patients", "warned"), [(602, False), (601, True)])
def test_a_warning_stands_exactly_where_trials_repeat_patients(sharp, patients, warned):
    drawn = virtual_patients(sharp, range(patients), Streams(1))
    trial = draw_trials(sharp, patient_strata(sharp, drawn), Streams(1), 0, 1).index[0]
    assert (len(set(trial)) < len(trial)) == warned
    assert bool(sampling_warnings(sharp.size, patients, 1000)) == warned


def test_the_warning_says_how_many_patients_to_simulate():
    (text,) = sampling_warnings(60_000, 60, 0)
    assert text.startswith("a trial has 60,000 patients, but there are 60 virtual patients")
    assert "simulate 60,000 patients or more" in text


@pytest.mark.parametrize(("replicates", "warned"), [(0, False), (1, True), (99, True), (100, False)])
def test_few_replicate_trials_are_rough(replicates, warned):
    assert bool(sampling_warnings(10, 100, replicates)) == warned


def test_patients_that_could_not_be_simulated_do_not_count(sharp_trial):
    few = tuple(outcomes.take(range(600)) for outcomes in sharp_trial.outcomes)
    assert sharp_trial.warnings == ()
    assert "are 600 virtual patients" in replace(sharp_trial, outcomes=few).warnings[0]
