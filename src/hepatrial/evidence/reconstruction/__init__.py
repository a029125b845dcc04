"""From a published survival curve to patients; see docs/reconstruction.md. Pictures: the room ``image``."""

from hepatrial.evidence.reconstruction.agreement import Agreement, Verdict, compare
from hepatrial.evidence.reconstruction.cleaning import clean_curve
from hepatrial.evidence.reconstruction.curve import Curve
from hepatrial.evidence.reconstruction.diagnosis import Diagnosis, diagnose
from hepatrial.evidence.reconstruction.guess import GuessedArm, GuessedTrial, guess_trial
from hepatrial.evidence.reconstruction.guyot import Guyot
from hepatrial.evidence.reconstruction.point_files import DigitisedPoints, read_points
from hepatrial.evidence.reconstruction.published import PublishedArm, PublishedComparison
from hepatrial.evidence.reconstruction.reconstruct import Reconstruction, reconstruct
from hepatrial.evidence.reconstruction.risk_files import read_risk_numbers
from hepatrial.evidence.reconstruction.risk_numbers import RiskNumbers, risk_numbers
from hepatrial.evidence.reconstruction.step_heights import StepHeights
from hepatrial.evidence.reconstruction.summary import ArmSummary

__all__ = [
    "Agreement",
    "ArmSummary",
    "Curve",
    "Diagnosis",
    "DigitisedPoints",
    "GuessedArm",
    "GuessedTrial",
    "Guyot",
    "PublishedArm",
    "PublishedComparison",
    "Reconstruction",
    "RiskNumbers",
    "StepHeights",
    "Verdict",
    "clean_curve",
    "compare",
    "diagnose",
    "guess_trial",
    "read_points",
    "read_risk_numbers",
    "reconstruct",
    "risk_numbers",
]
