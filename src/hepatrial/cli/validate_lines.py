"""What ``hepatrial validate`` prints."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.report.definitions import NOTICE
from hepatrial.report.validation_record import comparison_row
from hepatrial.report.validation_verdict import verdict, verdicts
from hepatrial.validation import PredictedComparison, Validation
from hepatrial.validation.answer import KINDS

WIDTHS = (30, 6, 10, 22, 24, 8)


def validate_lines(answer: Validation) -> Iterator[str]:
    """A table of all comparisons by group, then what the scores say."""
    rules = answer.rules
    yield (
        f"{len(answer.simulated)} trials, {answer.draws} draws of the posterior, {answer.patients:,} virtual "
        f"patients each, seed {answer.seed}"
    )
    yield f"preregistration of {rules.date}, SHA-256 {rules.hash}"
    for group in rules.groups:
        rows = [one for one in answer.comparisons if one.group == group]
        if rows:
            yield ""
            yield _row((group, "", "use", "published (95 %)", "predicted (80 %)", "error"))
            for one in rows:
                yield _row(_cells(one))
    yield ""
    yield from verdicts(answer)
    for kind in KINDS:
        summary = answer.left_out[kind]
        if summary is not None:
            yield verdict("calibration trials left out", kind, summary)
    yield ""
    yield "Error: published minus predicted log HR in predictive standard deviations; a dash where it is not scored."
    yield rules.texts["disclosure"]
    yield NOTICE


def _cells(one: PredictedComparison) -> tuple[str, ...]:
    row, ci = comparison_row(one), one.published.ci
    published = f"{one.published.hr:.2f}" + ("" if ci is None else f" ({ci[0]:.2f} to {ci[1]:.2f})")
    low, high = row["predicted_ci80"]
    error = row["standardised_error"]
    return (
        f"  {one.of.trial}",
        one.of.endpoint,
        one.of.use,
        published,
        f"{row['predicted_hr']:.2f} ({low:.2f} to {high:.2f})",
        "-" if error is None else f"{error:+.2f}",
    )


def _row(cells: tuple[str, ...]) -> str:
    return "".join(
        f"{cell:<{width}}" if place < 3 else f"{cell:>{width}}"
        for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    ).rstrip()
