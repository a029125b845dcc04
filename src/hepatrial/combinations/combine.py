"""Two agents together: the surface of an effect, its excess over three nulls, nodes, escape, tolerability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.agents import Agent
from hepatrial.agents.targets import TUMOUR_CELL_TARGETS
from hepatrial.combinations.bliss import bliss_excess
from hepatrial.combinations.hits import NODE_OF_TARGET, Hits, hits_of, left_at, left_by
from hepatrial.combinations.isobologram import Isobole, isobole
from hepatrial.combinations.loewe import loewe_excess, single_curve
from hepatrial.combinations.surface import DoseSurface, Effect, dose_surface
from hepatrial.combinations.tolerability import Tolerability, tolerability
from hepatrial.combinations.zip_model import ZipScores, zip_scores
from hepatrial.errors import UsageError
from hepatrial.signalling import (
    Activities,
    Blocker,
    Escape,
    Left,
    NodeControl,
    ReceptorGain,
    Strengths,
    activities,
    blocked_proliferation,
    escape_of,
    node_controls,
    tumour_strengths,
    uncertain_values,
)

MULTIPLES = np.array([0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0])
"""Doses of a surface, in usual doses."""
INTERVAL = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Dependence:
    """Share of proliferation that hangs on ERK and on S6K; assumed, half and half unless given."""

    erk: float = 0.5
    s6k: float = 0.5


@dataclass(frozen=True, slots=True)
class AtUsualDoses:
    """Effects and Bliss excess at the usual doses, with 90% intervals over the uncertainty of the network."""

    first: tuple[float, float, float]
    second: tuple[float, float, float]
    both: tuple[float, float, float]
    bliss_excess: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Combination:
    """What is found of two agents.

    Attributes
    ----------
    bliss, loewe
        Excess over the surface; Loewe's is NaN where not defined. Agents stand in for each other by exposure: where it
        rises less than the dose, a dose divided in two gives more of it, which is no interaction.
    isoboles
        At a quarter, half and three quarters of the largest effect that both agents reach alone, in exposures relative
        to those at usual doses.
    nodes
        Activities under the first alone, the second alone, and both, at usual doses.
    controls, escapes
        Of both together; escapes of the first alone, the second alone, and both.
    """

    agents: tuple[Agent, Agent]
    hits: tuple[Hits, Hits]
    dependence: Dependence
    surface: DoseSurface
    bliss: np.ndarray
    loewe: np.ndarray
    zip: ZipScores | None
    isoboles: tuple[Isobole, ...]
    at_usual_doses: AtUsualDoses
    left: Left
    nodes: tuple[Activities, Activities, Activities]
    controls: tuple[NodeControl, ...]
    escapes: tuple[Escape, Escape, Escape]
    tolerability: Tolerability

    @property
    def usual_doses(self) -> tuple[float, float]:
        """In mg a day."""
        return self.hits[0].usual_mg_per_day, self.hits[1].usual_mg_per_day

    @property
    def usual_place(self) -> tuple[int, int]:
        """Row and column of the usual doses in the surface."""
        place = int(np.argmin(np.abs(MULTIPLES - 1.0)))
        return place, place


def signalling_effect(hits: tuple[Hits, Hits], strengths: Strengths, dependence: Dependence) -> Effect:
    """Share of proliferation blocked, as a function of two exposures relative to those at usual doses."""

    def effect(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        reached = activities(left_at(hits, (first, second)), ReceptorGain(), strengths)
        return blocked_proliferation(reached, dependence.erk, dependence.s6k)

    return effect


def best_partner(escape: Escape) -> Blocker | None:
    """The blocker that lowers the outputs most, of nodes that agents of the catalogue can reach."""
    reachable = {NODE_OF_TARGET[target] for target in TUMOUR_CELL_TARGETS}
    return next((one for one in escape.blockers if one.node in reachable), None)


def combine(first: Agent, second: Agent, dependence: Dependence | None = None) -> Combination:
    """Analyse two agents on the tumour cell's network around their usual doses.

    Raises
    ------
    UsageError
        If both are one agent: their doses are then one dose.
    """
    if first.name == second.name:
        raise UsageError(
            "a combination needs two agents\n"
            f"  found:   {first.name} twice\n"
            "  fix:     name another partner; a larger dose of one agent is no combination"
        )
    hits, shares = (hits_of(first), hits_of(second)), dependence or Dependence()
    usual = (hits[0].usual_mg_per_day, hits[1].usual_mg_per_day)
    strengths = tumour_strengths()
    effect = signalling_effect(hits, strengths, shares)
    doses = [one * MULTIPLES for one in usual]
    exposed = dose_surface(effect, *(one.exposure(dose) for one, dose in zip(hits, doses, strict=True)))
    surface = DoseSurface(*doses, exposed.effects)
    lefts = [left_by(hits, doses) for doses in ((usual[0], 0.0), (0.0, usual[1]), usual)]
    lefts = [Left(*map(float, left)) for left in lefts]
    return Combination(
        agents=(first, second),
        hits=hits,
        dependence=shares,
        surface=surface,
        bliss=bliss_excess(surface),
        loewe=loewe_excess(effect, exposed),
        zip=zip_scores(surface),
        isoboles=_isoboles(effect, exposed),
        at_usual_doses=_at_usual_doses(lefts, shares),
        left=lefts[2],
        nodes=tuple(activities(left, ReceptorGain(), strengths) for left in lefts),
        controls=node_controls(lefts[2], strengths),
        escapes=tuple(escape_of(left, strengths) for left in lefts),
        tolerability=tolerability((first.name, second.name), usual),
    )


def _isoboles(effect: Effect, exposed: DoseSurface) -> tuple[Isobole, ...]:
    highest = exposed.first_doses[-1], exposed.second_doses[-1]
    curves = [single_curve(effect, dose, second=place == 1) for place, dose in enumerate(highest)]
    if any(curve is None for curve in curves):
        return ()
    reached = min(exposed.effects[-1, 0], exposed.effects[0, -1])
    return tuple(isobole(effect, share * reached, *highest) for share in (0.25, 0.5, 0.75))


def _at_usual_doses(lefts: list[Left], shares: Dependence) -> AtUsualDoses:
    strengths = tumour_strengths(uncertain_values())
    central = tumour_strengths()

    def effects(of: Strengths) -> list[np.ndarray]:
        reached = (activities(left, ReceptorGain(), of) for left in lefts)
        found = [np.asarray(blocked_proliferation(one, shares.erk, shares.s6k)) for one in reached]
        return [*found, found[2] - (found[0] + found[1] - found[0] * found[1])]

    drawn, value = effects(strengths), effects(central)
    ends = [np.quantile(np.broadcast_to(one, (2,)) if one.ndim == 0 else one, INTERVAL) for one in drawn]
    found = [
        (float(middle), float(low), float(high)) for middle, (low, high) in zip(value, ends, strict=True)
    ]
    return AtUsualDoses(*found)
