"""Quantiles and two-sided p values of the normal and Student's t, by one road: no degrees of freedom means normal."""

from __future__ import annotations

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from hepatrial.evidence.pooling.refusals import misuse


def checked_confidence(confidence: float) -> float:
    """A confidence level between 0 and 1, or `UsageError`."""
    if not 0.0 < confidence < 1.0:
        raise misuse("confidence: not a level", repr(confidence), "between 0 and 1", "write 0.95 for 95%")
    return confidence


def normal_quantile(confidence: float) -> float:
    """Two-sided normal quantile of a confidence level."""
    return float(ndtri(0.5 + checked_confidence(confidence) / 2))


def two_sided_quantile(confidence: float, df: int | None) -> float:
    """Two-sided quantile of a confidence level, of t with ``df`` degrees of freedom or the normal if None."""
    normal = normal_quantile(confidence)
    return normal if df is None else float(stdtrit(df, 0.5 + confidence / 2))


def two_sided_p(statistic: float, df: int | None) -> float:
    """Two-sided p of a statistic, by t with ``df`` degrees of freedom or the normal if None."""
    tail = ndtr(-abs(statistic)) if df is None else stdtr(df, -abs(statistic))
    return float(2 * tail)
