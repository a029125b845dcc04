"""The true benefit of an arm by liver reserve, in virtual patients across all of it."""

from hepatrial.reserve.answer import NamedThreshold, ReserveAnswer, answer_by_reserve
from hepatrial.reserve.parameter_draws import DrawnBenefit

__all__ = ["DrawnBenefit", "NamedThreshold", "ReserveAnswer", "answer_by_reserve"]
