"""What the planned dose of each arm does to targets and to what hangs on them, before anything changes.

Concentrations are those of the steady state at the planned dose and the exposure of the first days; feedbacks within
the tumour cell act, slow resistance does not yet. A sequence has as many moments as it gives different agents, an
escalation one more for the raised dose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.disease.model import drive
from hepatrial.disease.proliferation import cell_output
from hepatrial.patients.population import virtual_patients
from hepatrial.signalling import Left, blocked_proliferation
from hepatrial.simulation.blocks import Work
from hepatrial.simulation.inputs import Inputs, assemble
from hepatrial.treatment.exposure import occupancies
from hepatrial.treatment.sequence import SequencePlan

QUANTILES = (0.1, 0.5, 0.9)
PATIENTS = 512

ANGIOGENIC_SIGNAL = "angiogenic signal"
ERK_OUTPUT = "ERK"
S6K_OUTPUT = "S6K"
PROLIFERATION = "proliferation"


@dataclass(frozen=True, slots=True)
class ArmEngagement:
    """What one arm does at its planned dose, at one moment of it.

    Attributes
    ----------
    moment
        The agents that are given then, or that the dose is raised; empty where the arm has one moment only.
    occupancy
        Share of each target that is held, by target, only those that an agent of the arm binds: quantiles
        (`QUANTILES`) over patients.
    lost
        Share of each output that is lost, by its name; negative where an output rises.
    binders
        Agents of the arm that bind a target, the strongest first.
    """

    arm: str
    occupancy: dict[str, tuple[float, ...]]
    lost: dict[str, tuple[float, ...]]
    binders: dict[str, tuple[str, ...]]
    moment: str = ""

    @property
    def title(self) -> str:
        """The arm, and the moment where it has several."""
        return f"{self.arm} ({self.moment})" if self.moment else self.arm


@dataclass(frozen=True, slots=True)
class _Moment:
    name: str
    given: np.ndarray  # (agents,) 1 where the agent is given
    level: np.ndarray  # (agents,) place of its dose in the ladder


def planned_engagement(work: Work, patients: int = PATIENTS) -> tuple[ArmEngagement, ...]:
    """Engagement at every moment of every arm, in the protocol's order, over the first ``patients``."""
    people = virtual_patients(work.protocol, np.arange(patients), work.streams)
    inputs = assemble(work.protocol, work.agents, people, work.parameters, work.streams, work.switches)
    names = tuple(agent.name for agent in work.agents)
    return tuple(
        _of_arm(arm.name, moment.name, _concentrations(inputs, place, moment, patients), inputs, names)
        for place, arm in enumerate(work.protocol.arms)
        for moment in _moments(inputs.plans[place].sequence, names)
    )


def _moments(sequence: SequencePlan | None, agents: tuple[str, ...]) -> list[_Moment]:
    """What an arm gives, one after another, each once; rests are left out."""
    nothing = np.zeros(len(agents), dtype=int)
    if sequence is None:
        return [_Moment("", np.ones(len(agents)), nothing)]
    stages = sequence.gives[: int(sequence.last) + 1]
    given = list(dict.fromkeys(tuple(stage) for stage in stages if stage.any())) or [tuple(nothing)]
    planned, found = sequence.first_level.astype(int), []
    for stage in given:
        at = np.asarray(stage)
        name = " + ".join(agents[row] for row in np.flatnonzero(at)) if len(given) > 1 else ""
        found.append(_Moment(name, at, planned))
        if np.any(planned[at > 0] > 0):
            found.append(_Moment(f"{name}, dose raised" if name else "dose raised", at, nothing))
    return found


def _concentrations(inputs: Inputs, arm: int, moment: _Moment, patients: int) -> list[np.ndarray]:
    """Average concentration of each agent at steady state, mg/L, each of shape (n,)."""
    end, final = inputs.exposure.end, inputs.agents.drift_final[:, None]
    per_dose = end.steady / (final * (1.0 - end.left))
    doses = np.asarray(inputs.plans[arm].exposure_dose)
    planned = [moment.given[row] * doses[row, moment.level[row]] for row in range(len(doses))]
    return [np.broadcast_to(planned[row] * per_dose[row], patients) for row in range(len(doses))]


def _of_arm(
    name: str, moment: str, levels: list[np.ndarray], inputs: Inputs, agents: tuple[str, ...]
) -> ArmEngagement:
    held = occupancies(levels, inputs.exposure, inputs.agents, inputs.bound_targets)
    n = len(inputs.person.growth_per_day)
    at_once = drive(held, np.zeros(n), inputs.constants)
    left = Left(*(1.0 if share is None else np.asarray(share) for share in at_once.left))
    output = cell_output(left, np.zeros(n), inputs.constants.receptor_rise, inputs.steps.strengths)
    blocked = blocked_proliferation(output, inputs.person.erk_dependence, inputs.person.s6k_dependence)
    lost = {
        ANGIOGENIC_SIGNAL: 1.0 - at_once.direct_signal,
        ERK_OUTPUT: 1.0 - output.erk,
        S6K_OUTPUT: 1.0 - output.s6k,
        PROLIFERATION: blocked,
    }
    touched = {target: share for target, share in held.items() if np.any(np.asarray(share) > 0.0)}
    return ArmEngagement(
        arm=name,
        occupancy={target: _quantiles(share, n) for target, share in touched.items()},
        lost={what: _quantiles(share, n) for what, share in lost.items()},
        binders={target: _binders(target, levels, inputs, agents) for target in touched},
        moment=moment,
    )


def _binders(
    target: str, levels: list[np.ndarray], inputs: Inputs, agents: tuple[str, ...]
) -> tuple[str, ...]:
    alone = {
        agent: float(
            np.median(
                occupancies(
                    [level if place == row else np.zeros_like(level) for place, level in enumerate(levels)],
                    inputs.exposure,
                    inputs.agents,
                    (target,),
                )[target]
            )
        )
        for row, agent in enumerate(agents)
    }
    return tuple(sorted((name for name in alone if alone[name] > 0.0), key=lambda name: -alone[name]))


def _quantiles(share: np.ndarray | float, n: int) -> tuple[float, ...]:
    return tuple(float(value) for value in np.quantile(np.broadcast_to(np.asarray(share), n), QUANTILES))
