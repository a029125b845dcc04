"""The page on surrogates: bubbles and line, the threshold, every trial predicted from the others."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from hepatrial.evidence.pooling import Surrogacy, SurrogacyWithErrors
from hepatrial.evidence.questions.surrogates import FEW, SurrogateAnswer, SurrogateRow
from hepatrial.figures.evidence import draw_surrogacy
from hepatrial.figures.evidence.wording import count_text
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection, PageFigure, PageTable
from hepatrial.report.surrogates_record import surrogates_record, verdict


def surrogates_output(answers: Sequence[SurrogateAnswer], command: str) -> EvidenceOutput:
    """Everything that a folder of answers holds."""
    surrogates = ", ".join(answer.surrogate for answer in answers)
    return EvidenceOutput(
        title=f"Surrogates for OS: {surrogates}",
        lead="Is an effect on a surrogate an effect on survival? Over randomised trials, confirmed numbers only.",
        sections=tuple(_section(answer) for answer in answers),
        command=command,
        result={"answers": [surrogates_record(answer) for answer in answers]},
        tables={"trials": [row for answer in answers for row in _rows(answer)]},
    )


def _section(answer: SurrogateAnswer) -> EvidenceSection:
    line = "all lines" if answer.line is None else f"line {answer.line}"
    told = [verdict(answer).replace("R2", "R²")]
    if answer.few:
        told.append(f"Fewer than {FEW} trials: the intervals are all there is to say.")
    told += answer.cautions
    return EvidenceSection(
        heading=f"{answer.surrogate}, {line}",
        explanation=tuple(told),
        figures=_figures(answer),
        tables=tuple(table for table in (_fits(answer), _trials(answer), _left_out(answer)) if table.rows),
        citations=tuple(row.trial.source for row in answer.rows),
    )


def _figures(answer: SurrogateAnswer) -> tuple[PageFigure, ...]:
    if answer.found is None:
        return ()
    line = "" if answer.line is None else f", {answer.line}"
    figure = draw_surrogacy(
        answer.trials,
        answer.found,
        title=f"{answer.surrogate} as a surrogate for OS{line}",
        surrogate=f"{answer.surrogate}, {answer.measure}",
        labels=answer.names,
    )
    name = f"surrogacy-{answer.surrogate}-{answer.line or 'all'}".lower()
    return (
        PageFigure(
            name,
            f"Effects on {answer.surrogate} and on OS by trial",
            f"{count_text(len(answer.rows), 'randomised trial')}, a bubble each, area by the precision of the effect "
            "on OS; the line with where 95 % of further trials of average weight may lie. Sources are listed under the "
            "tables.",
            figure,
        ),
    )


def _fits(answer: SurrogateAnswer) -> PageTable:
    rows = []
    if answer.found is not None:
        rows.append(("weighted regression, errors of the surrogate left in", *_numbers(answer.found), ""))
    for one in answer.corrected:
        label = f"errors taken out, correlation within trials {one.within_correlation:g} assumed"
        if one.found is None:
            rows.append((label, "", "", "", one.why_none))
        else:
            note = "the correlation ended at 1 or -1: this R² is no estimate" if one.found.at_boundary else ""
            rows.append((label, *_numbers(one.found), note))
    return PageTable(
        f"{answer.surrogate}: the regression",
        ("how", "R² (95 % interval)", "slope", "threshold ratio", "note"),
        tuple(rows),
        note="Threshold: effects on the surrogate beyond it predict an effect on OS, the 95 % prediction limit of a "
        "further trial being below 1.",
    )


def _numbers(found: Surrogacy | SurrogacyWithErrors) -> tuple[str, str, str]:
    low, high = found.r2_interval
    ratio = found.threshold.ratio
    return (
        f"{found.r2:.2f} ({low:.2f} to {high:.2f})",
        f"{found.slope:.2f}",
        "none" if ratio is None else f"below {ratio:.2f}",
    )


def _trials(answer: SurrogateAnswer) -> PageTable:
    return PageTable(
        f"{answer.surrogate}: trials",
        (
            "trial",
            "line",
            "compared",
            answer.measure,
            "OS hazard ratio",
            "OS predicted from the others",
            "R² of the others",
        ),
        tuple(_trial(row, answer) for row in answer.rows),
        text_columns=3,
    )


def _trial(row: SurrogateRow, answer: SurrogateAnswer) -> tuple[str, ...]:
    one = row.trial
    left = None if answer.found is None else answer.found.left_out.get(one.study)
    predicted = (
        "" if left is None else f"{exp(left.predicted):.2f} ({exp(left.lower):.2f} to {exp(left.upper):.2f})"
    )
    missed = "" if left is None or left.covered else ", missed"
    return (
        answer.named(one.study),
        "/".join(row.lines),
        f"{row.arm} v {row.control}",
        f"{exp(one.surrogate):.2f}",
        f"{exp(one.final):.2f}",
        predicted + missed,
        "" if left is None else f"{left.r2:.2f}",
    )


def _left_out(answer: SurrogateAnswer) -> PageTable:
    return PageTable(
        f"{answer.surrogate}: trials with a ratio for OS that do not count",
        ("trial", "why not"),
        tuple((answer.named(who), why) for who, why in sorted(answer.left_out.items())),
        text_columns=2,
    )


def _rows(answer: SurrogateAnswer) -> list[dict[str, object]]:
    """A row a trial: what ``trials.csv`` holds."""
    return [
        {
            "surrogate": answer.surrogate,
            "study": row.trial.study,
            "arm": row.arm,
            "control": row.control,
            "line": "/".join(row.lines),
            "surrogate_log_ratio": row.trial.surrogate,
            "surrogate_standard_error": row.trial.surrogate_se,
            "os_log_hr": row.trial.final,
            "os_standard_error": row.trial.final_se,
            "source": row.trial.source,
        }
        for row in answer.rows
    ]
