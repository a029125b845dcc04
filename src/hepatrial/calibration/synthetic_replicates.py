"""One replicate of simulation-based calibration: a truth of the prior, its trial, and the method run on it.

The problem is a small one, so that many replicates can be had: `TRIALS` alone, some population parameters,
and what the trial's numbers speak of in the hierarchies. All else stays at the centre of its prior, in the
truth as in the fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from hepatrial.calibration.choosing import chosen_problem
from hepatrial.calibration.draws import posterior_draws
from hepatrial.calibration.evaluate import seed_of
from hepatrial.calibration.evidence import TrialEvidence
from hepatrial.calibration.gauss_newton import most_probable
from hepatrial.calibration.observed import ObservedTrial, observed_trials
from hepatrial.calibration.printed import printed_evidence
from hepatrial.calibration.problem import Problem
from hepatrial.calibration.reading import read_trial
from hepatrial.calibration.sampling_correlation import sampling_correlation
from hepatrial.calibration.simulated_trials import simulated_trials
from hepatrial.calibration.unknowns import Unknowns
from hepatrial.disease.parameters import prior_parameters
from hepatrial.posterior.hierarchy import hierarchy
from hepatrial.simulation.blocks import Work

TRIALS = ("sharp",)
POPULATION = (
    "growth.doubling_time_days",
    "angiogenesis.vascular_ratio",
    "resistance.escape_rate_per_day",
    "hazards.cancer_rate_per_month",
    "hazards.new_lesion_rate_per_month",
    "hazards.frailty_log_sd",
    "hazards.spread_log_hazard_ratio",
    "hazards.symptom_ratio",
)
SILENT = ("potency.exponent", "fatality.", "fatal_given_event")
"""Unknowns of which SHARP's numbers say nothing: sorafenib anchors its profile; no toxic deaths are among them."""
ENDPOINTS = ("OS", "TTP")
MOST_STEPS = 10
DECIMALS = 4
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReplicateTask:
    """One synthetic truth, to be found again."""

    number: int
    draws: int
    patients: int
    seed: int


def small_unknowns(every: Unknowns) -> Unknowns:
    """Those of which the numbers of `TRIALS` speak."""
    kept = tuple(name for name in every.names if not any(silent in name for silent in SILENT))
    return replace(every, names=kept)


@cache
def small_problem(patients: int, seed: int) -> Problem:
    """The calibration's problem of `TRIALS` with few population parameters, real numbers in it."""
    own = replace(hierarchy(), population=POPULATION)
    problem = chosen_problem(TRIALS, patients=patients, seed=seed, own=own)
    return replace(problem, unknowns=small_unknowns(problem.unknowns))


def synthetic_trial(trial: ObservedTrial, values: Mapping[str, float], seed: int) -> TrialEvidence:
    """An article on one trial of the published size, simulated with these values of the model."""
    work = Work(trial.protocol, prior_parameters().with_drawn(values), seed_of(trial.key, seed), "float32")
    # Independent patients, each of them in the trial at most once.
    pool = read_trial(work, -(-trial.protocol.size // work.block) * work.block)
    names = tuple(each.name for each in trial.observations)
    return printed_evidence(
        trial,
        sampling_correlation(trial.key, names),
        simulated_trials(pool, work.streams, 1),
        np.random.default_rng([seed_of(trial.key, seed), 1]),
    )


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A truth and the problem that its articles pose.

    Attributes
    ----------
    truth
        Shape (unknowns,).
    at_truth
        Whitened misfits there, shape (observations,): simulated anew, with other patients than the articles'.
    """

    problem: Problem
    truth: np.ndarray
    at_truth: np.ndarray


def synthetic(task: ReplicateTask) -> Synthetic | None:
    """Draw a truth and simulate its trials; None where a trial has no hazard ratio to print.

    To leave such a replicate out is a choice by the data, which leaves ranks even.
    """
    own = seed_of(f"replicate {task.number}", task.seed)
    real = small_problem(task.patients, task.seed)
    truth = np.random.default_rng(own).standard_normal(real.size)
    values = real.unknowns.values(truth)
    observed = {each.key: each for each in observed_trials()}
    trials = tuple(synthetic_trial(observed[key], values, own) for key in TRIALS)
    if not all(_has_ratios(trial) for trial in trials):
        return None
    problem = replace(real, trials=trials, seed=seed_of("fit", own))
    return Synthetic(problem, truth, problem.residuals(truth[None])[0])


def truth_read(task: ReplicateTask) -> Row:
    """How far a truth's articles lie from it: nothing is fitted. The number alone where there is no hazard ratio."""
    made = synthetic(task)
    if made is None:
        return {"number": task.number}
    names = [each.name for trial in made.problem.trials for each in trial.observations]
    misfits = _rounded(standardised(made.problem, made.at_truth))
    return {
        "number": task.number,
        "chi2": round(float(made.at_truth @ made.at_truth), DECIMALS),
        "misfits": dict(zip(names, misfits, strict=True)),
    }


def replicate(task: ReplicateTask) -> Row:
    """Fit to a truth's articles and draw as the calibration does, and rank the truth.

    Returns
    -------
    dict
        What the file holds of a replicate; its number alone where there is no hazard ratio to print.
    """
    made = synthetic(task)
    if made is None:
        return {"number": task.number}
    found = most_probable(made.problem, most_steps=MOST_STEPS)
    drawn = posterior_draws(made.problem, found.at, task.draws, made.problem.seed)
    z = np.column_stack([drawn.z, log_ratios(made.problem, drawn.residuals).T])
    truths = np.concatenate([made.truth, log_ratios(made.problem, made.at_truth[None])[:, 0]])
    return {
        "number": task.number,
        "ranks": [int(rank) for rank in (z < truths).sum(axis=0)],
        "truth": _rounded(truths),
        "mean": _rounded(z.mean(axis=0)),
        "sd": _rounded(z.std(axis=0, ddof=1)),
        "converged": found.converged,
        "effective_share": round(drawn.effective_share, DECIMALS),
        "power": round(drawn.power, DECIMALS),
    }


def log_ratios(problem: Problem, residuals: np.ndarray) -> np.ndarray:
    """Simulated log hazard ratios of `ENDPOINTS` in the first trial, from whitened misfits (points, observations).

    Returns
    -------
    ndarray
        Shape (endpoints, points).
    """
    trial = problem.trials[0]
    raw = residuals[:, problem.rows[trial.key]] @ trial.cholesky.T
    places = [
        next(
            k for k, each in enumerate(trial.observations) if (each.scale, each.endpoint) == ("log", endpoint)
        )
        for endpoint in ENDPOINTS
    ]
    published = np.log([trial.observations[place].published for place in places])
    return raw[:, places].T + published[:, None]


def _has_ratios(trial: TrialEvidence) -> bool:
    return set(ENDPOINTS) <= {each.endpoint for each in trial.observations if each.scale == "log"}


def standardised(problem: Problem, residuals: np.ndarray) -> np.ndarray:
    """Misfits of shape (observations,), each over its own standard deviation, as they were before whitening."""
    parts = []
    for trial in problem.trials:
        raw = trial.cholesky @ residuals[problem.rows[trial.key]]
        parts.append(raw / np.sqrt(np.sum(trial.cholesky**2, axis=1)))
    return np.concatenate(parts)


def names(problem: Problem) -> list[str]:
    """Of all that is ranked."""
    return [*problem.unknowns.names, *(f"log HR of {endpoint}" for endpoint in ENDPOINTS)]


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), DECIMALS) for value in values]
