"""The catalogue of agents: data files, their kinetics, and what they bind."""

from hepatrial.agents.acting import no_action_warning
from hepatrial.agents.agent import AdverseEvent, Affinity, Agent, Pharmacokinetics
from hepatrial.agents.catalogue import agent_names, load_agent, name_of_synonym, recorded_agent
from hepatrial.agents.class_prior import prior_from_class
from hepatrial.agents.completeness import Completeness, completeness
from hepatrial.agents.completing import Filling, completed, fillings, gap_warning
from hepatrial.agents.occupancy_uncertainty import TargetUncertainty, occupancy_uncertainty
from hepatrial.agents.pharmacokinetics import (
    IndividualKinetics,
    individual_kinetics,
    reference_concentration_mg_l,
    usual_free_nm,
)
from hepatrial.agents.potency import dissociation_constant, inverse_constant_per_nm, potency_used
from hepatrial.agents.replacing import with_values
from hepatrial.agents.targets import ACTING_TARGETS

__all__ = [
    "ACTING_TARGETS",
    "AdverseEvent",
    "Affinity",
    "Agent",
    "Completeness",
    "Filling",
    "IndividualKinetics",
    "Pharmacokinetics",
    "TargetUncertainty",
    "agent_names",
    "completed",
    "completeness",
    "dissociation_constant",
    "fillings",
    "gap_warning",
    "individual_kinetics",
    "inverse_constant_per_nm",
    "load_agent",
    "name_of_synonym",
    "no_action_warning",
    "occupancy_uncertainty",
    "potency_used",
    "prior_from_class",
    "recorded_agent",
    "reference_concentration_mg_l",
    "usual_free_nm",
    "with_values",
]
