"""Markers and outcome: prognostic, predictive and over time, on virtual trials and on a user's data alike."""

from hepatrial.biomarkers.frame import MarkerFrame, marker_frame
from hepatrial.biomarkers.prognostic.screen import Screen, screen

__all__ = ["MarkerFrame", "Screen", "marker_frame", "screen"]
