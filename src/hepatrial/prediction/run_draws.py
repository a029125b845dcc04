"""A run under draws of the posterior, with the variance of its estimate in parts.

Law of total variance by nested draws: a draw is simulated again with one part of it drawn anew by a stream of its own,
and half the mean squared change of the log hazard ratio is the variance that this part gives where all else is fixed.
In order: what the hierarchies give of agents that were not fitted, and of the population of a trial that was not; then
the posterior of population and fitted agents, which is the rest of the variance over draws. Draws of it hold population
and agents together, so that these two are told apart by what a regression on the agents' values explains.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np

from hepatrial.agents import Agent
from hepatrial.calibration.evaluate import seed_of
from hepatrial.disease.parameters import prior_parameters
from hepatrial.errors import UsageError
from hepatrial.posterior import Posterior, shipped_posterior, values_of_draw
from hepatrial.prediction import variance as source
from hepatrial.prediction.drawn_trial import Cell, DrawnTrial, Effect, drawn_trial, joined, work_under_draws
from hepatrial.prediction.explained import explained_variance
from hepatrial.prediction.outlook import TrialOutlook, outlook, success_rule
from hepatrial.prediction.success import SuccessRule
from hepatrial.prediction.variance import VariancePart, parts_of
from hepatrial.prediction.weighted import equal_weights
from hepatrial.protocol.design import Protocol
from hepatrial.run_arguments import FEWEST_DRAWS, MOST_DRAWS
from hepatrial.simulation.blocks import Work
from hepatrial.simulation.worker_pool import in_processes

TWINS = 1024
"""Virtual patients under each draw."""
CELLS_AT_ONCE = 4
STEP = "draws of what is not known"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class RunUnderDraws:
    """A protocol under draws of the posterior.

    Attributes
    ----------
    nested
        Draws on which parts are drawn anew.
    fitted_agents, new_agents
        Agents of the protocol that the posterior holds, and those that come from the hierarchy.
    new_population
        Whether the population of the trial comes from the hierarchy.
    """

    draws: int
    nested: int
    twins: int
    posterior_hash: str
    fitted_agents: tuple[str, ...]
    new_agents: tuple[str, ...]
    new_population: bool
    outlook: TrialOutlook


def run_under_draws(
    protocol: Protocol,
    draws: int,
    *,
    seed: int = 1,
    twins: int = TWINS,
    workers: int | None = None,
    posterior: Posterior | None = None,
    progress: Progress | None = None,
) -> RunUnderDraws:
    """Simulate a protocol under ``draws`` draws; the same to the bit whatever ``workers``.

    Raises
    ------
    UsageError
        Too few draws, or too many.
    """
    check_draws(draws)
    found = posterior or shipped_posterior()
    own_seed = seed_of(protocol.name, seed)
    work = work_under_draws(protocol, own_seed, twins)
    agents = work.recorded_agents
    new = tuple(agent.name for agent in agents if agent.name not in found.agents)
    new_population = protocol.baseline.name not in found.baselines
    sets = _cells(protocol, agents, draws, seed, found, own_seed)
    wanted = [name for name in sets if _matters(name, new=bool(new), population=new_population)]
    whole = _simulated(work, [cell for name in wanted for cell in sets[name]], twins, workers, progress)
    by_set = _apart(whole, {name: len(sets[name]) for name in wanted})
    base, rule = by_set["base"], success_rule(protocol)
    values = _log_values([cell.parameters.of_agent for cell in sets["base"]], agents, found)
    return RunUnderDraws(
        draws=draws,
        nested=len(sets["patients"]),
        twins=twins,
        posterior_hash=found.hash,
        fitted_agents=tuple(agent.name for agent in agents if agent.name in found.agents),
        new_agents=new,
        new_population=new_population,
        outlook=outlook(
            protocol,
            base,
            equal_weights(draws),
            rule,
            {name: _parts(name, by_set, values, rule, base) for name in base.log_hr},
        ),
    )


def check_draws(draws: int) -> None:
    """Refuse a number of draws that says nothing; raises `UsageError`."""
    if not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        raise UsageError(
            f"not a number of draws that says something\n  found:   {draws}\n"
            f"  allowed: 0 for none, or {FEWEST_DRAWS} to {MOST_DRAWS:,}\n  fix:     for example --draws 100"
        )


def sensible_workers(tasks: int) -> int:
    """One process a core, and no more than tasks."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, tasks))


def _cells(
    protocol: Protocol, agents: Sequence[Agent], draws: int, seed: int, found: Posterior, own_seed: int
) -> dict[str, list[Cell]]:
    """The draws, then some of them with a part anew."""
    nested = range((draws + 1) // 2)

    def cell(number: int, anew: tuple[str, ...] = (), patients: int = own_seed) -> Cell:
        values = values_of_draw(number, agents, protocol.baseline.name, seed=seed, posterior=found, anew=anew)
        return Cell(prior_parameters().with_drawn(values), patients)

    return {
        "base": [cell(number) for number in range(draws)],
        "agents and population": [cell(number, ("agents", "population")) for number in nested],
        "population": [cell(number, ("population",)) for number in nested],
        "patients": [
            cell(number, patients=seed_of(f"{protocol.name}, patients of draw {number}", seed))
            for number in nested
        ],
    }


def _matters(name: str, *, new: bool, population: bool) -> bool:
    """Whether drawing this anew can change anything, and something that another set does not."""
    return {"agents and population": new, "population": population}.get(name, True)


def _simulated(
    work: Work, cells: list[Cell], twins: int, workers: int | None, progress: Progress | None
) -> DrawnTrial:
    chunks = [cells[at : at + CELLS_AT_ONCE] for at in range(0, len(cells), CELLS_AT_ONCE)]
    simulate = partial(drawn_trial, work, patients=twins)
    count = sensible_workers(len(chunks)) if workers is None else workers
    parts: list[DrawnTrial] = []
    if progress is not None:
        progress(STEP, 0, len(cells))
    results: Iterator[DrawnTrial] = (
        (simulate(chunk) for chunk in chunks) if count <= 1 else in_processes(simulate, chunks, count)
    )
    done = 0
    with closing(results):
        for chunk, part in zip(chunks, results, strict=True):
            parts.append(part)
            done += len(chunk)
            if progress is not None:
                progress(STEP, done, len(cells))
    return joined(parts)


def _apart(whole: DrawnTrial, sizes: dict[str, int]) -> dict[str, DrawnTrial]:
    found, at = {}, 0
    for name, size in sizes.items():
        found[name] = whole.part(slice(at, at + size))
        at += size
    return found


def _log_values(
    of_agent: list[Callable[[str], dict[str, float]]], agents: Sequence[Agent], found: Posterior
) -> np.ndarray:
    """Logarithms of what draws say of the fitted agents, shape (draws, values)."""
    fitted = [agent.name for agent in agents if agent.name in found.agents]
    rows = [[math.log(v) for name in fitted for v in values(name).values()] for values in of_agent]
    return np.array(rows).reshape(len(of_agent), -1)


def _parts(
    name: Effect, by_set: dict[str, DrawnTrial], fitted: np.ndarray, rule: SuccessRule, base: DrawnTrial
) -> tuple[VariancePart, ...]:
    def within(part: str) -> float:
        """Half the mean squared change where this part is drawn anew; 0 where it was not."""
        if part not in by_set:
            return 0.0
        anew = by_set[part].log_hr[name]
        return float(np.mean((anew - base.log_hr[name][: len(anew)]) ** 2)) / 2.0

    shift = within("population")
    new = max(within("agents and population") - shift, 0.0) if "agents and population" in by_set else 0.0
    of_posterior = max(float(np.var(base.log_hr[name], ddof=1)) - shift - new, 0.0)
    of_agents = min(explained_variance(base.log_hr[name], fitted)[0], of_posterior)
    return parts_of(
        {
            source.POPULATION: of_posterior - of_agents,
            source.FITTED_AGENTS: of_agents,
            source.NEW_AGENTS: new,
            source.SHIFT: shift,
            source.BETWEEN: rule.between_trial_sd**2,
            source.PATIENTS: within("patients"),
            source.SAMPLING: float(np.mean(base.sampling_sd[name] ** 2)),
        }
    )
