"""Simulation-based calibration on synthetic trials: a replicate from end to end, and the file."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from hepatrial.calibration import simulation_based
from hepatrial.calibration.observed import observed_trials
from hepatrial.calibration.simulation_based import as_text, content_of, main
from hepatrial.calibration.synthetic_replicates import (
    ReplicateTask,
    log_ratios,
    names,
    replicate,
    small_problem,
    standardised,
    synthetic_trial,
    truth_read,
)
from hepatrial.report.simulation_based_section import pooled_coverage, simulation_based_section

DRAWS = 7


def test_the_unknowns_are_those_that_the_numbers_of_the_trial_speak_of():
    found = small_problem(64, 1).unknowns.names
    assert len(found) == 16
    assert {"potency.log_sd", "trial.sharp.growth_log_ratio", "agent.sorafenib.effective_potency"} <= set(
        found
    )
    assert not [name for name in found if "fatal" in name or "exponent" in name]


def test_log_ratios_are_read_back_from_whitened_misfits():
    problem = small_problem(64, 1)
    (trial,) = problem.trials
    raw = np.zeros(len(trial.observations))
    places = [place for place, each in enumerate(trial.observations) if each.scale == "log"]
    raw[places] = 0.1, -0.2
    white = np.linalg.solve(trial.cholesky, raw)
    published = [trial.observations[place].published for place in places]
    assert log_ratios(problem, white[None])[:, 0] == pytest.approx(np.log(published) + np.array([0.1, -0.2]))
    own = [
        np.hypot(trial.observations[place].sd, trial.observations[place].discrepancy_sd) for place in places
    ]
    assert standardised(problem, white)[places] == pytest.approx(np.array([0.1, -0.2]) / own)


def test_the_same_seed_gives_the_same_article_and_another_one_another():
    problem = small_problem(64, 1)
    sharp = next(each for each in observed_trials() if each.key == "sharp")
    values = problem.unknowns.values(np.zeros(problem.size))
    first, again, other = (
        [each.published for each in synthetic_trial(sharp, values, seed).observations] for seed in (3, 3, 4)
    )
    assert first == again != other


@pytest.mark.long
def test_a_replicate_ranks_every_unknown_and_both_log_ratios_among_its_draws():
    found = replicate(ReplicateTask(0, DRAWS, 1024, 1))
    problem = small_problem(64, 1)
    assert len(found["ranks"]) == len(names(problem)) == problem.size + 2
    assert all(0 <= rank <= DRAWS for rank in found["ranks"])


def test_articles_lie_about_as_far_from_their_truths_as_the_likelihood_says():
    found = [truth_read(ReplicateTask(number, DRAWS, 1024, 1)) for number in range(6)]
    numbers = sum(len(row["misfits"]) for row in found)
    # The standard deviation of the chi-squared of so many numbers; what scans blur makes it a little smaller.
    assert sum(row["chi2"] for row in found) == pytest.approx(numbers, abs=4.0 * np.sqrt(2.0 * numbers))


@pytest.fixture
def without_fits(monkeypatch):
    """Replicates whose ranks are drawn, as if the method were right."""
    asked = []

    def drawn(task):
        asked.append(task.number)
        random = np.random.default_rng(task.number)
        size = len(names(small_problem(task.patients, task.seed)))
        truth = random.standard_normal(size)
        return {
            "number": task.number,
            "ranks": [int(rank) for rank in random.integers(0, task.draws + 1, size)],
            **{key: truth.tolist() for key in ("truth", "mean")},
            "sd": np.ones(size).tolist(),
        }

    monkeypatch.setattr(simulation_based, "replicate", drawn)
    monkeypatch.setattr(
        simulation_based,
        "truth_read",
        lambda task: {"number": task.number, "chi2": 3.0, "misfits": {"a": 1.0, "b": -1.0}},
    )
    return asked


def run(monkeypatch, file, replicates, seed=1):
    words = f"--replicates {replicates} --truths 2 --draws {DRAWS} --patients 64 --seed {seed} --workers 1 --out {file}"
    monkeypatch.setattr(sys, "argv", ["simulation_based", *words.split()])
    main()
    return json.loads(file.read_text(encoding="utf-8"))


def test_a_run_goes_on_where_it_was_unless_something_else_is_asked(without_fits, monkeypatch, tmp_path):
    file = tmp_path / "found.json"
    run(monkeypatch, file, 2)
    content = run(monkeypatch, file, 5)
    assert without_fits == [0, 1, 2, 3, 4]
    assert (content["replicates"], content["truths"], content["chi2_of_a_number"]) == (5, 2, 1.5)
    assert content["numbers"][1] == {"name": "b", "truths": 2, "mean": -1.0, "sd": 0.0}
    assert content["command"].endswith("--replicates 5 --truths 2 --draws 7 --patients 64 --seed 1")
    assert [row["name"] for row in content["unknowns"]] == names(small_problem(64, 1))
    assert run(monkeypatch, file, 1, seed=2)["replicates"] == 1


def test_a_replicate_without_a_hazard_ratio_is_counted_and_not_ranked(without_fits):
    problem = small_problem(64, 1)
    rows = [simulation_based.replicate(ReplicateTask(number, DRAWS, 64, 1)) for number in range(3)]
    content = content_of([*rows, {"number": 3}], [{"number": 0}], problem, DRAWS, "")
    assert (content["replicates"], content["without_a_ratio"]) == (3, 1)
    assert all(each["of"] == 3 for row in content["unknowns"] for each in row["coverage"])
    assert json.loads(as_text(content))["rows"][-1] == {"number": 3}


def made_up(replicates, spread):
    """Contents of a file whose truths lie ``spread`` times as wide as their draws."""
    problem, rows = small_problem(64, 1), []
    size = len(names(problem))
    for number in range(replicates):
        random = np.random.default_rng(number)
        truth, drawn = spread * random.standard_normal(size), random.standard_normal((39, size))
        ranks = [int(rank) for rank in (drawn < truth).sum(axis=0)]
        row = {"truth": truth.tolist(), "mean": drawn.mean(axis=0).tolist(), "sd": drawn.std(axis=0).tolist()}
        rows.append({"number": number, "ranks": ranks, "power": 0.5, **row})
    return content_of(
        rows, [{"number": 0, "chi2": 2.0, "misfits": {"a": 1.0, "b": 1.0}}], problem, 39, "made up"
    )


def test_the_page_says_that_nothing_was_fitted_or_little():
    nothing, few = (simulation_based_section(made_up(replicates, 1.0)) for replicates in (0, 10))
    assert nothing.figures == ()
    assert "nothing is known of ranks" in nothing.explanation[-1]
    assert "chi-squared of 1.00 a number" in nothing.explanation[-2]
    assert "So few show gross errors only" in few.explanation[-1]
    assert "No ranks are uneven" in few.explanation[-1]


def test_the_page_names_what_is_too_narrow():
    found = made_up(40, 3.0)
    section = simulation_based_section(found)
    assert all(name in section.explanation[-1] for name in names(small_problem(64, 1)))
    assert "So few" not in section.explanation[-1]
    # Draws a third as wide as truths: half of them within 0.67 of their sd, which holds 18 % of truths.
    assert pooled_coverage(found)[50] == pytest.approx(0.18, abs=0.06)
