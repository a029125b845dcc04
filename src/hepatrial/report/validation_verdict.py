"""What the scores say, in words: which rivals the model beats, and which it loses to."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.report.formatting import capital
from hepatrial.validation import Kind, Summary, Validation
from hepatrial.validation.answer import KINDS

RIVAL_NAMES = {
    "null": "HR = 1",
    "class_mean": "class mean",
    "common_sense": "common sense",
    "common_sense_by_setting": "common sense by setting",
    "indirect": "indirect comparison",
}
KIND_NAMES: dict[Kind, str] = {"OS": "overall survival", "progression": "TTP or PFS"}
COVERED = (0.65, 0.95)
"""Share of held-out estimates that 80 % intervals should hold."""


def verdicts(answer: Validation) -> Iterator[str]:
    """A sentence or two for each group and kind of endpoint that can be scored."""
    for group in answer.rules.groups:
        for kind in KINDS:
            summary = answer.summaries[group, kind]
            if summary is not None:
                yield verdict(f"{group} trials", kind, summary)


def verdict(group: str, kind: Kind, summary: Summary) -> str:
    """How the model stands to its rivals in one group, with what its intervals hold."""
    count = f"{summary.n} {'estimate' if summary.n == 1 else 'estimates'}"
    beaten = [name for name, score in summary.rivals.items() if summary.model.chi2 < score.chi2]
    lost = [name for name in summary.rivals if name not in beaten]
    said = (
        f"{capital(group)}, {KIND_NAMES[kind]} ({count}): the model's chi-squared is {summary.model.chi2:.1f}; "
        f"sampling error alone would give about {summary.perfect.chi2:.0f}. "
    )
    if not lost:
        said += f"It is below every rival: {_listed(beaten, summary)}."
    elif not beaten:
        said += f"It loses to every rival: {_listed(lost, summary)}."
    else:
        said += f"It beats {_listed(beaten, summary)}, and loses to {_listed(lost, summary)}."
    return f"{said} {coverage_text(summary)}"


def coverage_text(summary: Summary) -> str:
    """How many estimates the 80 % and 95 % intervals hold."""
    parts = [
        f"{one.inside} of {one.n} in the {one.percent:g} % intervals"
        for one in summary.coverage
        if one.percent >= 80
    ]
    eighty = next((one for one in summary.coverage if one.percent == 80), None)
    if eighty is None or COVERED[0] <= eighty.share <= COVERED[1]:
        return f"{', '.join(parts)}."
    low, high = eighty.ci
    return (
        f"{', '.join(parts)}. The 80 % intervals hold {eighty.share:.0%}, outside the {COVERED[0]:.0%} to "
        f"{COVERED[1]:.0%} asked of them; with {eighty.n} the share is known to {low:.0%} to {high:.0%} only."
    )


def _listed(names: list[str], summary: Summary) -> str:
    told = [f"{RIVAL_NAMES[name]} ({summary.rivals[name].chi2:.1f})" for name in names]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
