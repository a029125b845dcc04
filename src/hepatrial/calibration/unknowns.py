"""What the calibration does not know, as independent standard normal numbers, and the values that they stand for.

    population   value = F^-1(F(prior) + spread z), F the scale of the prior's distribution
    agents       ln x_a = ln x_anchor + m (ln b_a - ln b_anchor) + s z_a      effective potency
                 ln toxicity_a = t z_a        logit fatality_a = k + f z_a
    trials       shift_t = d z_t              of prognosis and of growth, by baseline table

m, s, t, k, f and the two d are unknowns themselves: the hierarchy is written non-centred (Papaspiliopoulos et al. 2007,
10.1214/088342307000000014), so that the prior of all z is N(0, I) and its scale the same for every unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit

from hepatrial.agents import completed, recorded_agent
from hepatrial.calibration.scale import value_at
from hepatrial.disease.parameters import OF_POPULATION, prior_parameters
from hepatrial.posterior.hierarchy import Hierarchy, hierarchy
from hepatrial.protocol.design import Protocol

OF_AGENTS = ("effective_potency", "effective_toxicity", "fatal_given_event")
OF_PROCEDURES = ("tace.", "ablation.")
"""Population parameters that only trials with embolisation or ablation know."""
SPREADS = {
    "effective_potency": "potency.log_sd",
    "effective_toxicity": "toxicity.log_sd",
    "fatal_given_event": "fatality.logit_sd",
}
"""The unknown spread between agents, by quantity of an agent."""


@dataclass(frozen=True)
class Unknowns:
    """Unknowns in a fixed order; a point is an array z of shape (number of names,).

    Attributes
    ----------
    names
        Population parameters, numbers of the hierarchies, ``agent.<name>.<quantity>``, ``trial.<baseline>.<quantity>``.
    hierarchy
        Over agents and trials.
    """

    names: tuple[str, ...]
    hierarchy: Hierarchy

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each name."""
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def agents(self) -> tuple[str, ...]:
        """Agents with unknowns of their own."""
        return tuple(dict.fromkeys(name.split(".")[1] for name in self.names if name.startswith("agent.")))

    @cached_property
    def baselines(self) -> tuple[str, ...]:
        """Baseline tables with unknowns of their own."""
        return tuple(dict.fromkeys(name.split(".")[1] for name in self.names if name.startswith("trial.")))

    @cached_property
    def _bench(self) -> dict[str, tuple[float, str | None]]:
        """By agent, the logarithm of its bench ratio over its anchor's, and that anchor."""
        records = {agent: completed(recorded_agent(agent)) for agent in self.agents}
        return {
            agent: (self.hierarchy.log_bench_against_anchor(record), self.hierarchy.profile_of(record).anchor)
            for agent, record in records.items()
        }

    def values(self, z: np.ndarray) -> dict[str, float]:
        """Values of the model at ``z``, by name, as `Parameters.with_drawn` takes them."""
        population = {
            name: value_at(prior_parameters().quantities[name], self._at(z, name))
            for name in self.hierarchy.population
            if name in self.place
        }
        return {**population, **self._of_trials(z), **self._of_agents(z)}

    def hyper(self, z: np.ndarray) -> dict[str, float]:
        """Values of the hierarchies' own numbers at ``z``."""
        return {name: hyper.at(self._at(z, name)) for name, hyper in self.hierarchy.hyper.items()}

    def touching(self, protocol: Protocol, *, own_population: bool = True) -> np.ndarray:
        """Positions of the unknowns that can change a trial of ``protocol``.

        Parameters
        ----------
        own_population
            Whether its baseline table is its own; what a table hides of a trial's patients is nothing to a trial that
            borrows it.
        """
        agents = {regimen.agent for arm in protocol.arms for regimen in arm.regimens}
        baseline = protocol.baseline.name if own_population else None
        return np.array(
            [
                place
                for place, name in enumerate(self.names)
                if self._touches(name, agents, baseline)
                and (protocol.locoregional or not name.startswith(OF_PROCEDURES))
            ]
        )

    def _touches(self, name: str, agents: set[str], baseline: str | None) -> bool:
        start, *rest = name.split(".")
        if start == "agent":
            # The anchor's potency moves that of every agent of its profile.
            own = rest[0] in agents
            return own or (rest[1] == "effective_potency" and any(self._anchored(a, rest[0]) for a in agents))
        if start == "trial":
            return rest[0] == baseline
        if name.startswith("trials."):
            return baseline in self.baselines
        if name in self.hierarchy.hyper:
            return bool(agents & set(self.agents))
        return True

    def _anchored(self, agent: str, anchor: str) -> bool:
        return self.hierarchy.profile_of(recorded_agent(agent)).anchor == anchor

    def _at(self, z: np.ndarray, name: str) -> float:
        place = self.place.get(name)
        return 0.0 if place is None else float(z[place])

    def _of_trials(self, z: np.ndarray) -> dict[str, float]:
        hyper = self.hyper(z)
        return {
            f"trial.{baseline}.{quantity}": hyper[f"trials.{quantity}"]
            * self._at(z, f"trial.{baseline}.{quantity}")
            for baseline in self.baselines
            for quantity in (name.removeprefix("trial.") for name in OF_POPULATION)
        }

    def _of_agents(self, z: np.ndarray) -> dict[str, float]:
        hyper = self.hyper(z)
        found = {}
        for agent in self.agents:
            own = {q: hyper[SPREADS[q]] * self._at(z, f"agent.{agent}.{q}") for q in OF_AGENTS}
            log_bench, anchor = self._bench[agent]
            log_potency = (hyper["potency.exponent"] - 1.0) * log_bench + own["effective_potency"]
            if anchor not in (None, agent):
                log_potency += hyper["potency.log_sd"] * self._at(z, f"agent.{anchor}.effective_potency")
            found[f"agent.{agent}.effective_potency"] = math.exp(log_potency)
            found[f"agent.{agent}.effective_toxicity"] = math.exp(own["effective_toxicity"])
            found[f"agent.{agent}.fatal_given_event"] = float(
                expit(hyper["fatality.logit_mean"] + own["fatal_given_event"])
            )
        return found


def all_unknowns(
    protocols: Iterable[Protocol],
    borrowing: Iterable[Protocol] = (),
    *,
    own: Hierarchy | None = None,
    population: tuple[str, ...] | None = None,
) -> Unknowns:
    """The unknowns that trials of some protocols speak of.

    Parameters
    ----------
    protocols, borrowing
        Trials with baseline tables of their own, and trials that borrow one.
    own, population
        Hierarchies and population parameters in place of those that ship.
    """
    shape = own or hierarchy()
    protocols = tuple(protocols)
    agents = sorted(
        {
            regimen.agent
            for protocol in (*protocols, *borrowing)
            for arm in protocol.arms
            for regimen in arm.regimens
        }
    )
    baselines = sorted({protocol.baseline.name for protocol in protocols})
    return Unknowns(
        (
            *(shape.population if population is None else population),
            *shape.hyper,
            *(f"agent.{agent}.{quantity}" for agent in agents for quantity in OF_AGENTS),
            *(name.replace("trial.", f"trial.{table}.", 1) for table in baselines for name in OF_POPULATION),
        ),
        shape,
    )


__all__ = ["OF_AGENTS", "Unknowns", "all_unknowns"]
