"""Everything that the page's templates show, by name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from typing import Any

from hepatrial.analysis import baseline_table
from hepatrial.analysis.causes import FEWEST_EVENTS
from hepatrial.analysis.twin_effects import QUANTILES
from hepatrial.evidence.references import Reference, bibliography, keys_in, references
from hepatrial.figures.covariate_names import covariate_name
from hepatrial.patients.baseline import shares_beside
from hepatrial.quantities import Quantity
from hepatrial.report.agreement import agreement_rows
from hepatrial.report.analyses import endpoints_in_order
from hepatrial.report.baseline_sources import baseline_sources, changed_table
from hepatrial.report.citations import citation_of_source
from hepatrial.report.design_rows import design_rows
from hepatrial.report.drawn_figures import DrawnFigure
from hepatrial.report.figure_list import Shown
from hepatrial.report.finding_rows import finding_rows
from hepatrial.report.fit_record import fit_record
from hepatrial.report.outlook_tables import draw_tables
from hepatrial.report.run_reserve import FEWEST_PATIENTS
from hepatrial.report.simulated_findings import Source
from hepatrial.report.table_columns import described_tables
from hepatrial.report.verdicts import RULES
from hepatrial.trialdata import ENDPOINTS
from hepatrial.units import DAYS_PER_MONTH
from hepatrial.virtual_trial import VirtualTrial

METHODS = ("eisenhauer2009", "lencioni2010", "johnson2015", "hahnfeldt1999")
CAUSES_OF_RESISTANCE = {
    "selection": "selection of cells that were resistant at the start",
    "angiogenic_escape": "angiogenic escape through other growth factors",
    "rewiring": "rewiring of signalling in the tumour cell",
    "falling_exposure": "exposure that falls over time on treatment",
}


def page_content(shown: Shown, summary: dict[str, Any], figures: tuple[DrawnFigure, ...]) -> dict[str, Any]:
    """The names that the templates use."""
    result, protocol = shown.result, shown.result.protocol
    agreement = agreement_rows(summary, protocol)
    sources = {arm.name: Source(result, shown.trial, arm.name) for arm in protocol.arms}
    findings = finding_rows(summary["published"], sources, protocol)
    fit = fit_record(result.parameters)
    quantities = parameters_used(result)
    return {
        "summary": summary,
        "protocol": protocol,
        "design": design_rows(protocol),
        "agreement": agreement,
        "findings": findings,
        "failures": [row.failure for row in (*agreement, *findings) if row.misses],
        "rules": RULES,
        "drawn": shown.drawn,
        "draw_tables": draw_tables(shown.drawn),
        "evidence": shown.evidence,
        "evidence_sources": [
            (one.comparison.name, citation_of_source(one.comparison.source)) for one in shown.evidence.trials
        ],
        "trial": shown.trial,
        "fewest_events": FEWEST_EVENTS,
        "unplanned": endpoints_in_order(protocol)[len(protocol.analysis.endpoints) :],
        "stratification": "stratified" if protocol.analysis.stratified else "not stratified",
        "n_trial": len(result.trial),
        "arms": result.trial.arms,
        "cut_day": result.trial.cut_day,
        "expected_cut_day": result.population.cut_day,
        "days_per_month": DAYS_PER_MONTH,
        "replicates": shown.replicates,
        "twins": shown.twins,
        "quantiles": QUANTILES,
        "reserve": shown.reserve,
        "fewest_in_group": FEWEST_PATIENTS,
        "causes_of_death": ENDPOINTS["OS"][1:],
        "baseline": _baseline_rows(result),
        "has_published_shares": bool(shares_beside(protocol)),
        "baseline_sources": baseline_sources(protocol.baseline),
        "changed": changed_table(protocol.baseline),
        "switched_off": [
            CAUSES_OF_RESISTANCE.get(field.name, field.name)
            for field in fields(result.work.switches)
            if not getattr(result.work.switches, field.name)
        ],
        "parameters": quantities,
        "grades": Counter(quantity.grade for quantity in quantities.values()),
        "fit": fit,
        "unfitted": [target for target in fit.targets if target.missed],
        "tables": described_tables(_tables(result)),
        "papers": papers_behind(result),
        "sections": _by_section(figures),
    }


def parameters_used(result: VirtualTrial) -> dict[str, Quantity]:
    """The population parameters that the run depends on: those of procedures only where an arm has one."""
    return {
        name: quantity
        for name, quantity in result.parameters.quantities.items()
        if result.protocol.locoregional or not name.startswith(("tace.", "ablation."))
    }


def papers_behind(result: VirtualTrial) -> tuple[Reference, ...]:
    """The papers behind exactly this run: its agents', its parameters', its methods'."""
    texts = [quantity.source for quantity in parameters_used(result).values()]
    for agent in result.work.agents:
        texts += [quantity.source for _, quantity in agent.quantities()]
    keys = {key for text in texts for key in keys_in(text)} | set(METHODS)
    return references(sorted(key for key in keys if key in bibliography()))


def _tables(result: VirtualTrial) -> dict[str, Any]:
    return result.trial.tables() | {
        "virtual_patients": result.population.subjects,
        "virtual_patients_best": result.population.best,
    }


def _baseline_rows(result: VirtualTrial) -> list[dict[str, Any]]:
    """Table one: the trial's arms, all virtual patients, and the published shares."""
    everybody = {
        (row.covariate, row.level): row.cells[result.population.arms[0]]
        for row in baseline_table(result.population, result.population.arms[:1])
    }
    shares = shares_beside(result.protocol)
    return [
        {
            "name": covariate_name(row.covariate, row.level),
            "is_number": row.level is None,
            "cells": [row.cells[arm] for arm in result.trial.arms],
            "everybody": everybody.get((row.covariate, row.level)),
            "published": shares.get(f"{row.covariate} {row.level}", (None, ""))[0],
            "source": shares.get(f"{row.covariate} {row.level}", (None, ""))[1],
            "of": share_of(shares.get(f"{row.covariate} {row.level}", (None, ""))[1]),
            "difference": row.difference,
        }
        for row in baseline_table(result.trial)
    ]


def share_of(source: str) -> str:
    """Whose share a published one is: of the arm that its source names, else of the whole trial."""
    named = re.search(r"(\S+) arm\b", source)
    return f"{named.group(1)} arm" if named else "whole trial" if source else ""


def _by_section(figures: tuple[DrawnFigure, ...]) -> dict[str, list[DrawnFigure]]:
    found: dict[str, list[DrawnFigure]] = {
        name: []
        for name in (
            "result",
            "evidence",
            "trial",
            "causes",
            "courses",
            "replicates",
            "draws",
            "baseline",
            "twins",
            "reserve",
            "model",
        )
    }
    for figure in figures:
        found[figure.figure.section].append(figure)
    return found
