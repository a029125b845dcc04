"""The calibration from end to end, on one trial."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from hepatrial.calibration.choosing import chosen_problem, point_of
from hepatrial.calibration.gauss_newton import Linearised, most_probable, objective
from hepatrial.cli.app import app
from hepatrial.errors import UsageError


class MadeBy:
    """The misfits of a problem whose published numbers are those simulated at a known point."""

    def __init__(self, problem, truth):
        self.problem, self.truth = problem, truth
        (self.there,) = problem.residuals(truth[None])

    @property
    def size(self):
        return self.problem.size

    def residuals(self, points, step=""):
        return self.problem.residuals(points, step) - self.there

    def linearised(self, z, steps=None):
        found = self.problem.linearised(z, steps)
        return Linearised(found.z, found.residuals - self.there, found.jacobian, found.curvature)


@pytest.mark.long
def test_the_fit_comes_to_a_point_as_good_as_the_one_that_made_its_numbers():
    problem = chosen_problem(["sharp"], patients=256, seed=5)
    truth = np.zeros(problem.size)
    for name in ("hazards.cancer_rate_per_month", "growth.doubling_time_days"):
        truth[problem.unknowns.place[name]] = 1.0
    found = most_probable(MadeBy(problem, truth), most_steps=5)
    assert found.at.objective < objective(truth, np.zeros(1))
    assert found.at.residuals @ found.at.residuals < 0.1 * found.objectives[0]


@pytest.mark.long
def test_a_calibration_that_was_stopped_goes_on_and_leaves_all_its_files(tmp_path):
    asked = ["calibrate", "--trials", "sharp", "--patients", "64", "--draws", "6", "--steps", "1",
             "--workers", "1", "--quiet", "--out", str(tmp_path)]  # fmt: skip
    first = CliRunner().invoke(app, asked)
    assert first.exit_code == 0, first.output
    before = {file.name: file.read_bytes() for file in tmp_path.glob("*.json")}
    names = {"draws.csv", "posterior.json", "fitted.json", "agents.json", "leave_one_out.json"}
    assert names <= {file.name for file in tmp_path.iterdir()}
    record = json.loads(before["posterior.json"])
    assert record["trials"] == ["sharp"]
    assert record["draws"] == 6
    assert CliRunner().invoke(app, asked).exit_code == 0
    assert {file.name: file.read_bytes() for file in tmp_path.glob("*.json")} == before


def test_a_trial_that_is_none_of_the_calibration_is_refused_with_the_near_miss():
    with pytest.raises(UsageError, match="did you mean 'sharp'"):
        chosen_problem(["sharpe"], patients=32, seed=1)


def test_a_trial_reads_the_same_whatever_other_trials_there_are():
    one = chosen_problem(["sharp"], patients=32, seed=1)
    both = chosen_problem(["sharp", "reach"], patients=32, seed=1)
    alone = one.residuals(np.zeros((1, one.size)))[0]
    assert both.residuals(np.zeros((1, both.size)))[0][both.rows["sharp"]].tolist() == alone.tolist()


def test_points_are_read_independently_of_each_other():
    problem = chosen_problem(["sharp"], patients=32, seed=1)
    away = np.full(problem.size, 0.1)
    pair = problem.residuals(np.stack([np.zeros(problem.size), away]))
    assert pair[1] == pytest.approx(problem.residuals(away[None])[0], abs=1e-9)


def test_a_folder_without_a_calibration_is_no_place_to_start_from(tmp_path):
    found = CliRunner().invoke(app, ["calibrate", "--out", str(tmp_path / "o"), "--from", str(tmp_path)])
    assert found.exit_code != 0
    with pytest.raises(UsageError, match="holds no calibration"):
        point_of(tmp_path, chosen_problem(["sharp"], patients=32, seed=1))


def test_a_fit_may_start_at_the_point_of_another_with_other_unknowns(tmp_path):
    rows = [{"name": "growth.doubling_time_days", "z": 0.5}, {"name": "unknown to this one", "z": 2.0}]
    (tmp_path / "posterior.json").write_text(json.dumps({"unknowns": rows}), encoding="utf-8")
    problem = chosen_problem(["sharp"], patients=32, seed=1)
    point = point_of(tmp_path, problem)
    assert point[problem.unknowns.place["growth.doubling_time_days"]] == 0.5
    assert np.count_nonzero(point) == 1
