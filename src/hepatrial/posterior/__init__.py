"""What the calibration left: draws of the population, of agents and of trials, and what they say of the unfitted."""

from hepatrial.posterior.drawing import drawn_parameters
from hepatrial.posterior.hierarchy import Hierarchy, hierarchy
from hepatrial.posterior.shipped import Posterior, shipped_posterior

__all__ = ["Hierarchy", "Posterior", "drawn_parameters", "hierarchy", "shipped_posterior"]
