"""What ``hepatrial predict`` prints."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.prediction.answer import Prediction
from hepatrial.report.definitions import NOTICE
from hepatrial.report.outlook_tables import percent_text, spread_text, success_words
from hepatrial.report.prediction_words import answer_words, influence_words, question_words

WIDTHS = (16, 24, 24, 16)


def prediction_lines(found: Prediction) -> Iterator[str]:
    """Question, answer, endpoints, phase 2 beside what was expected, influence of each result."""
    yield question_words(found)
    yield answer_words(found)
    yield ""
    yield _row("", "true HR (80 %)", "estimate (80 %)", "success")
    for effect in found.after.effects:
        yield _row(
            f"{effect.endpoint}, {effect.arm}", spread_text(effect.true_hr), spread_text(effect.estimated_hr),
            percent_text(effect.success),
        )  # fmt: skip
    yield f"success: {success_words(found.after)}; ± is the Monte-Carlo standard error in points"
    if found.checked:
        yield ""
        yield "Phase 2, reported and expected after all results (95 %)"
        for each in found.checked:
            low, high = each.after.intervals[95]
            flag = "   outside" if each.outside else ""
            expected = f"{each.after.median:.3g} ({low:.3g} to {high:.3g})"
            yield f"  {each.trial}, {each.name}: {each.reported:g}; {expected}{flag}"
    yield ""
    yield f"Evidence and {found.endpoint}: true HR (80 %), success, draws that count"
    for each in found.influences:
        yield (
            f"  {influence_words(each)}: {spread_text(each.true_hr)}, {percent_text(each.success)}, "
            f"{each.effective_draws:.0f}"
        )
    yield ""
    yield (
        f"{found.draws} draws in {found.rounds} round{'' if found.rounds == 1 else 's'}, "
        f"{found.effective_draws:.0f} count; "
        f"{found.patients:,} virtual patients under each; seed {found.seed}"
    )
    yield NOTICE


def _row(*cells: str) -> str:
    return "".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()
