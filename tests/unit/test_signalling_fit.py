"""The fit to perturbed HepG2 cells: reproducible, better than its rivals on what it did not see."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hepatrial.errors import InvalidInput
from hepatrial.signalling.fit import held_out
from hepatrial.signalling.fit.free_parameters import READOUTS, free_parameters
from hepatrial.signalling.fit.log_linear import log_linear_parameters, log_linear_signals
from hepatrial.signalling.fit.midas import MidasTable, read_midas
from hepatrial.signalling.fit.posterior import gaussian_draws, posterior_mode
from hepatrial.signalling.fit.prediction import log_signals
from hepatrial.signalling.fit.record import OUTSIDE, TABLE, log_observed, models
from hepatrial.signalling.fit.rivals import constant, ridge
from hepatrial.signalling.fit.sampling import posterior_draws
from hepatrial.signalling.parameters import fitted_record

DATA = Path(__file__).parents[3] / "shared" / "data" / "hepg2_signalling"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the HepG2 tables do not ship; not found in {DATA}"
)


@pytest.fixture(scope="module")
def table():
    return read_midas(DATA / TABLE)


def made_up_wells(repeats=1):
    """Every single cue and every pair of them, without reading a file."""
    cues = ("TGFa", "IL1a", "IGF1", "IL6", "MEKi", "P38i", "PI3Ki", "IKKi", "EGFRi")
    rows = [np.zeros(9), *np.eye(9)] + [a + b for i, a in enumerate(np.eye(9)) for b in np.eye(9)[:i]]
    given = np.repeat(np.array(rows), repeats, axis=0)
    return MidasTable(cues, given, np.full(len(given), 30.0), READOUTS, np.full((len(given), 6), 1000.0))


@needs_data
def test_the_table_is_read_as_published(table):
    assert table.given.shape == (95, 9)
    assert table.readouts[:3] == ("AKT", "ERK", "GSK3")
    assert held_out.conditions(table).max() + 1 == 77
    assert table.values[1, 0] == 10154.5
    assert table.of("TGFa")[1] == 1.0
    assert read_midas(DATA / OUTSIDE).values.shape == (50, 7)


@needs_data
def test_the_fit_gives_the_numbers_that_ship(table):
    free, observed = free_parameters(table), log_observed(table)
    mode = posterior_mode(lambda theta: log_signals(theta, free, table), observed, free)
    shipped = fitted_record()
    assert mode.misfit == pytest.approx(shipped["misfit"], abs=0.01)
    values = free.values(mode.theta)
    for name, found in shipped["parameters"].items():
        assert float(values[name][0]) == pytest.approx(found["value"], rel=0.02), name


@needs_data
def test_residuals_come_near_the_spread_of_repeated_wells(table):
    for name, found in fitted_record()["readouts"].items():
        assert found["residual_sd"] < 2.0 * found["repeat_sd"] + 0.1, name


@needs_data
def test_conditions_held_out_are_predicted_better_than_by_every_rival(table):
    free, observed = free_parameters(table), log_observed(table)
    name = "all combinations, from single cues"
    folds = held_out.schemes(table, 1)[name]
    errors = held_out.held_out_errors(
        folds, observed, held_out.conditions(table), models(table, free, observed), 1
    )
    shipped = fitted_record()["held_out"][name]
    for model, error in errors.items():
        assert error.rmse == pytest.approx(shipped[model]["rmse"], abs=0.01), model
    assert all(errors[model].excess_low > 0.0 for model in ("log-linear network", "ridge", "constant"))


def test_the_shipped_record_beats_its_rivals_in_every_scheme():
    for scheme, errors in fitted_record()["held_out"].items():
        for model, error in errors.items():
            if model != "network":
                assert error["excess_low"] > 0.0, (scheme, model)


def test_the_chains_of_the_shipped_fit_agree():
    assert fitted_record()["sampling"]["r_hat"] < 1.1


def test_strengths_that_made_the_data_are_found_again():
    wells = made_up_wells(3)
    free = free_parameters(wells)
    truth = free.mean + 0.4 * np.random.default_rng(5).standard_normal(len(free.mean))
    observed = log_signals(truth, free, wells) + 0.05 * np.random.default_rng(6).standard_normal(
        (len(wells.given), 6)
    )
    mode = posterior_mode(lambda theta: log_signals(theta, free, wells), observed, free)
    spread = gaussian_draws(lambda theta: log_signals(theta, free, wells), free, mode, draws=400, seed=1).std(
        axis=0
    )
    assert np.mean(((mode.theta - truth) / spread) ** 2) < 2.0
    assert np.all(np.abs(mode.noise_sd - 0.05) < 0.02)


def test_draws_of_a_posterior_that_is_known_have_its_mean_and_spread():
    """Without data that bear on it a parameter keeps its prior."""
    wells = made_up_wells()
    free = free_parameters(wells)
    flat = np.zeros((len(wells.given), 6))

    def predict(theta):
        return np.zeros((*theta.shape[:-1], *flat.shape))

    mode = posterior_mode(predict, flat, free)
    start = gaussian_draws(predict, free, mode, draws=80, seed=2)
    draws = posterior_draws(predict, flat, free, mode, start, steps=2000, keep=1000, seed=3)
    assert np.allclose((draws.theta.mean(axis=0) - free.mean) / free.sd, 0.0, atol=0.3)
    assert np.allclose(draws.theta.std(axis=0) / free.sd, 1.0, atol=0.3)


def test_a_linear_world_is_predicted_by_ridge_and_not_by_the_constant():
    wells = made_up_wells(2)
    slopes = np.random.default_rng(1).standard_normal((9, 6))
    truth = 3.0 + wells.given @ slopes
    half = np.arange(0, len(truth), 2)
    assert np.max(np.abs(ridge(wells.given[half], truth[half], wells.given) - truth)) < 0.01
    assert np.allclose(constant(wells.given[half], truth[half], wells.given), truth[half].mean(axis=0))


def test_the_log_linear_rival_solves_its_own_equations():
    wells = made_up_wells()
    free = log_linear_parameters(free_parameters(wells))
    theta = free.mean.copy()
    theta[: len(theta) - 12] += 0.3
    for place, name in enumerate(free.names):
        if name.startswith("background"):
            theta[place] = -50.0
    log_y = dict(zip(READOUTS, np.moveaxis(log_linear_signals(theta, free, wells), -1, 0), strict=True))
    raw = dict(zip(free.names, theta, strict=True))
    erk, mek = log_y["ERK"] - raw["scale ERK"], log_y["MEK"] - raw["scale MEK"]
    assert np.allclose(erk, np.exp(raw["mek_to_erk"]) * (mek + wells.of("MEKi") * raw["mek_inhibitor"]))


def test_held_out_wells_are_not_seen():
    wells = made_up_wells()
    for folds in held_out.schemes(wells, 3).values():
        for fold in folds:
            assert not set(map(tuple, wells.given[fold.seen])) & set(map(tuple, wells.given[fold.asked]))


def test_a_pair_held_out_leaves_no_well_with_both_cues():
    wells = made_up_wells()
    for fold in held_out.schemes(wells, 3)["each pair of cues"]:
        both = np.flatnonzero(wells.given[fold.asked].min(axis=0))
        assert len(both) == 2
        assert wells.given[fold.seen][:, both].sum(axis=1).max() == 1.0


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("a,b\n1,2\n", 1, "a, b"),
        ("TR:x:CellLine,TR:TGFa,DA:AKT,DV:AKT\n1,1,30,many\n", 2, "many"),
        ("", 1, "nothing"),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_line(tmp_path, text, line, found):
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(InvalidInput) as caught:
        read_midas(path)
    (issue,) = caught.value.issues
    assert (issue.where.line, issue.found) == (line, found)
    assert issue.fix


def test_the_script_says_what_is_missing_and_writes_nothing(tmp_path):
    out = tmp_path / "fitted.json"
    command = [sys.executable, "-m", "hepatrial.signalling.fit", "--data", str(tmp_path), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "there is no such table" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()
