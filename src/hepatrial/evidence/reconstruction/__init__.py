"""From a published survival curve to patients."""

from hepatrial.evidence.reconstruction.cleaning import clean_curve
from hepatrial.evidence.reconstruction.curve import Curve
from hepatrial.evidence.reconstruction.guyot import Guyot
from hepatrial.evidence.reconstruction.reconstruct import Reconstruction, reconstruct
from hepatrial.evidence.reconstruction.risk_numbers import RiskNumbers, risk_numbers
from hepatrial.evidence.reconstruction.step_heights import StepHeights

__all__ = [
    "Curve",
    "Guyot",
    "Reconstruction",
    "RiskNumbers",
    "StepHeights",
    "clean_curve",
    "reconstruct",
    "risk_numbers",
]
