"""What the calibration left: draws of the population, of agents and of trials, and what they say of the unfitted."""

from hepatrial.posterior.drawing import OF_AGENT, drawn_parameters, values_of_draw
from hepatrial.posterior.hierarchy import Hierarchy, hierarchy
from hepatrial.posterior.shipped import Posterior, shipped_posterior

__all__ = [
    "OF_AGENT",
    "Hierarchy",
    "Posterior",
    "drawn_parameters",
    "hierarchy",
    "shipped_posterior",
    "values_of_draw",
]
