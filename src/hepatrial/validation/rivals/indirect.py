"""The rival that pools the trials of the same treatments, or goes through one common comparator."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from hepatrial.validation.comparison import Compared
from hepatrial.validation.rivals.evidence import RivalEvidence

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Effect:
    log_hr: float
    variance: float | None


def indirect(asked: Compared, evidence: RivalEvidence) -> float:
    """Log hazard ratio from the network of known trials of the same line; 0 where it does not join the two arms.

    The direct estimate where two arms were compared; else the sum through one common comparator, over several of them
    weighted by inverse variance (Bucher et al. 1997, 10.1016/S0895-4356(97)00049-8).
    """
    edges = {pair: _pooled(effects) for pair, effects in _edges(asked, evidence).items()}
    start, end = asked.treatment, asked.control_treatment
    if (start, end) in edges:
        return edges[start, end].log_hr
    paths = [
        _summed(edges[start, middle], edges[middle, end])
        for first, middle in edges
        if first == start and (middle, end) in edges
    ]
    return _pooled(paths).log_hr if paths else 0.0


def _edges(asked: Compared, evidence: RivalEvidence) -> dict[Pair, list[_Effect]]:
    """Known effects by (treatment, comparator), each in both directions."""
    found: dict[Pair, list[_Effect]] = {}

    def add(treatment: str, control: str, log_hr: float, error: float | None) -> None:
        variance = None if error is None else error**2
        found.setdefault((treatment, control), []).append(_Effect(log_hr, variance))
        found.setdefault((control, treatment), []).append(_Effect(-log_hr, variance))

    for one in evidence.others(asked):
        if set(one.of.lines) & set(asked.lines):
            add(one.of.treatment, one.of.control_treatment, one.log_hr, one.std_error)
    for early in evidence.early:
        if early.later == asked.record and (early.endpoint == "OS") == (asked.endpoint == "OS"):
            add(early.treatment, early.control_treatment, early.log_hr, early.std_error)
    return found


def _pooled(effects: Iterable[_Effect]) -> _Effect:
    """By inverse variance; those without an error count only where no other does."""
    effects = list(effects)
    known = [(effect.log_hr, 1.0 / effect.variance) for effect in effects if effect.variance is not None]
    if not known:
        return _Effect(math.fsum(effect.log_hr for effect in effects) / len(effects), None)
    total = math.fsum(weight for _, weight in known)
    return _Effect(math.fsum(value * weight for value, weight in known) / total, 1.0 / total)


def _summed(first: _Effect, second: _Effect) -> _Effect:
    both = first.variance is not None and second.variance is not None
    return _Effect(first.log_hr + second.log_hr, first.variance + second.variance if both else None)
