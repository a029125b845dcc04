"""Tables of a validation: scores beside rivals, misses, what is not scored, parts of the uncertainty."""

from __future__ import annotations

from hepatrial.report.evidence_page import PageCell, PageTable
from hepatrial.report.formatting import MISSING
from hepatrial.report.validation_figures import short_name
from hepatrial.report.validation_record import comparison_row
from hepatrial.report.validation_verdict import RIVAL_NAMES
from hepatrial.validation import Coverage, PointScore, PredictedComparison, Summary, Validation

EDGE = 1.28
"""Standardised error of an estimate at the edge of an 80 % interval of a normal distribution."""


def scores_table(caption: str, summary: Summary) -> PageTable:
    """The model, its rivals and a perfect predictor; the lowest chi-squared stands out."""
    best = min(summary.model.chi2, *(score.chi2 for score in summary.rivals.values()))

    def row(name: str, score: PointScore) -> tuple[str | PageCell, ...]:
        lowest = score.chi2 == best
        return name, f"{score.rmse_log_hr:.3f}", PageCell(f"{score.chi2:.1f}", strong=lowest)

    perfect = summary.perfect
    return PageTable(
        caption,
        ("predictor", "RMSE of log HR", f"chi-squared ({summary.n} estimates)"),
        (
            row("the model", summary.model),
            *(row(RIVAL_NAMES[name], score) for name, score in summary.rivals.items()),
            ("sampling error alone, on average", f"{perfect.rmse_log_hr:.3f}", f"{perfect.chi2:.1f}"),
        ),
        note=f"Inside the model's intervals: {'; '.join(map(_covered, summary.coverage))}. Mean log predictive density "
        f"{summary.log_score:.2f}. Bold: the lowest chi-squared.",
    )


def _covered(one: Coverage) -> str:
    low, high = one.ci
    return (
        f"{one.percent:g} %: {one.inside} of {one.n} ({one.share:.0%}, 95 % interval {low:.0%} to {high:.0%})"
    )


def not_scored_table(answer: Validation) -> PageTable:
    """Ratios that are shown only, with the reason."""
    return PageTable(
        "Shown and not scored",
        ("trial", "endpoint", "published HR", "why"),
        tuple(
            (short_name(one.of.record), one.of.endpoint, f"{one.published.hr:.2f}", one.published.not_scored)
            for one in answer.comparisons
            if not one.published.scored
        ),
        text_columns=4,
    )


def misses_table(answer: Validation) -> PageTable:
    """All scored estimates, the one that is furthest off first."""
    scored = [one for one in answer.comparisons if one.published.scored]
    ordered = sorted(scored, key=lambda one: -abs(one.scored().standardised_error))
    head = ("trial", "endpoint", "use", "published", "predicted (80 %)", "standardised error")
    return PageTable(
        "Misses", (*head, *RIVAL_NAMES.values()), tuple(_miss(one) for one in ordered), text_columns=3
    )


def _miss(one: PredictedComparison) -> tuple[str | PageCell, ...]:
    row, error = comparison_row(one), one.scored().standardised_error
    low, high = row["predicted_ci80"]
    return (
        short_name(one.of.record),
        one.of.endpoint,
        one.of.use,
        f"{one.published.hr:.2f}",
        f"{row['predicted_hr']:.2f} ({low:.2f} to {high:.2f})",
        PageCell(f"{error:+.2f}", strong=not one.scored().inside(80)),
        *(f"{row['rivals'][name]:.2f}" for name in RIVAL_NAMES),
    )


def parts_table(answer: Validation) -> PageTable:
    """Standard deviations on the log scale, each part apart."""
    return PageTable(
        "Parts of the uncertainty",
        (
            "trial",
            "endpoint",
            "agents",
            "parameters",
            "between trials",
            "sampling",
            "Monte-Carlo error",
        ),
        tuple(_parts(one) for one in answer.comparisons),
        text_columns=2,
    )


def _parts(one: PredictedComparison) -> tuple[str, ...]:
    parts = one.parts
    inside = (parts.agents, parts.parameters, parts.between_trials, parts.sampling, parts.monte_carlo)
    return (
        short_name(one.of.record),
        one.of.endpoint,
        *(MISSING if sd is None else f"{sd:.3f}" for sd in inside),
    )
