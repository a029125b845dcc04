"""Exposure and occupancy in the engine: the agents' tables and the analytic step of a day.

Average concentration C of an agent follows dC/dt = r m(t) - k C, where r is the individual's rise per day at the
present dose and m(t) = f + (1 - f) exp(-t / tau) the drift of exposure over time on treatment. Over half a day both
terms integrate exactly (`half_day_*` below), so no error enters from pharmacokinetics.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hepatrial.disease.arrays import Array, xp

HALF_DAY = 0.5


class AgentTables(NamedTuple):
    """The catalogue's numbers that all patients share; one row an agent."""

    inverse_kd_per_nm: np.ndarray  # (agents, targets); 0 where the agent does not bind
    reference_mg_l: np.ndarray  # (agents,) typical concentration at which toxicity and injury are stated
    reference_mg_per_day: np.ndarray  # (agents,)
    dose_exponent: np.ndarray  # (agents,)
    drift_final: np.ndarray  # (agents,)
    drift_days: np.ndarray  # (agents,)
    injury_albi: np.ndarray  # (agents,) ALBI units at the reference concentration
    toxicity_rate: np.ndarray  # (agents, events) per day at start and reference concentration
    toxicity_onset_days: np.ndarray  # (agents, events)
    toxicity_exponent: np.ndarray  # (agents,)
    reduction_share: np.ndarray  # (agents,) of adverse events after which the dose goes down
    withdrawal_share: np.ndarray  # (agents,) of adverse events after which the agent is withdrawn


class ExposureCoefficients(NamedTuple):
    """Individual coefficients of the exact half-day step; each has shape (n, agents)."""

    half_day_left: np.ndarray  # share of concentration left after half a day, exp(-k/2)
    half_day_steady: np.ndarray  # mg/L per mg/day from the constant part of the input
    half_day_drifting: np.ndarray  # mg/L per mg/day from the part that drifts, at its value at the start
    free_nm_per_mg_l: np.ndarray


def exposure_coefficients(
    elimination_per_day: np.ndarray,
    volume_l: np.ndarray,
    free_nm_per_mg_l: np.ndarray,
    drift_final: np.ndarray,
    drift_days: np.ndarray,
) -> ExposureCoefficients:
    """Coefficients from individual kinetics, shapes (n, agents), and the agents' drift, shape (agents,)."""
    k, h = elimination_per_day, HALF_DAY
    left = np.exp(-k * h)
    drifted = np.exp(-h / drift_days)
    return ExposureCoefficients(
        half_day_left=left,
        half_day_steady=drift_final * (1.0 - left) / k / volume_l,
        half_day_drifting=(1.0 - drift_final) * (drifted - left) / (k - 1.0 / drift_days) / volume_l,
        free_nm_per_mg_l=free_nm_per_mg_l,
    )


def advance_exposure(
    concentration: Array, mg_per_day: Array, day: Array, exposure: ExposureCoefficients, agents: AgentTables
) -> tuple[Array, Array]:
    """Concentration (mg/L) half a day and a day later, at a constant dose, shapes (n, agents)."""
    reference = agents.reference_mg_per_day
    doses = reference * xp.where(mg_per_day > 0.0, (mg_per_day / reference) ** agents.dose_exponent, 0.0)

    def half(start: Array, at_day: Array) -> Array:
        drift = xp.exp(-at_day / agents.drift_days)
        rise = exposure.half_day_steady + exposure.half_day_drifting * drift
        return start * exposure.half_day_left + doses * rise

    middle = half(concentration, day)
    return middle, half(middle, day + HALF_DAY)


def occupancies(
    concentration: Array, exposure: ExposureCoefficients, agents: AgentTables
) -> tuple[Array, ...]:
    """Occupancy of each target with all agents competing on it; exactly 0 without concentration or affinity."""
    free = concentration * exposure.free_nm_per_mg_l
    bound = free @ agents.inverse_kd_per_nm  # (n, targets)
    share = bound / (1.0 + bound)
    return tuple(share[:, target] for target in range(agents.inverse_kd_per_nm.shape[1]))
