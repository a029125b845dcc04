"""Figures of monitoring: one patient's course beside its predictions, gains of prediction, warning against alarms."""

from hepatrial.figures.monitoring.alarms import draw_sampling, draw_warning
from hepatrial.figures.monitoring.gains import draw_prediction_gains
from hepatrial.figures.monitoring.patient import draw_patient

__all__ = ["draw_patient", "draw_prediction_gains", "draw_sampling", "draw_warning"]
