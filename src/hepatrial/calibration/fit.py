"""The fit: maximum a posteriori by Gauss-Newton with common random numbers, and its Laplace covariance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from hepatrial.calibration.reading import TrialReading, read_trial
from hepatrial.calibration.scale import value_at
from hepatrial.calibration.targets import Target, calibration_targets, fitted_names
from hepatrial.disease.parameters import Parameters, prior_parameters
from hepatrial.protocol.loading import load
from hepatrial.simulation.blocks import Work

FURTHEST = 3.0
"""No parameter leaves three prior standard deviations."""
PATIENTS, SEED = 4096, 20080724
STEP = 0.1
"""Finite-difference step in prior standard deviations: large against the roughness of counted events."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Result of `fit`."""

    names: tuple[str, ...]
    z: np.ndarray  # best values in prior standard deviations
    sd: np.ndarray  # posterior standard deviation in prior standard deviations
    targets: tuple[Target, ...]
    residuals: np.ndarray
    patients: int
    seed: int

    def values(self) -> dict[str, dict[str, float]]:
        """Value and spread of each fitted parameter, as the data file holds them."""
        prior = prior_parameters().quantities
        return {
            name: {
                "value": value_at(prior[name], z),
                "spread": float(sd * prior[name].spread),
                "prior_sds_moved": float(z),
                "sd_over_prior_sd": float(sd),
            }
            for name, z, sd in zip(self.names, self.z, self.sd, strict=True)
        }


def parameters_at(names: tuple[str, ...], z: np.ndarray) -> Parameters:
    """The population parameters with the fitted ones at ``z`` prior standard deviations."""
    prior = prior_parameters()
    return prior.with_values({n: value_at(prior.quantities[n], v) for n, v in zip(names, z, strict=True)})


def read_all(
    parameters: Parameters, trials: tuple[str, ...], patients: int, seed: int, *, balanced: bool = True
) -> dict[str, TrialReading]:
    """Readings of all calibration trials at the given parameters.

    Each trial has streams of its own, so that what is left of sampling error does not add up over trials. Balanced
    draws take most of it away; independent ones show how much a user's run varies.
    """
    over = patients if balanced else None
    return {
        name: read_trial(Work(load(name), parameters, seed + place, "float32", balanced_over=over), patients)
        for place, name in enumerate(trials)
    }


def misfits_on_fresh_patients(found: Fit, seeds: int = 5, patients: int = 8192) -> np.ndarray:
    """Residuals of the targets with patients that the fit has not seen, shape (seeds, targets)."""
    trials = _trials(found.targets)
    parameters = parameters_at(found.names, found.z)
    rows = []
    for number in range(1, seeds + 1):
        readings = read_all(parameters, trials, patients, 1000 * number, balanced=False)
        rows.append([target.misfit(readings) for target in found.targets])
    return np.asarray(rows)


def fit(
    targets: tuple[Target, ...] | None = None,
    names: tuple[str, ...] | None = None,
    *,
    patients: int = PATIENTS,
    seed: int = SEED,
    report: Callable[[str], None] = print,
) -> Fit:
    """Fit parameters to published numbers, with their priors: maximum a posteriori.

    Parameters
    ----------
    targets
        Published numbers; the bundled `calibration_targets` if left out.
    names
        Parameters to fit; the bundled `fitted_names` if left out.
    patients
        Virtual patients of each trial, each under every arm; the same ones at every step.
    report
        Called with a line at every step.

    Notes
    -----
    Assumes independent normal errors of the targets and the priors of the parameters file. The Laplace covariance is
    that of the linearised model: a first measure of what the trials identify, not a full posterior.
    """
    targets = calibration_targets() if targets is None else targets
    names = fitted_names() if names is None else names
    trials = _trials(targets)

    def residuals(z: np.ndarray) -> np.ndarray:
        readings = read_all(parameters_at(names, z), trials, patients, seed)
        misfit = np.array([target.misfit(readings) for target in targets])
        return np.concatenate([misfit, z])

    def told(z: np.ndarray) -> np.ndarray:
        found = residuals(z)
        report(f"chi2 {np.sum(found[: len(targets)] ** 2):8.2f}   prior {np.sum(z**2):6.2f}")
        return found

    def jacobian(z: np.ndarray) -> np.ndarray:
        columns = []
        for place in range(len(z)):
            up, down = z.copy(), z.copy()
            up[place], down[place] = up[place] + STEP, down[place] - STEP
            columns.append((residuals(up) - residuals(down)) / (2.0 * STEP))
        return np.stack(columns, axis=1)

    found = least_squares(
        told,
        np.zeros(len(names)),
        jac=jacobian,
        bounds=(-FURTHEST, FURTHEST),
        xtol=1e-3,
        ftol=3e-4,
        max_nfev=25,
    )
    covariance = np.linalg.inv(found.jac.T @ found.jac)
    return Fit(
        names, found.x, np.sqrt(np.diag(covariance)), targets, found.fun[: len(targets)], patients, seed
    )


def _trials(targets: tuple[Target, ...]) -> tuple[str, ...]:
    """The protocols that targets are read from, each once."""
    return tuple(dict.fromkeys(name for target in targets for name in target.trials))
