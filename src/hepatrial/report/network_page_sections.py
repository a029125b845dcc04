"""Parts of a network's page beyond the effects: graph, league table, ranks, agreement with itself."""

from __future__ import annotations

from hepatrial.evidence.questions.networks import NetworkAnswer
from hepatrial.figures.evidence import (
    READING,
    draw_league_table,
    draw_network_graph,
    draw_node_splits,
    draw_rankogram,
    draw_scores,
)
from hepatrial.figures.evidence.wording import count_text, p_text
from hepatrial.report.evidence_page import EvidenceSection, PageFigure, PageTable, league_page_table
from hepatrial.report.formatting import MISSING

LARGEST_LEAGUE_PICTURE = 16
"""Treatments up to which a league table is legible as a picture; the page has it as a table, the picture is a file."""


def graph_section(found: NetworkAnswer) -> EvidenceSection:
    """Who was compared with whom, and what was taken as one treatment."""
    network = found.analysis.network
    rows = tuple(
        (
            name,
            "; ".join(f"{arm.study}: {arm.arm}{f', {arm.dose}' if arm.dose else ''}" for arm in arms),
            _patients(found, name),
        )
        for name, arms in found.arms.items()
    )
    return EvidenceSection(
        heading="Who was compared with whom",
        explanation=(
            "Treatments are named by what was active; doses and a placebo given beside something active do not tell "
            "them apart.",
        ),
        figures=(
            PageFigure(
                "network",
                "The network",
                f"Circles: treatments. Lines: the comparisons of {_trials(found)}, whose sources are listed under "
                f"Against {found.analysis.reference}.",
                draw_network_graph(
                    network, title=f"{found.endpoint}, line {found.line}", patients=found.patients
                ),
            ),
        ),
        tables=(
            PageTable(
                "What was taken as one treatment",
                ("treatment", "arms", "patients"),
                rows,
                note=""
                if all(row[-1] != MISSING for row in rows)
                else f"{MISSING}: patients of an arm are not confirmed.",
                text_columns=2,
            ),
        ),
    )


def _trials(found: NetworkAnswer) -> str:
    return count_text(len(found.analysis.network.trials), "randomised trial")


def _patients(found: NetworkAnswer, name: str) -> str:
    sizes = [arm.patients for arm in found.arms[name]]
    return MISSING if None in sizes else f"{sum(size for size in sizes if size is not None):,}"


def league_section(found: NetworkAnswer) -> EvidenceSection:
    """All pairs."""
    analysis = found.analysis
    figures = ()
    if len(analysis.league.treatments) <= LARGEST_LEAGUE_PICTURE:
        figures = (
            PageFigure(
                "league",
                "League table",
                f"All treatments against each other, from {_trials(found)}. {READING}",
                draw_league_table(analysis.league, analysis.direct, title="League table"),
                on_page=False,
            ),
        )
    return EvidenceSection(
        heading="All against all",
        explanation=(
            "Every pair, from direct and indirect evidence together and from direct evidence alone.",
        ),
        figures=figures,
        tables=(league_page_table(analysis.league, analysis.direct, caption="League table"),),
    )


def rank_section(found: NetworkAnswer) -> EvidenceSection:
    """P-scores, and with a prior SUCRA and the probabilities of ranks."""
    scores = {"P-score": found.analysis.p_scores}
    if found.bayesian is not None:
        scores["SUCRA"] = dict(found.bayesian.sucra)
    figures = [
        PageFigure(
            "scores",
            "Scores of ranks",
            f"From 0 to 1, where 1 is best for certain; from {_trials(found)}. P-score: mean certainty of being "
            "better than another treatment; SUCRA: the same with a prior.",
            draw_scores(scores, title="Scores of ranks"),
        )
    ]
    if found.bayesian is not None:
        figures.append(
            PageFigure(
                "ranks",
                "Probabilities of ranks",
                f"Under the prior {found.bayesian.prior}, from {_trials(found)}. Rank 1 is best.",
                draw_rankogram(found.bayesian.ranks, found.bayesian.sucra, title="Probabilities of ranks"),
            )
        )
    return EvidenceSection(
        heading="Ranks",
        explanation=(
            "Ranks order treatments even where none differs from another: read them beside the intervals.",
        ),
        figures=tuple(figures),
    )


def agreement_section(found: NetworkAnswer) -> EvidenceSection | None:
    """Q by part and node splits; None without degrees of freedom."""
    analysis = found.analysis
    q = analysis.q
    if q.total.df == 0:
        return None
    parts = (("all", q.total), ("within designs", q.within), ("between designs", q.between))
    rows = [
        (name, f"{part.q:.2f}", str(part.df), p_text(part.p) if part.df else MISSING) for name, part in parts
    ]
    if q.between_over_within is not None:
        f = q.between_over_within
        rows.append(("between over within", f"F {f.f:.2f}", f"{f.df} and {f.df_within}", p_text(f.p)))
    rows += [
        (f"within {name}", f"{part.q:.2f}", str(part.df), p_text(part.p))
        for name, part in q.by_design.items()
    ]
    figures = ()
    if analysis.splits:
        figures = (
            PageFigure(
                "direct-indirect",
                "Direct against indirect evidence",
                "Every comparison that has direct and independent indirect evidence, with the test that they agree.",
                draw_node_splits(analysis.splits, title="Direct against indirect evidence"),
            ),
        )
    return EvidenceSection(
        heading="Does the network agree with itself?",
        explanation=(
            "Q within designs is heterogeneity between trials of the same arms, Q between designs inconsistency. The "
            "latter takes effects as the same in all trials of a design: where they vary, heterogeneity passes for "
            "inconsistency, and the F of between over within is the test to read. Splits of one loop are one test seen "
            "from several sides.",
        ),
        figures=figures,
        tables=(PageTable("Where Q comes from", ("part", "Q", "degrees of freedom", "p"), tuple(rows)),),
    )
