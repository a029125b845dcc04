"""Individual kinetics of an agent: from the catalogue's typical values to one patient's clearance and volume.

    CL_i = CL (w_i / 80 kg)^a / r(Child-Pugh class) exp(s_CL z_CL)
    V_i  = V  (w_i / 80 kg)^b exp(s_V z_V),    corr(z_CL, z_V) = rho

CL and V are apparent (oral) values, s^2 = ln(1 + CV^2), r is exposure relative to Child-Pugh A. Average
concentration at steady state is dose per day / (24 CL).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.agents.agent import Agent
from hepatrial.errors import UsageError
from hepatrial.quantities import Quantity

HOURS_PER_DAY = 24.0
REFERENCE_WEIGHT_KG = 80.0
CHILD_PUGH_CLASSES = "ABC"


@dataclass(frozen=True, slots=True)
class IndividualKinetics:
    """Kinetics of n patients at the start of treatment; every array has shape (n,)."""

    clearance_l_per_h: np.ndarray
    volume_l: np.ndarray
    elimination_per_day: np.ndarray
    free_nm_per_mg_l: np.ndarray


def individual_kinetics(
    agent: Agent, child_pugh_class_codes: np.ndarray, weight_kg: np.ndarray, normals: np.ndarray
) -> IndividualKinetics:
    """Draw the kinetics of patients.

    Parameters
    ----------
    agent
        With clearance, volume, unbound fraction and molecular weight known.
    child_pugh_class_codes
        0, 1, 2 for A, B, C, shape (n,). Where the agent has no ratio for C, that of B stands in for it.
    weight_kg
        Shape (n,).
    normals
        Standard normal draws, shape (n, 2): clearance, volume.

    Raises
    ------
    UsageError
        If the agent lacks a number without which there are no kinetics; the message names the gap.
    """
    pk = agent.pharmacokinetics
    clearance_sd, volume_sd = _log_sd(pk.clearance_cv), _log_sd(pk.volume_cv)
    correlation = _or(pk.clearance_volume_correlation, 0.0)
    for_clearance = normals[:, 0]
    for_volume = correlation * normals[:, 0] + np.sqrt(1.0 - correlation**2) * normals[:, 1]
    relative_weight = np.asarray(weight_kg, dtype=np.float64) / REFERENCE_WEIGHT_KG

    clearance = (
        _needed(agent, "clearance_l_per_h")
        * relative_weight ** _or(pk.weight_exponent, 0.0)
        / hepatic_ratios(agent)[child_pugh_class_codes]
        * np.exp(clearance_sd * for_clearance)
    )
    volume = (
        _needed(agent, "volume_l")
        * relative_weight ** _or(pk.volume_weight_exponent, 0.0)
        * np.exp(volume_sd * for_volume)
    )
    free = free_nm_per_mg_l(agent)
    return IndividualKinetics(
        clearance_l_per_h=clearance,
        volume_l=volume,
        elimination_per_day=HOURS_PER_DAY * clearance / volume,
        free_nm_per_mg_l=np.full_like(clearance, free),
    )


def hepatic_ratios(agent: Agent) -> np.ndarray:
    """Exposure relative to Child-Pugh A for classes A, B, C, shape (3,); a gap takes the class before."""
    ratios, last = [], 1.0
    for grade in CHILD_PUGH_CLASSES:
        last = _or(agent.pharmacokinetics.hepatic_ratio.get(grade), last)
        ratios.append(last)
    return np.asarray(ratios)


def reference_concentration_mg_l(agent: Agent) -> float:
    """Typical average concentration at steady state: reference dose, Child-Pugh A, start of treatment."""
    dose = _needed(agent, "reference_dose_mg_per_day")
    return dose / HOURS_PER_DAY / _needed(agent, "clearance_l_per_h")


def usual_free_nm(agent: Agent) -> float:
    """Typical free active concentration at steady state at the usual dose: Child-Pugh A, start of treatment."""
    per_day = agent.usual_dose_mg / agent.usual_interval_days
    relative = per_day / _needed(agent, "reference_dose_mg_per_day")
    power = _or(agent.pharmacokinetics.exposure_dose_exponent, 1.0)
    return reference_concentration_mg_l(agent) * relative**power * free_nm_per_mg_l(agent)


def free_nm_per_mg_l(agent: Agent) -> float:
    """Free active concentration in nM for 1 mg/L in plasma (1 mg/L of 1 g/mol is 1e6 nM).

    That is fu / molecular weight, times the ratio of all active species to the agent where the file gives it.
    """
    free = _needed(agent, "fraction_unbound") * 1e6 / agent.molecular_weight_g_mol.value
    return free * _or(agent.pharmacokinetics.active_moiety_ratio, 1.0)


def _log_sd(cv: Quantity | None) -> float:
    return float(np.sqrt(np.log1p(_or(cv, 0.0) ** 2)))


def _or(quantity: Quantity | None, otherwise: float) -> float:
    return otherwise if quantity is None else quantity.value


def _needed(agent: Agent, name: str) -> float:
    quantity = getattr(agent.pharmacokinetics, name)
    if quantity is None:
        raise UsageError(
            f"{agent.name} has no {name}, so its concentration cannot be computed\n"
            f"  where:   {agent.file}\n"
            f"  fix:     give pharmacokinetics.{name} in the agent's file, with its source"
        )
    return quantity.value
