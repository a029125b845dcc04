"""The catalogue of agents: data files, their kinetics, and what they bind."""

from hepatrial.agents.agent import AdverseEvent, Affinity, Agent, Pharmacokinetics
from hepatrial.agents.catalogue import agent_names, load_agent
from hepatrial.agents.pharmacokinetics import (
    IndividualKinetics,
    individual_kinetics,
    reference_concentration_mg_l,
)

__all__ = [
    "AdverseEvent",
    "Affinity",
    "Agent",
    "IndividualKinetics",
    "Pharmacokinetics",
    "agent_names",
    "individual_kinetics",
    "load_agent",
    "reference_concentration_mg_l",
]
