"""How the published numbers of a trial hang together: correlation by simulated trials, errors as published."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.calibration import sampling_correlation as stored
from hepatrial.calibration.evidence import fit_evidence
from hepatrial.calibration.observed import observed_trials
from hepatrial.calibration.reading import read_trial
from hepatrial.calibration.replicated_summaries import correlation, summaries
from hepatrial.calibration.simulated_trials import simulated_trials
from hepatrial.disease.parameters import default_parameters
from hepatrial.errors import RunFailed
from hepatrial.simulation.blocks import Work
from hepatrial.survival import SurvivalTimes, kaplan_meier

EVIDENCE = {each.key: each for each in fit_evidence()}
TRIALS = {each.key: each for each in observed_trials()}
REPLICATES, REPLICATES_SHIPPED = 300, 400


@pytest.fixture(scope="module")
def sharp():
    """Trials drawn from other patients than those behind the shipped correlations."""
    work = Work(TRIALS["sharp"].protocol, default_parameters(), 77, "float32")
    return simulated_trials(read_trial(work, 3072), work.streams, REPLICATES)


@pytest.fixture(scope="module")
def found(sharp):
    return summaries(TRIALS["sharp"], sharp)


def place(name):
    return [each.name for each in EVIDENCE["sharp"].observations].index(name)


def test_every_covariance_is_positive_definite_with_the_published_errors_on_its_diagonal():
    for key, each in EVIDENCE.items():
        covariance = each.cholesky @ each.cholesky.T
        assert np.linalg.eigvalsh(covariance).min() > 0.0, key
        variance = [observed.sd**2 + observed.discrepancy_sd**2 for observed in each.observations]
        assert np.diag(covariance) == pytest.approx(variance)


def test_every_observation_has_an_error():
    assert all(observed.sd > 0.0 for each in EVIDENCE.values() for observed in each.observations)


def test_a_ratio_without_an_interval_has_the_error_of_trials_of_its_size():
    observed = next(
        each for each in EVIDENCE["reach"].observations if each.quantity.startswith("time_to_radiographic")
    )
    assert observed.interval is None
    # Between that of 565 progressions and that of 300, shared between two equal arms.
    assert 2.0 / np.sqrt(565) < observed.sd < 2.0 / np.sqrt(300)


def test_the_shipped_correlation_is_that_of_trials_simulated_anew(found):
    shipped = stored.sampling_correlation(
        "sharp", tuple(each.name for each in EVIDENCE["sharp"].observations)
    )
    off = ~np.eye(len(shipped.names), dtype=bool)
    raw = shipped.correlation[off] / (1.0 - stored.OWN_SHARE)
    difference = (correlation(found)[off] - raw) / np.sqrt((1 - raw**2) ** 2 * (1 / 400 + 1 / REPLICATES))
    assert np.abs(difference).max() < 4.5
    assert np.sqrt(np.mean(difference**2)) < 1.3


def test_whitening_makes_simulated_trials_independent_with_unit_variance(found):
    shipped = stored.sampling_correlation(
        "sharp", tuple(each.name for each in EVIDENCE["sharp"].observations)
    )
    standard = (found - found.mean(axis=0)) / found.std(axis=0)
    white = np.linalg.solve(np.linalg.cholesky(shipped.correlation), standard.T)
    covariance = white @ white.T / len(found)
    off = ~np.eye(len(covariance), dtype=bool)
    # A variance from N trials has the relative error sqrt(2 / N), here on both sides; 3.5 of them over 13 numbers.
    error = np.sqrt(2.0 / REPLICATES + 2.0 / REPLICATES_SHIPPED)
    assert np.diag(covariance) == pytest.approx(np.ones(len(covariance)), abs=3.5 * error)
    assert np.abs(covariance[off]).max() < 4.5 / np.sqrt(REPLICATES)
    # Without whitening it would not be so.
    assert np.abs(correlation(found)[off]).max() > 0.5


def test_the_hazard_ratio_of_survival_hangs_together_with_survival_in_both_arms(found):
    """With better survival of the treated it falls, of the controls it rises, about alike in arms of equal size."""
    ratio = place("sorafenib v placebo: os_hr")
    treated, control = (place(f"{arm}: os_median_months") for arm in ("sorafenib", "placebo"))
    matrix = correlation(found)
    error = 1.0 / np.sqrt(REPLICATES)
    assert matrix[ratio, treated] < -0.4
    assert matrix[ratio, control] > 0.4
    assert abs(matrix[ratio, treated] + matrix[ratio, control]) < 5 * error
    # Patients of one arm say nothing of those of the other.
    assert abs(matrix[treated, control]) < 4 * error


def test_errors_over_simulated_trials_are_about_the_published_ones(found):
    published = np.array([each.sd for each in EVIDENCE["sharp"].observations])
    alike = [
        place(f"{arm}: {what}_median_months") for arm in ("sorafenib", "placebo") for what in ("os", "ttp")
    ]
    alike += [place(f"sorafenib v placebo: {what}_hr") for what in ("os", "ttp")]
    assert found.std(axis=0)[alike] / published[alike] == pytest.approx(np.ones(len(alike)), abs=0.35)


def test_a_simulated_trial_is_read_as_kaplan_and_meier_do(sharp):
    days, happened = sharp.seen.times("OS")
    who = (sharp.draw.arm[7] == 0) & (sharp.end[7] >= 0.0)
    curve = kaplan_meier(SurvivalTimes(days[7][who], happened[7][who].astype(np.int8), ("censored", "death")))
    alive = float(curve.at(300.0).estimate)
    assert sharp.logit_free("OS", "sorafenib", 300.0)[7] == pytest.approx(np.log(alive / (1 - alive)))


def test_correlations_of_other_observations_are_refused_with_the_command_that_makes_them():
    names = tuple(each.name for each in EVIDENCE["reach"].observations)
    with pytest.raises(RunFailed, match="replicated_summaries") as raised:
        stored.sampling_correlation("reach", (*names[:-1], "ramucirumab: dcr_percent"))
    assert "ramucirumab: dcr_percent" in str(raised.value)


def test_what_two_arms_share_is_kept_out_of_their_contrast():
    early = EVIDENCE["palmer-nintedanib"]
    names = [each.name for each in early.observations]
    contrast = np.zeros(len(names))
    contrast[names.index("nintedanib: os_median_months")] = 1.0
    contrast[names.index("sorafenib: os_median_months")] = -1.0
    variance = contrast @ (early.cholesky @ early.cholesky.T) @ contrast
    alone = [np.hypot(each.sd, each.discrepancy_sd) for each in early.observations]
    sampling = [each.sd for each in early.observations]
    assert variance < 0.8 * np.sum((contrast * alone) ** 2)
    assert variance == pytest.approx(np.sum((contrast * sampling) ** 2), rel=0.25)


def test_the_shift_of_a_calibration_trial_is_an_unknown_and_no_error():
    levels = [each for each in EVIDENCE["sharp"].observations if each.shared in ("survival", "progression")]
    assert len(levels) == 4
    assert all(each.discrepancy_sd == 0.0 for each in levels)
