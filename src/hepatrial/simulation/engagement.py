"""What the planned dose of each arm does to targets and to what hangs on them, before anything changes.

Concentrations are those of the steady state at the planned dose and the exposure of the first days; feedbacks within
the tumour cell act, slow resistance does not yet. Of a sequence it is the first stage, of an escalation the dose before
it.
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

QUANTILES = (0.1, 0.5, 0.9)
PATIENTS = 512

ANGIOGENIC_SIGNAL = "angiogenic signal"
ERK_OUTPUT = "ERK"
S6K_OUTPUT = "S6K"
PROLIFERATION = "proliferation"


@dataclass(frozen=True, slots=True)
class ArmEngagement:
    """What one arm does at its planned dose.

    Attributes
    ----------
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


def planned_engagement(work: Work, patients: int = PATIENTS) -> tuple[ArmEngagement, ...]:
    """Engagement under every arm, in the protocol's order, over the first ``patients`` virtual patients."""
    people = virtual_patients(work.protocol, np.arange(patients), work.streams)
    inputs = assemble(work.protocol, work.agents, people, work.parameters, work.streams, work.switches)
    names = tuple(agent.name for agent in work.agents)
    return tuple(
        _of_arm(arm.name, _steady_concentrations(inputs, place, patients), inputs, names)
        for place, arm in enumerate(work.protocol.arms)
    )


def _steady_concentrations(inputs: Inputs, arm: int, patients: int) -> list[np.ndarray]:
    """Average concentration of each agent of the first stage at steady state, mg/L, each of shape (n,)."""
    end, final = inputs.exposure.end, inputs.agents.drift_final[:, None]
    per_dose = end.steady / (final * (1.0 - end.left))
    doses, sequence = np.asarray(inputs.plans[arm].exposure_dose), inputs.plans[arm].sequence
    first = np.zeros(len(doses), dtype=int) if sequence is None else sequence.first_level.astype(int)
    given = np.ones(len(doses)) if sequence is None else sequence.gives[0]
    planned = [given[row] * doses[row, first[row]] for row in range(len(doses))]
    return [np.broadcast_to(planned[row] * per_dose[row], patients) for row in range(len(doses))]


def _of_arm(name: str, levels: list[np.ndarray], inputs: Inputs, agents: tuple[str, ...]) -> ArmEngagement:
    held = occupancies(levels, inputs.exposure, inputs.agents, inputs.bound_targets)
    n = len(inputs.person.growth_per_day)
    at_once = drive(held, np.zeros(n), inputs.constants)
    left = Left(*(1.0 if share is None else np.asarray(share) for share in at_once.left))
    output = cell_output(left, np.zeros(n), inputs.constants.receptor_rise, inputs.constants.strengths)
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
