"""Exposure and occupancy in the engine: the agents' tables and the analytic step of a day.

Average concentration C of an agent follows dC/dt = r m(t) - k C, where r is the individual's rise per day at the
present dose and m(t) = f + (1 - f) exp(-t / tau) the drift of exposure over time since the agent's start. At a
constant dose C is the sum of a steady part, a part that drifts and a rest that dies away with exp(-k t):

    C(t) = C_s + C_d exp(-t/tau) + (C(0) - C_s - C_d) left(t),   C_s = r f / k,   C_d = r (1 - f) m_0 / (k - 1/tau)

so that no error enters from pharmacokinetics. Concentrations are given at the nodes of a day that `over_day` asks for.

Arrays over patients have the patients on their last axis, so that everything about one agent is contiguous.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hepatrial.disease.arrays import Array
from hepatrial.disease.over_day import EARLY, LATE
from hepatrial.disease.targets import TARGETS

APART_PER_DAY = 1e-9
"""Keeps k and 1/tau apart in the part that drifts; its limit is then taken to about 1e-7."""


class AgentTables(NamedTuple):
    """The catalogue's numbers that all patients share; one row an agent."""

    inverse_kd_per_nm: (
        np.ndarray
    )  # (agents, targets) effective potency over Kd; 0 where the agent does not bind
    reference_mg_l: np.ndarray  # (agents,) typical concentration at which toxicity and injury are stated
    reference_mg_per_day: np.ndarray  # (agents,)
    dose_exponent: np.ndarray  # (agents,)
    drift_final: np.ndarray  # (agents,)
    drift_days: np.ndarray  # (agents,)
    injury_albi: np.ndarray  # (agents,) ALBI units at the reference concentration
    toxicity_rate: np.ndarray  # (agents, events) per day at start and reference concentration
    toxicity_onset_days: np.ndarray  # (agents, events)
    toxicity_exponent: np.ndarray  # (agents, events)
    reduction_share: np.ndarray  # (agents,) of adverse events after which the dose goes down
    withdrawal_share: np.ndarray  # (agents,) of adverse events after which the agent is withdrawn
    fatal_share: np.ndarray  # (agents,) of adverse events that are fatal


class DayPart(NamedTuple):
    """Coefficients of the concentration at one moment of the day; each has shape (agents, n)."""

    left: np.ndarray  # share of the concentration at the start that is left
    steady: np.ndarray  # mg/L per mg/day from the constant part of the input
    drifting: np.ndarray  # mg/L per mg/day from the part that drifts, at its value at the start


class ExposureCoefficients(NamedTuple):
    """Individual coefficients of the step of a day, and free concentration; shapes (agents, n)."""

    early: DayPart
    late: DayPart
    end: DayPart
    free_nm_per_mg_l: np.ndarray

    def of(self, agent: int) -> ExposureCoefficients:
        """Those of one agent, shape (n,)."""
        parts = (DayPart(*(values[agent] for values in part)) for part in (self.early, self.late, self.end))
        return ExposureCoefficients(*parts, self.free_nm_per_mg_l[agent])


def exposure_coefficients(
    elimination_per_day: np.ndarray,
    volume_l: np.ndarray,
    free_nm_per_mg_l: np.ndarray,
    drift_final: np.ndarray,
    drift_days: np.ndarray,
) -> ExposureCoefficients:
    """Coefficients from individual kinetics, shapes (agents, n), and the agents' drift, shape (agents,)."""
    k, final, per_day = elimination_per_day, drift_final[:, None], 1.0 / drift_days[:, None]
    apart = np.where(np.abs(k - per_day) < APART_PER_DAY, APART_PER_DAY, k - per_day)

    def at(time: float) -> DayPart:
        left = np.exp(-k * time)
        return DayPart(
            left=left,
            steady=final * (1.0 - left) / k / volume_l,
            drifting=(1.0 - final) * (np.exp(-per_day * time) - left) / apart / volume_l,
        )

    return ExposureCoefficients(at(EARLY), at(LATE), at(1.0), free_nm_per_mg_l)


def exposure_dose(mg_per_day: np.ndarray, agents: AgentTables) -> np.ndarray:
    """Dose that would give the same exposure if exposure were in proportion to it; agents on the first axis."""
    of_agents = (slice(None), *[None] * (mg_per_day.ndim - 1))
    reference = agents.reference_mg_per_day[of_agents]
    relative = mg_per_day / reference
    return reference * np.where(relative > 0.0, relative ** agents.dose_exponent[of_agents], 0.0)


def advance_exposure(
    concentration: Array, dose: Array, drift: Array, exposure: ExposureCoefficients
) -> tuple[Array, Array, Array]:
    """Concentration (mg/L) early, late and at the end of a day, shapes (agents, n) or (n,) for one agent.

    Parameters
    ----------
    dose
        From `exposure_dose`, constant over the day.
    drift
        exp(-t / tau) at the start of the day, t since the agent's start.
    """

    def at(part: DayPart) -> Array:
        return concentration * part.left + dose * (part.steady + part.drifting * drift)

    return at(exposure.early), at(exposure.late), at(exposure.end)


def occupancies(
    concentration: Sequence[Array],
    exposure: ExposureCoefficients,
    agents: AgentTables,
    bound_targets: Sequence[str] = TARGETS,
) -> dict[str, Array]:
    """Occupancy of targets with all agents competing on them; exactly 0 without concentration or affinity.

    Parameters
    ----------
    concentration
        One array (n,) an agent, mg/L; an empty sequence gives the number 0 for each target.
    bound_targets
        The targets that are asked for, of `TARGETS`.
    """
    free = [level * exposure.free_nm_per_mg_l[row] for row, level in enumerate(concentration)]
    shares = {}
    for target in bound_targets:
        column = TARGETS.index(target)
        bound = sum(
            (level * agents.inverse_kd_per_nm[row, column] for row, level in enumerate(free)), start=0.0
        )
        shares[target] = bound / (1.0 + bound)
    return shares


def bound_targets(agents: AgentTables) -> tuple[str, ...]:
    """The targets that at least one agent binds, in the order of `TARGETS`."""
    return tuple(target for column, target in enumerate(TARGETS) if agents.inverse_kd_per_nm[:, column].any())
