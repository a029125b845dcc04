"""The hierarchies over agents and trials: what the calibration does not know, and what it says of the unknown.

An agent's effective potency x is, within its profile of targets,

    ln x = ln x_anchor + m (ln b - ln b_anchor) + s own,    own ~ N(0, 1)

with b the printed ratio of free concentration to dissociation constant: bench potency is a weak covariate (m well below
1), since agents are dosed to what is tolerated. Numbers and their priors: `data/hierarchy.yaml`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from scipy.special import ndtr, ndtri

from hepatrial.agents import Agent, completed, dissociation_constant, recorded_agent, usual_free_nm
from hepatrial.files.located_yaml import parse_shipped


@dataclass(frozen=True, slots=True)
class Hyper:
    """A number of a hierarchy with its prior: ``normal`` around ``value``, or ``halfnormal`` with that scale."""

    value: float
    distribution: str
    spread: float
    source: str

    def at(self, z: float) -> float:
        """The value that a standard normal number stands for; of a half-normal one the same quantile."""
        if self.distribution == "halfnormal":
            return float(self.value * ndtri(0.5 * (1.0 + ndtr(z))))
        return self.value + self.spread * z


@dataclass(frozen=True, slots=True)
class Profile:
    """Agents whose effective potencies are partially pooled, and the targets that their printed potency is read on."""

    name: str
    agents: tuple[str, ...]
    anchor: str | None = None
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Contents of the file: population parameters, numbers of the hierarchies, profiles."""

    population: tuple[str, ...]
    hyper: Mapping[str, Hyper]
    profiles: tuple[Profile, ...]

    def profile_of(self, agent: Agent) -> Profile:
        """The profile that names the agent; of an agent that none names, the first one with a target that it binds."""
        named = next((profile for profile in self.profiles if agent.name in profile.agents), None)
        return named or next(p for p in self.profiles if not p.targets or _binds(agent, p.targets))

    def log_potency(self, agent: Agent, exponent: float) -> float:
        """Logarithm of the effective potency that bench potency alone makes expect, relative to the anchor's own."""
        return (exponent - 1.0) * self.log_bench_against_anchor(agent)

    def log_bench_against_anchor(self, agent: Agent) -> float:
        """Logarithm of the agent's bench ratio over that of its profile's anchor; 0 without an anchor."""
        profile = self.profile_of(agent)
        if profile.anchor is None:
            return 0.0
        own, anchor = (
            log_bench_ratio(each, profile.targets) for each in (agent, recorded_agent(profile.anchor))
        )
        return own - anchor


@cache
def hierarchy() -> Hierarchy:
    """The hierarchies that ship."""
    file = resources.files("hepatrial.posterior").joinpath("data", "hierarchy.yaml")
    content = parse_shipped(file.read_text(encoding="utf-8"), "hierarchy.yaml")
    return Hierarchy(
        population=tuple(content["population"]),
        hyper={
            f"{group}.{name}": _hyper(fields)
            for group in ("potency", "toxicity", "fatality", "trials")
            for name, fields in content[group].items()
            if name != "profiles"
        },
        profiles=tuple(
            Profile(name, tuple(fields["agents"]), fields.get("anchor"), tuple(fields.get("targets", ())))
            for name, fields in content["potency"]["profiles"].items()
        ),
    )


def _hyper(fields: Mapping[str, Any]) -> Hyper:
    return Hyper(
        float(fields["value"]), fields["distribution"], float(fields.get("spread", 0.0)), fields["source"]
    )


def log_bench_ratio(agent: Agent, targets: Sequence[str]) -> float:
    """Logarithm of the printed ratio of free concentration to dissociation constant on the target occupied most.

    At the usual dose, gaps filled from the class.
    """
    whole = completed(agent)
    constants = (dissociation_constant(whole, target) for target in targets)
    bound = [constant.value for constant in constants if constant and math.isfinite(constant.value)]
    return math.log(usual_free_nm(whole) / min(bound))


def _binds(agent: Agent, targets: Sequence[str]) -> bool:
    constants = (dissociation_constant(agent, target) for target in targets)
    return any(constant and math.isfinite(constant.value) for constant in constants)
