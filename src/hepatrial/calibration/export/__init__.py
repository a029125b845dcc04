"""The calibration for other tools: draws for ArviZ, the linearised problem for PEtab."""

from hepatrial.calibration.export.arviz_data import inference_data, write_arviz
from hepatrial.calibration.export.petab_problem import write_petab

__all__ = ["inference_data", "write_arviz", "write_petab"]
