"""From a valid file to the frozen `Protocol` in canonical units, with the hash of its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any, cast

from hepatrial.protocol.baseline_choice import resolve_baseline
from hepatrial.protocol.design import (
    Ablation,
    Accrual,
    AnalysisPlan,
    Arm,
    Cycle,
    DataCut,
    DoseLevel,
    Eligibility,
    LighterDoses,
    NextLine,
    OwnAgent,
    Protocol,
    Raise,
    Randomisation,
    Regimen,
    Response,
    Stage,
    Tace,
    TreatUntil,
    Visits,
)
from hepatrial.protocol.file_schema import AgentSection, ArmSection, ProtocolFile
from hepatrial.protocol.locoregional_schema import TaceSection
from hepatrial.protocol.population_schema import PopulationSection, RangeSection
from hepatrial.protocol.sequence_schema import StageSection


def build(file: ProtocolFile, text: str, own: Mapping[str, OwnAgent] = MappingProxyType({})) -> Protocol:
    """The protocol that a checked file describes; ``text`` is kept as it was read, ``own`` are agents by their path."""
    protocol = Protocol(
        name=file.name,
        title=file.title,
        registration=file.registration,
        size=file.size,
        baseline=resolve_baseline(file.population.baseline, file.name),
        eligibility=_eligibility(file.population),
        arms=tuple(_arm(arm, own) for arm in file.arms),
        control=file.control,
        randomisation=Randomisation(
            ratio=tuple(file.randomisation.ratio[arm.name] for arm in file.arms),
            block_size=file.randomisation.block_size,
            strata=tuple(file.randomisation.strata),
        ),
        accrual=Accrual(file.accrual.duration, file.accrual.shape, file.accrual.drop_out_per_month),
        visits=Visits(file.visits.clinic, file.visits.scan, file.visits.scan_source),
        response=Response(
            progression=file.response.progression,
            reported=tuple(file.response.reported),
            confirmation_days=file.response.confirmation,
            stable_disease_days=file.response.stable_disease,
        ),
        data_cut=DataCut(file.data_cut.endpoint, file.data_cut.events, file.data_cut.after),
        analysis=AnalysisPlan(
            endpoints=tuple(file.endpoints),
            stratified=_stratified(file),
            one_sided_alpha=file.analysis.one_sided_alpha,
            survival_at_months=tuple(file.analysis.survival_at),
            rmst_months=file.analysis.rmst,
        ),
        horizon_days=file.horizon,
        published=file.published,
        text=text,
        hash="",
        own_agents=tuple(own.values()),
    )
    return replace(protocol, hash=content_hash(protocol))


def _stratified(file: ProtocolFile) -> bool:
    """What the plan says, or, where it is silent, that tests are stratified as randomisation was (ICH E9, 2.3.2)."""
    said = file.analysis.stratified
    return bool(file.randomisation.strata) if said is None else said


def content_hash(protocol: Protocol) -> str:
    """SHA-256 of what the protocol says, the resolved baseline table included.

    Comments, the order of keys, the spelling of units ("6 weeks" or "42 days") and defaults that are written
    out do not matter. Of files of one's own agents the text counts.
    """
    content = asdict(protocol)
    del content["text"], content["hash"]
    if not protocol.own_agents:
        del content["own_agents"]
    if not protocol.baseline.correlations:
        del content["baseline"]["correlations"]
    for arm in content["arms"]:
        for regimen in arm["regimens"]:
            _leave_out_what_is_not_said(regimen)
        for key in ("tace", "ablation", "sequence"):
            if not arm[key]:
                del arm[key]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _leave_out_what_is_not_said(regimen: dict[str, Any]) -> None:
    """Keys that came into the format later count only where they say something: older protocols keep their hash."""
    for key in ("lighter", "cycle", "raise_to"):
        if regimen[key] is None:
            del regimen[key]
    raised = [regimen["raise_to"]["level"]] if "raise_to" in regimen else []
    for level in (*regimen["levels"], *raised):
        if not level["per_kg"]:
            del level["per_kg"]


def _eligibility(population: PopulationSection) -> Eligibility:
    ranges, levels = {}, {}
    for name, limit in population.eligibility.items():
        if isinstance(limit, RangeSection):
            ranges[name] = (limit.min, limit.max)
        else:
            levels[name] = tuple(limit)
    return Eligibility(ranges, levels)


def _arm(arm: ArmSection, own: Mapping[str, OwnAgent]) -> Arm:
    following = arm.next_line
    return Arm(
        name=arm.name,
        regimens=tuple(_regimen(agent, own) for agent in arm.agents),
        treat_until=cast(TreatUntil, arm.treat_until.replace(" ", "_")),
        next_line=None
        if following is None
        else NextLine(following.share, following.hazard_ratio, following.source),
        tace=None if arm.tace is None else _tace(arm.tace),
        ablation=None
        if arm.ablation is None
        else Ablation(arm.ablation.kind, arm.ablation.at, arm.ablation.response == "complete"),
        sequence=tuple(_stage(stage, own) for stage in arm.sequence),
    )


def _stage(stage: StageSection, own: Mapping[str, OwnAgent]) -> Stage:
    return Stage(
        give=tuple(_name(agent, own) for agent in stage.give),
        longest_days=getattr(stage, "for"),
        until_progression=stage.until is not None,
    )


def _name(agent: str, own: Mapping[str, OwnAgent]) -> str:
    """The agent's name where the file names it by its path."""
    return own[agent].name if agent in own else agent


def _tace(tace: TaceSection) -> Tace:
    return Tace(
        kind=tace.kind,
        planned_days=tuple(tace.planned),
        max_sessions=tace.max_sessions,
        repeat_days=tace.repeat or None,
        on_demand=tace.repeat is None,
        demand=tace.demand,
        wait_days=tace.wait,
        refractory_after=tace.refractory_after,
        growth_limit=tace.growth_limit,
        child_pugh_limit=tace.child_pugh_limit,
        until_symptoms=tace.until_symptoms,
        until_withdrawal=tace.until_withdrawal,
        pause_before_days=tace.pause_before,
        pause_after_days=tace.pause_after,
    )


def _regimen(agent: AgentSection, own: Mapping[str, OwnAgent]) -> Regimen:
    return Regimen(
        agent=_name(agent.agent, own),
        levels=(DoseLevel(agent.dose.mg, agent.schedule, agent.dose.per_kg), *agent.reduce_to),
        start_day=agent.start,
        interruption_days=agent.interrupt_for,
        interrupt_at_grade=agent.interrupt_at_grade,
        stop_after_last_level=agent.stop_after_last_level,
        lighter=None
        if agent.lighter is None
        else LighterDoses(agent.lighter.below, tuple(agent.lighter.doses)),
        cycle=None if agent.cycle is None else Cycle(agent.cycle.give, agent.cycle.pause),
        raise_to=None
        if agent.raise_to is None
        else Raise(
            DoseLevel(agent.raise_to.dose.mg, agent.raise_to.schedule, agent.raise_to.dose.per_kg),
            agent.raise_to.after,
        ),
    )
