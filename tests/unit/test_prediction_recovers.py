"""Phase 2 results that were simulated at a known agent lead back to that agent, with intervals that hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from prediction_cases import phase2, phase3
from scipy.stats import binom

from hepatrial.agents import recorded_agent
from hepatrial.calibration.comparisons import counted_sd
from hepatrial.calibration.evaluate import TrialTask, reading_at, seed_of
from hepatrial.calibration.evidence import evidence_of
from hepatrial.calibration.sampling_correlation import SamplingCorrelation
from hepatrial.disease.parameters import prior_parameters
from hepatrial.posterior import shipped_posterior, values_of_draw
from hepatrial.prediction.drawn_trial import Cell, drawn_trial, work_under_draws
from hepatrial.prediction.joint_draws import JointDraws, prior_proposal
from hepatrial.prediction.reported import COUNTED, expected_report, replicated_reports
from hepatrial.prediction.weighted import equal_weights, spread_of

DRAWS, CASES, PATIENTS = 150, 25, 128
AGENT = "brivanib"
NAMES = ("os_median_months", "ttp_median_months", "orr_percent", "dcr_percent", "toxic_deaths")
LEAST_INSIDE = int(binom.ppf(0.01, CASES, 0.8))
"""Of so many intervals of 80 % that hold, fewer lie around the truth in less than 1 of 100 such tests."""
PLACES = dict(zip(NAMES, (9.0, 3.7, 5.0, 60.0, 1.0), strict=True))


def results(values):
    return tuple({"quantity": name, "value": value} for name, value in values.items())


def evidence(reported):
    """A phase 2 trial that reported this; its numbers are made without correlation."""
    (trial,) = phase2(results(reported)).trials
    size = len(trial.observations)
    return evidence_of(trial, SamplingCorrelation((), np.full(size, np.nan), np.eye(size)))


@pytest.fixture(scope="module")
def read():
    """A phase 2 trial with its reading under one draw."""
    trial = evidence(PLACES)
    values = values_of_draw(0, (recorded_agent(AGENT),), "sharp", own={AGENT: np.zeros(3)})
    return trial, reading_at(TrialTask(trial, (), PATIENTS, 1), values)


@pytest.fixture(scope="module")
def drawn():
    """Draws from posterior and hierarchy, with phase 2 read and phase 3 simulated under each."""
    posterior, protocol, trial = shipped_posterior(), phase3(), evidence(PLACES)
    agents, own = (recorded_agent(AGENT),), np.random.default_rng(3).standard_normal((DRAWS, 3))
    values = [values_of_draw(n, agents, protocol.baseline.name, own={AGENT: own[n]}) for n in range(DRAWS)]
    readings = [reading_at(TrialTask(trial, (), PATIENTS, 1), each) for each in values]
    seed = seed_of(protocol.name, 1)
    cells = [Cell(prior_parameters().with_drawn(each), seed) for each in values]
    phase_3 = drawn_trial(work_under_draws(protocol, seed, PATIENTS), cells, PATIENTS)
    return posterior, trial, own, values, readings, phase_3


def reported_at(case, drawn, random):
    """What a phase 2 trial reports whose truth is this draw."""
    _, trial, _, _, readings, _ = drawn
    found = {}
    for name, each in zip(NAMES, trial.observations, strict=True):
        expected = np.array([expected_report(each, readings[case])])
        value = float(replicated_reports(each, expected, 1, random)[0, 0])
        found[name] = float(np.clip(value, 0.4, 29.0)) if name.endswith("_months") else value
    return found


def learned(case, drawn, random):
    """Weights of all other draws by a report of this one's."""
    posterior, _, own, values, readings, phase_3 = drawn
    trial = evidence(reported_at(case, drawn, random))
    differences = np.array([trial.differences(reading) for reading in readings])
    joint = JointDraws(
        (trial,), np.arange(DRAWS) % len(posterior), own, tuple(values), (), (differences,), (), phase_3,
        (prior_proposal(posterior, DRAWS),), {},
    )  # fmt: skip
    weights = joint.weights()
    weights[case] = 0.0
    return weights / weights.sum()


@pytest.mark.long
def test_intervals_of_effect_and_potency_hold_and_are_narrower_than_before(drawn):
    values, phase_3 = drawn[3], drawn[5]
    log_hr = phase_3.log_hr[AGENT, "TTP"]
    log_potency = np.log([each[f"agent.{AGENT}.effective_potency"] for each in values])
    random = np.random.default_rng(11)
    for quantity in (log_hr, log_potency):
        before = spread_of(quantity, equal_weights(DRAWS)).intervals[80]
        inside, widths, medians = 0, [], []
        for case in range(CASES):
            found = spread_of(quantity, learned(case, drawn, random))
            low, high = found.intervals[80]
            inside += low <= quantity[case] <= high
            widths.append(high - low)
            medians.append(found.median)
        assert inside >= LEAST_INSIDE
        assert np.mean(widths) < 0.9 * (before[1] - before[0])
        assert np.corrcoef(medians, quantity[:CASES])[0, 1] > 0.5


def test_the_deviance_of_a_count_is_0_where_the_share_is_the_reported_one(read):
    trial, reading = read
    for each in trial.observations:
        if isinstance(each.comparison, COUNTED):
            expected = expected_report(each, reading)
            patients = expected if each.quantity == "toxic_deaths" else expected / 100.0 * each.n
            same = replace(each.comparison, patients=patients)
            assert same.difference(reading) == pytest.approx(0.0, abs=1e-4)
            assert counted_sd(patients, each.n) > 0.0


def test_reports_vary_by_chance_and_discrepancy_around_what_is_expected(read):
    trial, reading = read
    random = np.random.default_rng(2)
    for each in trial.observations:
        expected = np.array([expected_report(each, reading)])
        made = replicated_reports(each, expected, 4000, random)[0]
        assert np.quantile(made, 0.05) <= expected[0] <= np.quantile(made, 0.95)
        if each.quantity == "os_median_months":
            spread = np.std(np.log(made)) * 2.0 * np.log(2.0)
            assert spread == pytest.approx(np.hypot(each.sd, each.discrepancy_sd), rel=0.05)
