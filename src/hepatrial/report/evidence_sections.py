"""Sections that the pages of pools and networks share: what to know first, what did not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from hepatrial.evidence.questions.counted_trials import CountedTrial, LeftOutTrial, TrialSet
from hepatrial.figures.evidence.wording import count_text
from hepatrial.report.evidence_page import EvidenceSection, PageTable
from hepatrial.report.formatting import MISSING


def caution_section(cautions: Sequence[str], not_done: Mapping[str, str]) -> EvidenceSection:
    """What a reader must know before believing the numbers, and what is not given and why."""
    table = PageTable(
        "Not given",
        ("part", "why"),
        tuple((part, reason) for part, reason in not_done.items()),
        text_columns=2,
    )
    return EvidenceSection("Before you believe it", tuple(cautions), tables=(table,) if not_done else ())


def left_out_section(trials: TrialSet) -> EvidenceSection:
    """Records that a reader could expect, each with its reason; the others counted by reason."""
    near = PageTable(
        "Records of what was asked that do not count",
        ("record", "why", "source"),
        tuple((one.name, one.reason, one.citation) for one in trials.near),
        text_columns=3,
    )
    rest = [one for one in trials.left_out if not one.near]
    counts = Counter(_kind(one) for one in rest).most_common()
    others = PageTable(
        "All other records of the registry",
        ("why", "records"),
        tuple((kind, str(count)) for kind, count in counts),
    )
    tables = tuple(table for table in (near, others) if table.rows)
    return EvidenceSection(
        "What does not count",
        (
            "A hazard ratio counts if a source confirms it with its interval, in a randomised trial, and if no other "
            "report of the same patients counts.",
        ),
        tables=tables,
    )


def trials_words(counted: Sequence[CountedTrial]) -> str:
    """How many trials and patients count: ``9 randomised trials, 4,053 patients``; patients where all are confirmed."""
    studies = {one.effect.study for one in counted}
    sizes = {
        (one.effect.study, arm): size
        for one in counted
        for arm, size in zip((one.effect.arm, one.effect.control), one.patients, strict=True)
    }
    words = count_text(len(studies), "randomised trial")
    if None in sizes.values():
        return words
    return f"{words}, {sum(size for size in sizes.values() if size is not None):,} patients"


def printed_ratio(one: CountedTrial) -> str:
    """Hazard ratio and limits with the digits that were printed, two at least."""
    hr, low, high = one.ratio
    return (
        _digits(hr) if low is None or high is None else f"{_digits(hr)} ({_digits(low)} to {_digits(high)})"
    )


def printed_level(one: CountedTrial) -> str:
    """Level of the interval; said where no source states it."""
    level = f"{one.comparison.level_percent:g} %"
    return level if one.comparison.level_stated else f"{level}, taken"


def patients_text(one: CountedTrial) -> str:
    """Patients of arm and control: ``299 / 303``."""
    return " / ".join(MISSING if size is None else f"{size:,}" for size in one.patients)


def page_citations(trials: TrialSet) -> tuple[str, ...]:
    """The sources of all trials that count, each once."""
    return tuple(dict.fromkeys(one.comparison.source for one in trials.counted))


def _digits(ratio: float) -> str:
    """Two decimals, or three where the third is not 0."""
    return f"{ratio:.2f}" if abs(round(ratio, 2) - ratio) < 5e-4 else f"{ratio:.3f}"


def _kind(one: LeftOutTrial) -> str:
    """A reason without what is particular to one record."""
    for stem in (
        "its line is",
        "it compares other treatments",
        "it pools patients of",
        "replaced by the later report",
    ):
        if one.reason.startswith(stem):
            return {
                "its line is": "of another line",
                "it pools patients of": "pools patients of other records",
            }.get(stem, stem)
    return one.reason
