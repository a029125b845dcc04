"""The fit of the unknown parameters: what enters it, how a trial is read, and that it finds what is there to find."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.agents import load_agent, recorded_agent
from hepatrial.agents.catalogue import fitted_values
from hepatrial.calibration.evidence import fit_evidence
from hepatrial.calibration.gauss_newton import FURTHEST
from hepatrial.calibration.reading import read_trial
from hepatrial.calibration.scale import value_at
from hepatrial.disease.parameters import default_parameters, fit_content, fitted_trials, prior_parameters
from hepatrial.evidence.published import use_of
from hepatrial.posterior import hierarchy, shipped_posterior
from hepatrial.protocol.loading import load
from hepatrial.simulation.blocks import Work
from hepatrial.survival import SurvivalTimes, kaplan_meier


def test_what_ships_is_the_fit_of_the_named_parameters_within_their_priors():
    assert set(fit_content()["parameters"]) == set(hierarchy().population)
    for name, entry in fit_content()["parameters"].items():
        assert abs(entry["prior_sds_moved"]) < FURTHEST
        assert entry["sd_over_prior_sd"] < 1.01
        assert default_parameters().quantities[name].grade == "fitted"
        prior = prior_parameters().quantities[name]
        assert entry["value"] == pytest.approx(value_at(prior, entry["prior_sds_moved"]))


def test_what_ships_was_fitted_to_all_numbers_that_the_calibration_holds_now():
    held = {
        (trial.key, each.arm, each.control, each.quantity, each.published)
        for trial in fit_evidence()
        for each in trial.observations
    }
    assert {
        (row["trial"], row["arm"], row["control"], row["quantity"], row["published"])
        for row in fit_content()["targets"]
    } == held


def test_no_trial_of_validation_was_fitted_to():
    records = {load(n).published or n if k == "calibration" else n for n, k in fitted_to()}
    assert {use_of(record) for record in records} <= {"calibration", "evidence"}


def fitted_to():
    return {(row["trial"], row["kind"]) for row in fit_content()["targets"]}


def test_the_draws_that_ship_are_those_of_the_record():
    posterior = shipped_posterior()
    assert posterior.hash == posterior.record["hash"]
    assert len(posterior) == posterior.record["draws"]
    assert np.isfinite(posterior.values).all()
    assert set(hierarchy().population) <= set(posterior.names)
    assert set(fitted_trials()) == set(posterior.record["trials"])


def test_an_agent_of_the_catalogue_has_the_value_that_was_fitted():
    for name, found in fitted_values().items():
        agent = load_agent(name)
        assert agent.effective_potency.value == found["effective_potency"]["value"]
        assert agent.effective_potency.grade == "fitted"
        assert recorded_agent(name).effective_potency.grade != "fitted"


@pytest.fixture(scope="module")
def reading(sharp):
    return read_trial(Work(sharp, default_parameters(), 3, "float32"), 2048)


def test_survival_is_read_as_the_expectation_of_what_is_drawn(reading):
    for arm, found in reading.outcomes.items():
        death = found.death
        for day in (100.0, 240.0, 500.0):
            # Binomial standard error at most 0.011; four of them.
            assert reading.survival(arm, day) == pytest.approx(np.mean(death > day), abs=0.045)


def test_time_to_progression_is_read_as_a_kaplan_meier_curve(reading):
    every = reading.protocol.visits.scan_interval_days
    for arm, found in reading.outcomes.items():
        death = found.death
        event = (found.progression < death).astype(np.int8)
        times = SurvivalTimes(np.minimum(found.progression, death), event, ("censored", "progression"))
        curve = kaplan_meier(times)
        before, after = reading.free_of_progression_around_scan(arm, 4 * every + 3.0)
        assert before == pytest.approx(float(curve.at(3 * every).estimate), abs=1e-9)
        assert after == pytest.approx(float(curve.at(4 * every).estimate), abs=1e-9)
