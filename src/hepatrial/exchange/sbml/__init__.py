"""Export of the patient model in the Systems Biology Markup Language (Keating et al. 2020, 10.15252/msb.20199110)."""

from hepatrial.exchange.sbml.builder import consistency_problems
from hepatrial.exchange.sbml.export import export_sbml, sbml_text

__all__ = ["consistency_problems", "export_sbml", "sbml_text"]
