"""The most probable point and the draws around it, on problems whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from hepatrial.calibration.draws import effective_share, posterior_draws, tempering
from hepatrial.calibration.gauss_newton import Linearised, most_probable, moved
from hepatrial.calibration.variants import with_fixed_slopes


class Toy:
    """Misfits r(z) = (model(z) - data) / sd of a model that is bent by ``bend``."""

    def __init__(self, slopes: np.ndarray, data: np.ndarray, sd: float = 0.5, bend: float = 0.0):
        self.slopes, self.data, self.sd, self.bend = slopes, data, sd, bend

    @property
    def size(self) -> int:
        return self.slopes.shape[1]

    def model(self, points: np.ndarray) -> np.ndarray:
        straight = points @ self.slopes.T
        return straight + self.bend * straight**2

    def residuals(self, points: np.ndarray, step: str = "") -> np.ndarray:
        return (self.model(np.atleast_2d(points)) - self.data) / self.sd

    def linearised(self, z: np.ndarray, steps: np.ndarray | None = None) -> Linearised:
        straight = self.slopes @ z
        jacobian = (1.0 + 2.0 * self.bend * straight)[:, None] * self.slopes / self.sd
        return Linearised(z, self.residuals(z)[0], jacobian, 2.0 * self.bend * self.slopes**2 / self.sd)


@pytest.fixture
def slopes() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(6, 3))


def gaussian_posterior(toy: Toy) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance in closed form."""
    precision = toy.slopes.T @ toy.slopes / toy.sd**2 + np.eye(toy.size)
    covariance = np.linalg.inv(precision)
    return covariance @ toy.slopes.T @ toy.data / toy.sd**2, covariance


def test_a_linear_problem_is_solved_in_one_step(slopes):
    toy = Toy(slopes, np.array([0.3, -0.2, 0.5, 0.1, 0.0, 0.4]))
    mean, _ = gaussian_posterior(toy)
    assert moved(toy.linearised(np.zeros(3))) == pytest.approx(mean, abs=1e-12)
    found = most_probable(toy)
    assert found.converged
    assert found.at.z == pytest.approx(mean, abs=1e-9)


def test_draws_of_a_linear_problem_have_its_mean_and_covariance(slopes):
    toy = Toy(slopes, np.array([0.3, -0.2, 0.5, 0.1, 0.0, 0.4]))
    mean, covariance = gaussian_posterior(toy)
    draws = posterior_draws(toy, most_probable(toy).at, 4_000, seed=1, steps=100)
    assert draws.z.mean(axis=0) == pytest.approx(mean, abs=0.03)
    assert np.cov(draws.z.T) == pytest.approx(covariance, abs=0.03)
    assert draws.effective_share == pytest.approx(1.0)
    assert draws.effective_share_of_laplace == pytest.approx(1.0)


def test_draws_of_a_bent_problem_follow_its_posterior_where_those_of_laplace_do_not():
    toy = Toy(np.array([[1.0]]), np.array([0.8]), sd=0.7, bend=0.25)
    grid = np.linspace(-4.0, 4.0, 4001)
    density = np.exp(-0.5 * (toy.residuals(grid[:, None])[:, 0] ** 2 + grid**2))
    share = np.cumsum(density) / density.sum()
    found = most_probable(toy).at
    draws = posterior_draws(toy, found, 5_000, seed=2)
    laplace = found.z + np.random.default_rng(2).standard_normal(5_000) / np.sqrt(found.precision[0, 0])

    def distance(z: np.ndarray) -> float:
        return kstest(z, lambda x: np.interp(x, grid, share)).statistic

    assert distance(draws.z[:, 0]) < 0.03
    assert distance(laplace) > 0.06
    assert draws.effective_share_of_laplace < 0.97


def test_a_fit_that_was_kept_goes_on_from_where_it_stopped(slopes):
    toy = Toy(slopes, np.full(6, 0.6), bend=0.2)
    kept = []
    whole = most_probable(toy, keep=lambda z, value: kept.append((z, value)))
    again = most_probable(toy, kept[0][0])
    assert again.at.objective == pytest.approx(whole.at.objective, abs=0.3)
    assert [value for _, value in kept] == sorted((value for _, value in kept), reverse=True)


def test_fixed_slopes_reach_the_optimum_of_a_bent_problem_near_by(slopes):
    toy = Toy(slopes, np.full(6, 0.6), bend=0.05)
    best = most_probable(toy, most_steps=20).at
    near = toy.linearised(best.z + 0.2)
    found = with_fixed_slopes(toy, near)
    assert near.objective > found.objective
    assert found.objective == pytest.approx(best.objective, abs=0.3)


def test_observations_left_out_no_longer_count(slopes):
    toy = Toy(slopes, np.arange(6.0) / 5.0)
    kept = Toy(slopes[2:], toy.data[2:])
    without = toy.linearised(np.zeros(3)).without(np.array([0, 1]))
    assert moved(without) == pytest.approx(moved(kept.linearised(np.zeros(3))))


def test_simulated_truths_rank_evenly_among_their_draws(slopes):
    """Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788) of the draws on a bent problem."""
    random = np.random.default_rng(5)
    ranks = []
    for _ in range(200):
        truth = random.standard_normal(3)
        toy = Toy(slopes, np.zeros(6), sd=0.8, bend=0.05)
        toy.data = toy.model(truth[None])[0] + toy.sd * random.standard_normal(6)
        at = most_probable(toy, most_steps=20).at
        draws = posterior_draws(toy, at, 99, seed=int(random.integers(1e6)), steps=100)
        ranks.append((draws.z < truth).sum(axis=0))
    places = (np.asarray(ranks) + 0.5) / 100.0
    assert min(kstest(places[:, unknown], "uniform").pvalue for unknown in range(3)) > 0.01


def test_effective_share_of_equal_and_of_single_weights():
    assert effective_share(np.zeros(50)) == pytest.approx(1.0)
    assert effective_share(np.array([0.0, -800.0, -900.0, -1000.0])) == pytest.approx(0.25)


def test_uneven_weights_are_tempered_until_half_of_the_draws_count():
    weights = np.random.default_rng(4).normal(0.0, 4.0, 200)
    assert effective_share(weights) < 0.1
    assert effective_share(tempering(weights) * weights) == pytest.approx(0.5)
    assert tempering(0.1 * weights) == 1.0
