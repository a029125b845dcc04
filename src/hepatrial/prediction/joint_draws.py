"""Joint draws of the posterior and of an agent, weighted by the agent's phase 2 results.

A draw is one of the posterior's with an agent of the hierarchy: standard normal numbers u of its potency, toxicity and
fatality. Its weight is the likelihood of the phase 2 results, by the calibration's own comparisons d (simulated minus
reported) and their covariance C, over the density of the proposal that u was drawn from:

    w ~ exp(-d' C^-1 d / 2) N(u; 0, I) / (M q(i, u)),      q = sum over rounds r of N_r p_r(i) N(u; m_r, S_r) / N

with i the draw of the posterior, of M. The first round takes every i alike and u from the prior. Where too few draws
count, another round draws u from the normal distribution fitted to the weighted u so far, widened, and i by the weight
that it has so far, mixed with equal chances (population Monte Carlo: Cappe et al. 2004, 10.1198/106186004X12803). All
draws of all rounds are weighted by the mixture of their proposals (Owen and Zhou 2000, 10.1080/01621459.2000.10473909).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import logsumexp, ndtri
from scipy.stats import multivariate_normal

from hepatrial.agents import Agent
from hepatrial.calibration.evaluate import TrialTask, reading_at, seed_of
from hepatrial.calibration.evidence import TrialEvidence
from hepatrial.disease.parameters import prior_parameters
from hepatrial.posterior import OF_AGENT, Posterior, values_of_draw
from hepatrial.prediction.drawn_trial import Cell, DrawnTrial, drawn_trial, joined, work_under_draws
from hepatrial.prediction.explained import effective_number
from hepatrial.prediction.reported import expected_report
from hepatrial.protocol.design import Protocol
from hepatrial.simulation.balanced_streams import BalancedStreams
from hepatrial.simulation.blocks import Work
from hepatrial.simulation.streams import Streams
from hepatrial.simulation.worker_pool import Team, team_of

ENOUGH = 0.15
"""Effective share of the draws from which on no further round is needed."""
MOST_ROUNDS = 3
TEMPERED_SHARE = 0.25
"""A proposal is fitted to weights that were flattened until this share of the draws counts."""
WIDER = 1.5
"""Factor on the covariance of a proposal: its tails must reach further than those of the target."""
EQUAL = 0.3
"""Share of a later round that takes the posterior's draws alike."""
REPEATS = 8
"""Further sets of virtual patients who meet one draw, for the Monte-Carlo error of a hazard ratio."""
AT_ONCE = 4

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is predicted, and with what.

    Attributes
    ----------
    agent
        The agent in question, as recorded.
    agents
        All agents of the phase 3 and the phase 2 trials, as recorded.
    protocol
        Of the phase 3 trial.
    evidence
        The phase 2 trials.
    draws, patients
        Joint draws in a round, and virtual patients of each trial under each.
    """

    agent: Agent
    agents: tuple[Agent, ...]
    protocol: Protocol
    evidence: tuple[TrialEvidence, ...]
    posterior: Posterior
    draws: int
    patients: int
    seed: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a round draws from: chances of the posterior's draws, shape (M,), and a normal distribution of u."""

    rows: np.ndarray
    mean: np.ndarray
    covariance: np.ndarray
    draws: int

    def log_density(self, row: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Logarithm of the density at draws of the posterior and u, shape (draws,)."""
        normal = np.atleast_1d(multivariate_normal(self.mean, self.covariance).logpdf(own))
        return np.log(self.rows)[row] + normal


def prior_proposal(posterior: Posterior, draws: int) -> Proposal:
    """The prior."""
    size = len(OF_AGENT)
    return Proposal(np.full(len(posterior), 1.0 / len(posterior)), np.zeros(size), np.eye(size), draws)


@dataclass(frozen=True, slots=True)
class JointDraws:
    """Draws of all rounds.

    Attributes
    ----------
    row
        The posterior's draw of each, shape (draws,).
    own
        The agent's standard normal numbers, shape (draws, 3), in the order of `OF_AGENT`.
    values
        What each draw says of the model, of agents and populations.
    hyper
        Numbers of the hierarchies of each draw.
    differences, reports
        By phase 2 trial, shape (draws, results): simulated minus reported, and what each draw expects to be reported.
    trial
        The phase 3 trial under each draw.
    proposals
        A round each.
    """

    evidence: tuple[TrialEvidence, ...]
    row: np.ndarray
    own: np.ndarray
    values: tuple[dict[str, float], ...]
    hyper: tuple[dict[str, float], ...]
    differences: tuple[np.ndarray, ...]
    reports: tuple[np.ndarray, ...]
    trial: DrawnTrial
    proposals: tuple[Proposal, ...]
    patients_sd: dict[tuple[str, str], float]

    def log_prior_ratio(self) -> np.ndarray:
        """Logarithm of prior over proposal, shape (draws,)."""
        shares = np.log([each.draws for each in self.proposals]) - np.log(len(self.own))
        mixed = logsumexp(
            [
                share + proposal.log_density(self.row, self.own)
                for share, proposal in zip(shares, self.proposals, strict=True)
            ],
            axis=0,
        )
        return self.proposals[0].log_density(self.row, self.own) - mixed

    def log_likelihood(self, used: Sequence[np.ndarray]) -> np.ndarray:
        """Of the results that ``used`` says, by trial, shape (draws,)."""
        found = np.zeros(len(self.own))
        for trial, differences, rows in zip(self.evidence, self.differences, used, strict=True):
            if rows.any():
                covariance = (trial.cholesky @ trial.cholesky.T)[np.ix_(rows, rows)]
                some = differences[:, rows]
                found -= 0.5 * np.einsum("ni,ni->n", some, np.linalg.solve(covariance, some.T).T)
        return found

    def weights(self, used: Sequence[np.ndarray] | None = None) -> np.ndarray:
        """Weights with sum 1, shape (draws,), by all results, or by those that ``used`` says."""
        rows = self.all_results() if used is None else used
        return normalised(self.log_prior_ratio() + self.log_likelihood(rows))

    def prior_weights(self) -> np.ndarray:
        """Weights without any phase 2 result."""
        return normalised(self.log_prior_ratio())

    def all_results(self) -> list[np.ndarray]:
        """All results, as ``used`` takes them."""
        return [np.ones(len(trial.observations), dtype=bool) for trial in self.evidence]


@dataclass(frozen=True, slots=True)
class JointTask:
    """Some draws of a round, for a worker."""

    evidence: tuple[TrialEvidence, ...]
    work: Work
    settings: tuple[dict[str, float], ...]
    seeds: tuple[int, ...]
    patients: int
    seed: int


@dataclass(frozen=True, slots=True)
class JointPart:
    """What a worker found; see `JointDraws`."""

    differences: tuple[np.ndarray, ...]
    reports: tuple[np.ndarray, ...]
    trial: DrawnTrial


def read_joint(task: JointTask) -> JointPart:
    """Simulate phase 2 and phase 3 under some draws."""
    differences, reports = [], []
    for trial in task.evidence:
        readings = [
            reading_at(TrialTask(trial, (), task.patients, task.seed), values) for values in task.settings
        ]
        differences.append(np.array([trial.differences(reading) for reading in readings]))
        reports.append(
            np.array([[expected_report(each, r) for each in trial.observations] for r in readings])
        )
    cells = [
        Cell(prior_parameters().with_drawn(values), seed)
        for values, seed in zip(task.settings, task.seeds, strict=True)
    ]
    return JointPart(tuple(differences), tuple(reports), drawn_trial(task.work, cells, task.patients))


def joint_draws(asked: Asked, *, workers: int, progress: Progress | None = None) -> JointDraws:
    """Draw in rounds until enough draws count; the same to the bit whatever ``workers``."""
    proposal = prior_proposal(asked.posterior, asked.draws)
    found: JointDraws | None = None
    with team_of(read_joint, workers) if workers > 1 else nullcontext() as team:
        for number in range(MOST_ROUNDS):
            more = _round(asked, number, proposal, team, progress)
            found = more if found is None else _together(found, more)
            log_weight = found.log_prior_ratio() + found.log_likelihood(found.all_results())
            if effective_number(normalised(log_weight)) >= ENOUGH * len(log_weight):
                break
            proposal = _fitted(found, log_weight, asked)
        assert found is not None, "there is at least one round"
        return replace(found, patients_sd=_patients_sd(asked, found, team))


def normalised(log_weight: np.ndarray) -> np.ndarray:
    """Weights with sum 1."""
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum()


def _round(
    asked: Asked, number: int, proposal: Proposal, team: Team | None, progress: Progress | None
) -> JointDraws:
    streams = BalancedStreams(asked.seed, asked.draws)
    name = f"phase 2, agent {asked.agent.name}, round {number}"
    standard = ndtri(streams.uniform(name, np.arange(asked.draws), len(OF_AGENT)))
    own = proposal.mean + standard @ np.linalg.cholesky(proposal.covariance).T
    row = _rows(asked, number, proposal)
    # A draw's number says the posterior's draw and, by its streams, what else comes from the hierarchies.
    numbers = row + len(asked.posterior) * (number * asked.draws + np.arange(asked.draws))
    values = [_values(asked, int(each), own[place]) for place, each in enumerate(numbers)]
    work, seed = _work(asked)
    tasks = [
        JointTask(asked.evidence, work, some, (seed,) * len(some), asked.patients, asked.seed)
        for some in (tuple(values[at : at + AT_ONCE]) for at in range(0, len(values), AT_ONCE))
    ]
    step = "draws, phase 2 and 3" if number == 0 else f"draws, round {number + 1}"
    parts: list[JointPart] = []
    for part in _answers(tasks, team):
        parts.append(part)
        if progress is not None:
            progress(step, min(AT_ONCE * len(parts), asked.draws), asked.draws)
    trials = range(len(asked.evidence))
    return JointDraws(
        asked.evidence,
        row,
        own,
        tuple(values),
        tuple(asked.posterior.hierarchy_of(int(each)) for each in row),
        tuple(np.concatenate([part.differences[trial] for part in parts]) for trial in trials),
        tuple(np.concatenate([part.reports[trial] for part in parts]) for trial in trials),
        joined([part.trial for part in parts]),
        (proposal,),
        {},
    )


def _rows(asked: Asked, number: int, proposal: Proposal) -> np.ndarray:
    """Draws of the posterior, each about as often as its chance says (systematic sampling), in random order."""
    random = Streams(asked.seed).generator(f"draws of the posterior, agent {asked.agent.name}", number)
    marks = (np.arange(asked.draws) + random.random()) / asked.draws
    rows = np.searchsorted(np.cumsum(proposal.rows) / proposal.rows.sum(), marks)
    return random.permutation(rows.clip(max=len(proposal.rows) - 1))


def _values(asked: Asked, number: int, own: np.ndarray) -> dict[str, float]:
    return values_of_draw(
        number, asked.agents, asked.protocol.baseline.name, seed=asked.seed, posterior=asked.posterior,
        own={asked.agent.name: own},
    )  # fmt: skip


def _work(asked: Asked) -> tuple[Work, int]:
    seed = seed_of(asked.protocol.name, asked.seed)
    return work_under_draws(asked.protocol, seed, asked.patients), seed


def _answers(tasks: list[JointTask], team: Team | None) -> Iterator[Any]:
    return map(read_joint, tasks) if team is None else team.answers(tasks)


def _together(one: JointDraws, other: JointDraws) -> JointDraws:
    return replace(
        one,
        row=np.concatenate([one.row, other.row]),
        own=np.concatenate([one.own, other.own]),
        values=(*one.values, *other.values),
        hyper=(*one.hyper, *other.hyper),
        differences=tuple(map(np.concatenate, zip(one.differences, other.differences, strict=True))),
        reports=tuple(map(np.concatenate, zip(one.reports, other.reports, strict=True))),
        trial=joined([one.trial, other.trial]),
        proposals=(*one.proposals, *other.proposals),
    )


def _fitted(found: JointDraws, log_weight: np.ndarray, asked: Asked) -> Proposal:
    """The normal distribution of weighted u and chances of the posterior's draws, from weights flat enough for them."""
    power, own = 1.0, found.own
    while effective_number(normalised(power * log_weight)) < TEMPERED_SHARE * len(own) and power > 1e-3:
        power *= 0.8
    weight = normalised(power * log_weight)
    mean = weight @ own
    centred = own - mean
    rows = np.bincount(found.row, weight, minlength=len(asked.posterior))
    equal = 1.0 / len(rows)
    return Proposal(
        EQUAL * equal + (1.0 - EQUAL) * rows, mean, WIDER * (centred.T * weight) @ centred, asked.draws
    )


def _patients_sd(asked: Asked, found: JointDraws, team: Team | None) -> dict[tuple[str, str], float]:
    """By effect: what another set of virtual patients changes, under the draw that counts most."""
    values = found.values[int(np.argmax(found.weights()))]
    work, _ = _work(asked)
    seeds = [seed_of(f"{asked.protocol.name}, patients {number}", asked.seed) for number in range(REPEATS)]
    tasks = [JointTask((), work, (values,), (seed,), asked.patients, asked.seed) for seed in seeds]
    again = joined([part.trial for part in _answers(tasks, team)])
    return {name: float(np.std(log_hr, ddof=1)) for name, log_hr in again.log_hr.items()}
