"""From `TrialData` to the numbers of the analysis plan; the same for virtual and real trials."""

from hepatrial.analysis.analyse import Analysis, ArmResult, analyse

__all__ = ["Analysis", "ArmResult", "analyse"]
