"""What was asked and how it was simulated: the protocol in rows of a table."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.figures.covariate_names import covariate_name
from hepatrial.protocol.design import (
    Ablation,
    AnalysisPlan,
    Arm,
    DoseLevel,
    Eligibility,
    Protocol,
    Regimen,
    Stage,
    Tace,
)
from hepatrial.protocol.dosing_text import time_text
from hepatrial.report.formatting import counted
from hepatrial.units import DAYS_PER_MONTH

SCHEDULES = {0.5: "twice daily", 1.0: "once daily", 2.0: "every other day", 7.0: "weekly"}
UNTIL = {
    "progression": "progression",
    "radiologic_and_symptomatic_progression": "radiologic and symptomatic progression",
    "untreatable_progression": "untreatable progression",
    "death": "death",
}


def design_rows(protocol: Protocol) -> tuple[tuple[str, str], ...]:
    """(what, how) of a protocol, in the order of a trial's life."""
    return (
        ("Population", f"Baseline table {protocol.baseline.name}; {_eligibility(protocol.eligibility)}"),
        *(
            (f"Arm: {arm.name}", _arm(arm, bool(protocol.comparisons) and arm.name == protocol.control))
            for arm in protocol.arms
        ),
        ("Randomisation", _randomisation(protocol)),
        ("Accrual", _accrual(protocol)),
        ("Visits", _visits(protocol)),
        ("Response", _response(protocol)),
        ("Data cut", _cut(protocol)),
        ("Analysis plan", _plan(protocol)),
        ("Horizon", f"Patients are simulated for {_months(protocol.horizon_days)} after randomisation"),
    )


def _months(days: float) -> str:
    return counted(float(f"{days / DAYS_PER_MONTH:.3g}"), "month")


def _eligibility(rules: Eligibility) -> str:
    parts = list(_limits(rules))
    return "eligible: " + "; ".join(parts) if parts else "no limits on eligibility"


def _limits(rules: Eligibility) -> Iterator[str]:
    for name, (low, high) in rules.ranges.items():
        shown = covariate_name(name)
        if low is not None and high is not None:
            yield f"{shown} {low:g} to {high:g}"
        elif low is not None:
            yield f"{shown} at least {low:g}"
        elif high is not None:
            yield f"{shown} at most {high:g}"
    for name, levels in rules.levels.items():
        yield f"{covariate_name(name)}: {', '.join(levels)}"


def _arm(arm: Arm, control: bool) -> str:
    given = "; ".join(_regimen(regimen) for regimen in arm.regimens) or "no active agent"
    text = f"{given}. Treated until {UNTIL[arm.treat_until]}."
    if arm.sequence:
        text += f" In sequence: {'; then '.join(_stage(stage) for stage in arm.sequence)}."
    if arm.tace is not None:
        text += f" {_tace(arm.tace)}"
    if arm.ablation is not None:
        text += f" {_ablation(arm.ablation)}"
    if arm.next_line is not None:
        text += (
            f" Next line in {100 * arm.next_line.share:.0f} %, hazard ratio {arm.next_line.hazard_ratio:g}"
            f" (source: {arm.next_line.source})."
        )
    return f"{text} Control." if control else text


def _stage(stage: Stage) -> str:
    text = " with ".join(stage.give) or "a rest"
    if stage.until_progression:
        text += " until progression"
        return text + (f", for {stage.longest_days:g} days at most" if stage.longest_days else "")
    return text + (f" for {stage.longest_days:g} days" if stage.longest_days else "")


def _tace(tace: Tace) -> str:
    days = ", ".join(f"{day:g}" for day in tace.planned_days)
    text = f"Embolisation ({tace.kind}) on day {days}"
    if tace.on_demand:
        text += f", then where {tace.demand}"
        text += f", {tace.wait_days:g} days after the scan" if tace.wait_days else ""
    elif tace.repeat_days:
        text += f", then every {tace.repeat_days:g} days"
    text += (
        f"; at most {counted(tace.max_sessions, 'session')}, Child-Pugh score up to {tace.child_pugh_limit}"
    )
    if tace.refractory_after:
        text += f"; given up after {tace.refractory_after} without response, one after another"
    if tace.growth_limit is not None:
        text += f", or growth of the viable area by {100 * tace.growth_limit:g} %"
    if tace.until_symptoms:
        text += ", or once symptoms are worse"
    if tace.until_withdrawal:
        text += ", or once the agents are withdrawn for an adverse event"
    if tace.pause_before_days or tace.pause_after_days:
        text += f"; no agent {tace.pause_before_days:g} days before and {tace.pause_after_days:g} days after"
    return text + "."


def _ablation(ablation: Ablation) -> str:
    what = "Resection" if ablation.kind == "resection" else "Thermal ablation"
    who = ", of patients with a complete response" if ablation.always_complete else ""
    return f"{what} on day {ablation.day:g}{who}."


def _regimen(regimen: Regimen) -> str:
    first, *lower = (_level(level) for level in regimen.levels)
    text = f"{regimen.agent} {first}"
    if regimen.start_day:
        text += f" from day {regimen.start_day:g}"
    text += (
        f"; adverse events of grade {regimen.interrupt_at_grade} or more interrupt it for "
        f"{regimen.interruption_days:g} days"
    )
    if lower:
        text += f"; dose levels below: {', '.join(lower)}"
    if regimen.lighter is not None:
        lighter = ", then ".join(map(_level, regimen.lighter.levels))
        text += f"; patients below {regimen.lighter.below_kg:g} kg: {lighter}"
    if regimen.cycle is not None:
        text += f"; {regimen.cycle.on_days:g} days on, {regimen.cycle.off_days:g} days off"
    if regimen.raise_to is not None:
        text += (
            f"; raised to {_level(regimen.raise_to.level)} after {regimen.raise_to.after_days:g} days without an "
            "interruption"
        )
    return text


def _level(level: DoseLevel) -> str:
    schedule = SCHEDULES.get(level.interval_days, f"every {level.interval_days:g} days")
    return f"{level.dose_mg:g} mg{'/kg' if level.per_kg else ''} {schedule}"


def _randomisation(protocol: Protocol) -> str:
    plan = protocol.randomisation
    if not protocol.comparisons:
        return f"{protocol.size} patients in one arm: nobody is randomised"
    ratio = " : ".join(map(str, plan.ratio))
    strata = ", ".join(covariate_name(name) for name in plan.strata) or "none"
    return f"{protocol.size} patients, {ratio}, permuted blocks of {plan.block_size}; strata: {strata}"


def _accrual(protocol: Protocol) -> str:
    plan = protocol.accrual
    pace = "uniform" if plan.shape == 1.0 else f"share enrolled by t = (t/duration)^{plan.shape:g}"
    lost = (
        f"{100 * plan.drop_out_per_month:g} % drop out a month" if plan.drop_out_per_month else "no drop-out"
    )
    return f"{_months(plan.duration_days)}, {pace}; {lost}"


def _visits(protocol: Protocol) -> str:
    visits = protocol.visits
    source = f" (source: {visits.scan_source})" if visits.scan_source else ""
    return (
        f"Clinic and laboratory every {visits.clinic_interval_days:g} days, imaging every "
        f"{visits.scan_interval_days:g} days{source}"
    )


def _response(protocol: Protocol) -> str:
    rule = protocol.response
    return (
        f"Progression by {rule.progression}; reported by {', '.join(rule.reported)}. Response is confirmed after at "
        f"least {rule.confirmation_days:g} days; stable disease lasts at least {rule.stable_disease_days:g} days"
    )


def _cut(protocol: Protocol) -> str:
    plan = protocol.data_cut
    if plan.events is not None:
        return f"At {plan.events} events of {plan.endpoint}"
    return f"{time_text(plan.day)} after enrolment opened"


def _tests(plan: AnalysisPlan) -> str:
    strata = "stratified by the strata of randomisation" if plan.stratified else "not stratified"
    return (
        f"log-rank test and Cox model {strata}; one-sided level {plan.one_sided_alpha:g}, nominal: no interim boundary "
        "and no correction for several endpoints"
    )


def _plan(protocol: Protocol) -> str:
    plan = protocol.analysis
    *first, last = plan.survival_at_months or (None,)
    months = ", ".join([*(f"{month:g}" for month in first), counted(last, "month")]) if last else ""
    text = f"{', '.join(plan.endpoints)}; {_tests(plan) if protocol.comparisons else 'one arm, no test'}"
    text += f"; survival at {months}" if months else ""
    return (
        f"{text}; restricted mean within {counted(plan.rmst_months, 'month')}" if plan.rmst_months else text
    )
