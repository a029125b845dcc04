"""Markers and outcome: prognostic, predictive and over time, on virtual trials and on a user's data alike."""

from hepatrial.biomarkers.frame import MarkerFrame, marker_frame

__all__ = ["MarkerFrame", "marker_frame"]
