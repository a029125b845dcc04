"""The analyses that a run's summary and report both show, made once."""

from __future__ import annotations

from dataclasses import dataclass

from hepatrial.analysis import Analysis, analyse
from hepatrial.conduct.endpoints import observed_endpoints
from hepatrial.protocol.design import Protocol
from hepatrial.report.run_reserve import RunReserve, run_reserve
from hepatrial.virtual_trial import VirtualTrial


@dataclass(frozen=True, slots=True)
class RunAnalyses:
    """All endpoints of all virtual patients as twins, and of one trial as the protocol plans; the twins by reserve."""

    twins: Analysis
    trial: Analysis
    reserve: RunReserve | None


def endpoints_in_order(protocol: Protocol) -> tuple[str, ...]:
    """All endpoints that the trial has: those of its plan in order, then the others, which a summary holds too."""
    return tuple(dict.fromkeys((*protocol.analysis.endpoints, *observed_endpoints(protocol))))


def run_analyses(result: VirtualTrial) -> RunAnalyses:
    """Analyse the twins and the trial of a run; all endpoints, whatever the plan names, so that runs compare."""
    plan = result.protocol.analysis
    endpoints, months = endpoints_in_order(result.protocol), plan.survival_at_months
    return RunAnalyses(
        twins=analyse(result.population, endpoints=endpoints, months=months),
        trial=analyse(result.trial, endpoints=endpoints, months=months, stratified=plan.stratified),
        reserve=run_reserve(result),
    )
