"""The page of an indication map: the forest of subgroups, verdicts, ratios, what is not known and what was left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hepatrial.evidence.questions.derived_effects import DERIVED_WIDTH
from hepatrial.evidence.questions.indication_map import FactorAnswer, IndicationMap, LevelAnswer
from hepatrial.evidence.questions.indication_verdict import Finding, factor_verdict, p_words, ratio_words
from hepatrial.evidence.questions.level_effect import How
from hepatrial.figures.evidence import SubgroupFactor, SubgroupLevel, draw_subgroup_forest
from hepatrial.figures.evidence.wording import count_text
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection, PageCell, PageFigure, PageTable
from hepatrial.report.formatting import capital
from hepatrial.report.indication_record import indication_record

KNOWN = (Finding.CONFIRMED, Finding.PREDICTIVE, Finding.LEAD)
NOT_KNOWN = "not known"


def indication_output(maps: Sequence[IndicationMap], command: str) -> EvidenceOutput:
    """Everything that a folder of maps holds."""
    agents = ", ".join(dict.fromkeys(one.pair.treatment for one in maps))
    return EvidenceOutput(
        title=f"Indication map: {agents}",
        lead="Who benefits, by what was printed of subgroups: pooled over trials, compared within trials, and what "
        "nobody knows.",
        sections=tuple(_section(one) for one in maps),
        command=command,
        result={"maps": [indication_record(one) for one in maps]},
        tables={"levels": [row for one in maps for row in _level_rows(one)]},
    )


def _section(found: IndicationMap) -> EvidenceSection:
    overall = "not known" if found.overall is None else ratio_words(found.overall)
    return EvidenceSection(
        heading=capital(f"{found.pair}: {found.endpoint}"),
        explanation=(
            f"All patients: hazard ratio {overall}, {found.model} effect, trials of line {'/'.join(found.lines)}.",
            "Ratios of hazard ratios come from within trials, so that trials of different patients do not pass for "
            f"an interaction; they are adjusted by Holm for the {found.tested} that could be tested. Pooled analyses "
            "count only where their trials printed nothing of a factor.",
            *(f"Caution. {text}" for text in found.cautions),
        ),
        figures=(_forest(found),),
        tables=tuple(table for table in _tables(found) if table.rows),
        citations=found.sources,
    )


def _forest(found: IndicationMap) -> PageFigure:
    figure = draw_subgroup_forest(
        [_drawn(answer) for answer in found.factors],
        title=capital(f"{found.pair}: {found.endpoint} by subgroup"),
        overall=found.overall,
        favours=(found.pair.treatment, found.pair.control),
        adjusted_for=found.tested or None,
        notes=_notes(found),
    )
    name = re.sub(r"[^a-z0-9]+", "-", f"subgroups-{found.pair}-{found.endpoint}".lower()).strip("-")
    return PageFigure(
        name,
        f"{found.endpoint} by subgroup, {found.pair}",
        f"Hazard ratios with 95 % intervals by subgroup, from {_reports_words(found)}; diamond: all patients. "
        "Patients are those of a level in the randomised trials, as far as their tables say. Sources are listed under "
        "the tables.",
        figure,
    )


def _reports_words(found: IndicationMap) -> str:
    reports = {one.trial for answer in found.factors for level in answer.levels for one in level.effects}
    return count_text(len(reports), "report")


def _notes(found: IndicationMap) -> tuple[str, ...]:
    hows = {one.how for answer in found.factors for level in answer.levels for one in level.effects}
    said = {
        How.COMBINED: "Combined: put together from printed groups without a patient in common.",
        How.DERIVED: "Derived: not printed; what the whole trial leaves beside the other level, its interval widened "
        f"{DERIVED_WIDTH:g} times.",
        How.WHOLE_TRIAL: "Whole trial: a trial that only such patients could enter is among them.",
    }
    notes = [text for how, text in said.items() if how in hows]
    tested = [
        f"{answer.factor.name}: p of the authors' test on their patients, not of the printed ratios."
        for answer in found.factors
        if any(one.published is not None for one in answer.contrasts)
    ]
    return (*notes, *tested)


def _drawn(answer: FactorAnswer) -> SubgroupFactor:
    """The factor as it is drawn: the levels of the first contrast that was tested, then others that tell something."""
    contrast = next((one for one in answer.contrasts if one.within is not None), answer.contrasts[0])
    first = [contrast.first, contrast.second]
    others = [one.level for one in answer.levels if one.level not in first and _tells(one)]
    return SubgroupFactor(
        capital(answer.factor.name),
        tuple(_drawn_level(answer.level(name), answer) for name in [*first, *others]),
        interaction=contrast.within,
        p_interaction=contrast.p,
        p_adjusted=contrast.p_adjusted,
    )


def _tells(level: LevelAnswer) -> bool:
    return level.estimate is not None or level.seen.patients is not None


def _drawn_level(level: LevelAnswer, answer: FactorAnswer) -> SubgroupLevel:
    hows = [one.how.value for one in level.effects if one.how is not How.PRINTED]
    label = f"{level.level} ({', '.join(dict.fromkeys(hows))})" if hows else level.level
    bare = tuple(row.hr for row in answer.left_out if row.level == level.level and row.ci is None)
    return SubgroupLevel(
        label, level.estimate, len(level.effects), level.seen.patients, without_interval=bare
    )


def _tables(found: IndicationMap) -> tuple[PageTable, ...]:
    return (
        _verdicts(found),
        _by_trial(found),
        _ratios(found),
        _closing(found),
        _described(found),
        _left_out(found),
    )


def _verdicts(found: IndicationMap) -> PageTable:
    rows = []
    for answer in found.factors:
        verdict = factor_verdict(answer, found.assumed, found.names)
        cell = PageCell(verdict.finding.value, strong=verdict.finding in KNOWN)
        rows.append((capital(answer.factor.name), cell, verdict.sentence))
    return PageTable(
        "What each factor tells",
        ("factor", "finding", "verdict"),
        tuple(rows),
        note="Predictive: differs from 1 at 5 % after Holm, both levels printed. Confirmed: a further trial of one "
        "level alone shows it. A lead: before Holm only, or one level not printed.",
        text_columns=3,
    )


def _by_trial(found: IndicationMap) -> PageTable:
    rows = [
        (
            capital(answer.factor.name),
            level.level,
            found.names.get(one.trial, one.trial),
            f"{one.effect.hr:.2f} (SE of log {one.effect.std_error:.3f})",
            one.how.value,
            f"{one.reason}{f'; patients: {one.population}' if one.population else ''}",
        )
        for answer in found.factors
        for level in answer.levels
        for one in level.effects
    ]
    head = ("factor", "level", "report", "hazard ratio", "how", "why it is this level")
    return PageTable("Trial by trial", head, tuple(rows), text_columns=6)


def _ratios(found: IndicationMap) -> PageTable:
    rows = []
    for answer in found.factors:
        for one in answer.contrasts:
            if one.within is None and one.across is None:
                continue
            rows.append(
                (
                    capital(f"{answer.factor.name}: {one.first} to {one.second}"),
                    ", ".join(found.names.get(study, study) for study, _ in one.trials),
                    NOT_KNOWN if one.within is None else ratio_words(one.within),
                    "" if one.within is None else p_words(one.within.p).removeprefix("p "),
                    "" if one.published is None else p_words(one.published.p).removeprefix("p "),
                    "" if one.p_adjusted is None else p_words(one.p_adjusted).removeprefix("p "),
                    "" if one.across is None else ratio_words(one.across),
                )
            )
    return PageTable(
        "Ratios of hazard ratios",
        ("levels", "trials", "within trials", "p", "p, authors", "p, Holm", "across trials only"),
        tuple(rows),
        note="p, authors: of a test of the interaction that a report made on its patients; it stands in place of the p "
        "from the printed ratios, and Holm adjusts it. Across trials, patients differ by more than the factor: shown "
        "where different trials give the levels, and never tested.",
        text_columns=2,
    )


def _closing(found: IndicationMap) -> PageTable:
    rows = []
    for answer in found.factors:
        if factor_verdict(answer, found.assumed).finding not in (Finding.OPEN, Finding.NOT_KNOWN):
            continue
        for one in answer.contrasts:
            size = one.closing
            natural = "" if size.natural_patients is None else f"{size.natural_patients:,}"
            rows.append(
                (
                    capital(f"{answer.factor.name}: {one.first}, {one.second}"),
                    _seen(answer.level(one.first)),
                    _seen(answer.level(one.second)),
                    f"{size.interaction_events:,} events, {size.interaction_patients:,} patients",
                    natural,
                    f"{size.level_events:,} events, {size.level_patients:,} patients",
                )
            )
    assumed = found.assumed
    return PageTable(
        "What is not known, and the trial that would tell",
        (
            "levels",
            "patients of the first",
            "of the second",
            f"ratio of {assumed.ratio:g}, half the events in each",
            "patients as they come",
            f"HR {assumed.hr:g} in one level alone",
        ),
        tuple(rows),
        note=f"Assumed, not known: power {assumed.power:.0%} at one-sided {assumed.one_sided_alpha:g}, 1:1, "
        f"proportional hazards, {assumed.event_share:.0%} of patients with the event. Patients as they come: all "
        "patients of a trial that takes the levels in the shares of earlier trials.",
    )


def _seen(level: LevelAnswer) -> str:
    return NOT_KNOWN if level.seen.patients is None else f"{level.seen.patients:,} of {level.seen.of:,}"


def _described(found: IndicationMap) -> PageTable:
    rows = [
        (
            f"{row.level}: {row.name}",
            row.treatment,
            row.design,
            "not confirmed" if row.n is None else f"{row.n:,}",
            f"{row.os_median_months:.1f}",
        )
        for answer in found.factors
        for row in answer.described
    ]
    return PageTable(
        "Described, without an effect",
        ("level, source", "treatment", "design", "patients", "median OS, months"),
        tuple(rows),
        note="Medians without a control, or without a ratio: how long such patients live, not what the treatment does.",
        text_columns=3,
    )


def _left_out(found: IndicationMap) -> PageTable:
    printed = [row for answer in found.factors for row in answer.left_out] + list(found.not_mapped)
    rows = [
        (
            f"{found.names.get(row.trial, row.trial)}: {row.factor} {row.group}",
            f"{row.hr:g}" + ("" if row.ci is None else f" ({row.ci[0]:g} to {row.ci[1]:g})"),
            row.reason,
        )
        for row in printed
    ]
    return PageTable(
        "Printed, but not counted", ("subgroup", "hazard ratio", "why not"), tuple(rows), text_columns=3
    )


def _level_rows(found: IndicationMap) -> list[dict[str, object]]:
    """A row a level: what ``levels.csv`` holds."""
    rows = []
    for answer in found.factors:
        for level in answer.levels:
            hr, low, high = (None, None, None) if level.estimate is None else level.estimate.ratio
            rows.append(
                {
                    "treatment": found.pair.treatment,
                    "control": found.pair.control,
                    "endpoint": found.endpoint,
                    "factor": answer.factor.key,
                    "level": level.level,
                    "hr": hr,
                    "hr_low": low,
                    "hr_high": high,
                    "trials": len(level.effects),
                    "patients_seen": level.seen.patients,
                    "patients_of_whom_known": level.seen.of,
                }
            )
    return rows
