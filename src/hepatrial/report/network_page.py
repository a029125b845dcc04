"""The page of a network: forest against the reference, league table, graph, ranks, agreement, what does not count."""

from __future__ import annotations

from hepatrial.evidence.questions.networks import NetworkAnswer
from hepatrial.figures.evidence import (
    draw_network_forest,
)
from hepatrial.figures.evidence.wording import count_text, heterogeneity_text
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import (
    EvidenceSection,
    PageCell,
    PageFigure,
    PageTable,
)
from hepatrial.report.evidence_rows import flat_counted_rows, left_out_rows
from hepatrial.report.evidence_sections import (
    caution_section,
    left_out_section,
    page_citations,
    patients_text,
    printed_level,
    printed_ratio,
    trials_words,
)
from hepatrial.report.formatting import MISSING, capital
from hepatrial.report.network_page_sections import (
    agreement_section,
    graph_section,
    league_section,
    rank_section,
)
from hepatrial.report.network_record import against_rows, league_rows, network_record


def network_output(found: NetworkAnswer, command: str) -> EvidenceOutput:
    """Everything that a folder with a network holds."""
    network = found.analysis.network
    sections = [
        _effects_section(found),
        caution_section(found.cautions, found.analysis.not_done),
        graph_section(found),
        league_section(found),
        rank_section(found),
        agreement_section(found),
        left_out_section(found.trials),
    ]
    return EvidenceOutput(
        title=f"Network: {found.endpoint}, line {found.line}",
        lead=f"{count_text(len(network.treatments), 'treatment')} in "
        f"{count_text(len(network.trials), 'published trial')}, compared directly and by way of others.",
        sections=tuple(section for section in sections if section is not None),
        command=command,
        result=network_record(found),
        tables={
            "studies": flat_counted_rows(found.trials.counted),
            "against_reference": _flat(against_rows(found)),
            "league": [
                {key: value for key, value in row.items() if key != "direct"}
                for row in _flat(league_rows(found))
            ],
            "left_out": left_out_rows(found.trials.left_out),
        },
    )


def _effects_section(found: NetworkAnswer) -> EvidenceSection:
    analysis = found.analysis
    reference = analysis.reference
    spread = (analysis.random or analysis.common).heterogeneity
    figures = [
        PageFigure(
            "forest",
            f"All treatments against {reference}",
            f"{found.endpoint}, line {found.line}: hazard ratios against {reference} with 95 % intervals, from "
            f"{trials_words(found.trials.counted)}; {analysis.model.value} effects. Direct trials: those of just these "
            "two. Sources are listed under the tables.",
            draw_network_forest(
                analysis.lead, reference, title=f"{found.endpoint}, line {found.line}, against {reference}"
            ),
        )
    ]
    if found.bayesian is not None:
        figures.append(
            PageFigure(
                "forest-bayesian",
                f"All treatments against {reference}, with a prior on heterogeneity",
                f"{capital(trials_words(found.trials.counted))} with a prior on τ ({found.bayesian.prior}): "
                "medians with 95 % credible intervals; thin lines: where the effect of a further trial may lie.",
                draw_network_forest(
                    found.bayesian.fit,
                    reference,
                    title=f"{found.endpoint}, line {found.line}, against {reference}, with a prior",
                ),
            )
        )
    return EvidenceSection(
        heading=f"Against {reference}",
        explanation=(
            f"{analysis.model.value.capitalize()} effects lead, {analysis.why_model}.",
            heterogeneity_text(spread, of="Heterogeneity and inconsistency", common=analysis.random is None),
        ),
        figures=tuple(figures),
        tables=(_study_table(found), *_prior_tables(found)),
        citations=(*page_citations(found.trials), *_prior_sources(found)),
    )


def _study_table(found: NetworkAnswer) -> PageTable:
    rows = []
    for one in found.trials.counted:
        rows.append(
            (
                one.effect.study,
                f"{one.effect.arm} v {one.effect.control}",
                one.comparison.name,
                str(one.year or MISSING),
                patients_text(one),
                printed_ratio(one),
                printed_level(one),
            )
        )
    return PageTable(
        "Trials that count",
        ("trial", "compares", "report", "year", "patients", "hazard ratio", "level"),
        tuple(rows),
        note="Level taken: no source states it.",
        text_columns=3,
    )


def _prior_tables(found: NetworkAnswer) -> tuple[PageTable, ...]:
    record = network_record(found)["bayesian"]
    if record is None:
        return ()
    second = record["against_reference_second_prior"]
    return (
        PageTable(
            f"Against {found.analysis.reference}, with two priors on τ",
            (
                "treatment",
                record["prior"],
                "in a further trial",
                record["second_prior"],
                "P(HR < 1)",
                "SUCRA",
            ),
            tuple(
                (
                    name,
                    _ratio(row),
                    f"{row['prediction'][0]:.2f} to {row['prediction'][1]:.2f}",
                    _ratio(second[name]),
                    f"{row['probability_below_1']:.3f}",
                    f"{record['sucra'][name]:.2f}",
                )
                for name, row in record["against_reference"].items()
            ),
            note="Medians and 95 % credible intervals. The probability and SUCRA are under the first prior.",
        ),
    )


def _prior_sources(found: NetworkAnswer) -> tuple[str, ...]:
    if found.bayesian is None:
        return ()
    return (found.bayesian.fit.prior.source, found.bayesian.second.prior.source)


def _flat(rows: list[dict]) -> list[dict]:
    """Rows for a table of text: limits in columns of their own, lists of trials joined."""
    return [
        {
            key: "; ".join(value) if key == "direct_trials" else value
            for key, value in row.items()
            if key not in ("ci", "prediction")
        }
        | {
            "hr_low": row["ci"][0],
            "hr_high": row["ci"][1],
            "prediction_low": row["prediction"][0] if row["prediction"] else None,
            "prediction_high": row["prediction"][1] if row["prediction"] else None,
        }
        for row in rows
    ]


def _ratio(row: dict) -> PageCell:
    low, high = row["ci"]
    return PageCell(f"{row['hr']:.2f} ({low:.2f} to {high:.2f})", not low <= 1 <= high)
