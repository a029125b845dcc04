"""What is told of a finished calibration follows from its files, and is right where the answer is known."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from calibration_cases import UNTOUCHED, finished_folder, linear

from hepatrial.calibration.diagnostics import (
    group_of,
    identifiability,
    learnt_unknowns,
    log_likelihoods,
    misfits,
)
from hepatrial.calibration.draws import log_density
from hepatrial.calibration.finished import finished
from hepatrial.calibration.influence import influences
from hepatrial.errors import InvalidInput


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return finished_folder(tmp_path_factory.mktemp("calibrated"), draws=400)


@pytest.fixture(scope="module")
def found(folder):
    return finished(folder)


def test_the_folder_is_read_back_as_it_was_written(folder, found):
    record = json.loads((folder / "posterior.json").read_text(encoding="utf-8"))
    assert found.current
    assert found.at.objective == pytest.approx(record["objective"], abs=1e-3)
    assert found.objectives[-1] == pytest.approx(record["objective"], abs=1e-3)
    assert found.draws.shape == (400, len(found.problem.unknowns))


def test_an_unknown_that_no_trial_touches_keeps_its_prior(found):
    rows = {row.name: row for row in learnt_unknowns(found)}
    untouched = rows[UNTOUCHED]
    assert untouched.mode == pytest.approx(0.0, abs=1e-9)
    assert untouched.laplace_sd == pytest.approx(1.0)
    assert untouched.learnt == "not at all"
    assert {row.learnt for row in rows.values()} >= {"partly", "not at all"}


def test_draws_of_a_linear_problem_spread_as_its_covariance_says(found):
    rows = learnt_unknowns(found)
    ratio = np.array([row.sd / row.laplace_sd for row in rows])
    # 400 draws know a standard deviation to 1 / sqrt(800).
    assert np.abs(ratio - 1.0).max() < 4.5 / np.sqrt(800.0)


def test_every_unknown_has_its_group(found):
    groups = {
        row.group: row.name.split(".")[0]
        for row in learnt_unknowns(found)
        if row.group in ("agents", "trials")
    }
    assert groups == {"agents": "agent", "trials": "trial"}
    population = found.problem.unknowns.hierarchy.population
    assert group_of("trials.growth_log_ratio", population) == "hierarchy"
    assert group_of(population[0], population) == "population"


def test_misfits_are_those_of_the_simulated_numbers(found):
    by_name = {(row.trial, row.observation.name): row for row in misfits(found)}
    for trial in found.problem.trials:
        start, slopes = linear(found.problem, trial)
        sd = np.sqrt(np.diag(trial.cholesky @ trial.cholesky.T))
        for each, expected, drawn in zip(
            trial.observations,
            (start + slopes @ found.at.z) / sd,
            ((start + found.draws @ slopes.T) / sd).T,
            strict=True,
        ):
            row = by_name[trial.key, each.name]
            assert row.at_mode == pytest.approx(expected)
            assert (row.mean, row.sd) == pytest.approx((drawn.mean(), drawn.std(ddof=1)))


def test_information_counts_what_the_observations_pay_for(found):
    told = identifiability(found)
    jacobian = found.at.jacobian
    whole = np.linalg.inv(found.at.precision) @ (jacobian.T @ jacobian)
    assert told.effective_unknowns == pytest.approx(np.trace(whole))
    assert told.effective_unknowns < min(jacobian.shape)
    assert np.sum(told.information > 1e-9) <= len(jacobian)
    values = np.abs([each.value for each in told.correlations])
    assert (np.diff(values) <= 0.0).all()
    covariance = np.linalg.inv(found.at.precision)
    first, place = told.correlations[0], found.problem.unknowns.place
    pair = place[first.first], place[first.second]
    assert first.value == pytest.approx(
        covariance[pair] / np.sqrt(covariance[pair[0], pair[0]] * covariance[pair[1], pair[1]])
    )


def test_likelihoods_of_trials_and_prior_make_the_posterior(found):
    whole = sum(log_likelihoods(found).values()) - 0.5 * np.sum(found.draws**2, axis=1)
    density = log_density(found.draws, found.draw_residuals)
    assert whole - whole[0] == pytest.approx(density - density[0])


def test_the_likelihood_of_a_trial_is_that_of_a_normal_distribution(found):
    from scipy.stats import multivariate_normal

    trial = found.problem.trials[0]
    start, slopes = linear(found.problem, trial)
    expected = multivariate_normal(cov=trial.cholesky @ trial.cholesky.T).logpdf(
        start + slopes @ found.draws[5]
    )
    assert log_likelihoods(found)[trial.key][5] == pytest.approx(expected)


def test_shares_by_the_prior_add_up_and_those_by_the_posterior_are_squared_correlations(found):
    rows = influences(found)
    assert {row.observation.scale for row in rows} == {"log"}
    for row in rows:
        assert row.prior_share.sum() == pytest.approx(1.0)
        assert row.posterior_sd < row.prior_sd
        trial = next(each for each in found.problem.trials if each.key == row.trial)
        slope = linear(found.problem, trial)[1][
            [each.name for each in trial.observations].index(row.observation.name)
        ]
        drawn = found.draws @ slope
        name, _, share = row.strongest(1)[0]
        sampled = np.corrcoef(drawn, found.draws[:, found.problem.unknowns.place[name]])[0, 1] ** 2
        assert share == pytest.approx(sampled, abs=0.12)


def test_a_folder_without_its_files_names_each_of_them(tmp_path):
    with pytest.raises(InvalidInput) as caught:
        finished(tmp_path)
    assert len(caught.value.issues) == 5
    assert "hepatrial calibrate --out DIR" in str(caught.value)


def test_a_broken_file_and_one_of_other_unknowns_are_refused(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "draws.npz").write_bytes(b"no archive")
    with pytest.raises(InvalidInput, match=r"draws\.npz: the file cannot be read"):
        finished(copy)
    shutil.copyfile(folder / "draws.npz", copy / "draws.npz")
    record = json.loads((folder / "posterior.json").read_text(encoding="utf-8"))
    record["unknowns"][0]["name"] = "growth.no_such_time"
    (copy / "posterior.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"growth\.no_such_time"):
        finished(copy)


def test_files_of_two_calibrations_are_refused(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    record = json.loads((folder / "posterior.json").read_text(encoding="utf-8"))
    record["unknowns"][4]["z"] += 0.2
    (copy / "posterior.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(InvalidInput, match="slopes are of another calibration"):
        finished(copy)


def test_a_calibration_to_other_evidence_is_told(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    kept = json.loads((folder / "progress.json").read_text(encoding="utf-8"))
    (copy / "progress.json").write_text(json.dumps(kept | {"asked": "another"}), encoding="utf-8")
    assert not finished(copy).current
