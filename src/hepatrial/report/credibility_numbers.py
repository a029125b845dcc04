"""Sections of the page on credibility that tell what was reckoned: validation, sensitivity, assumptions, "
"failures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hepatrial.calibration.sensitivity import ANSWERS
from hepatrial.figures.calibration import IndexPanel, IndexRow, draw_indices
from hepatrial.report.calibration_sections import MISSED_BY, left_out_error
from hepatrial.report.credibility_answer import Credibility
from hepatrial.report.credibility_record import outside
from hepatrial.report.evidence_page import EvidenceSection, PageCell, PageFigure, PageTable
from hepatrial.report.formatting import MISSING, capital
from hepatrial.report.validation_record import NAME_OF_KIND
from hepatrial.report.validation_verdict import KIND_NAMES, RIVAL_NAMES

SHOWN_INPUTS, SHOWN_ASSUMED = 8, 30
NO_RECORD = (
    "No record of a validation of this posterior is at hand: hepatrial validate --out DIR makes one, and "
    "--validation DIR "
    "sets its numbers here."
)
OTHER_POSTERIOR = (
    "The record is of another posterior than this calibration's: its scores are those of an earlier version."
)


def validation_section(answer: Credibility) -> EvidenceSection:
    """Scores beside rivals, by group."""
    record = answer.validation.record
    if record is None:
        return EvidenceSection("Validation", (NO_RECORD,))
    part = () if record["all_trials"] else ("Only some of the preregistered trials are inside.",)
    old = () if answer.validation.of_this_posterior else (OTHER_POSTERIOR,)
    rows = [
        _scores(group, KIND_NAMES[kind], scores)
        for group, by_kind in record["groups"].items()
        for kind, name in NAME_OF_KIND.items()
        if (scores := by_kind[name]) is not None
    ]
    return EvidenceSection(
        heading="Validation",
        explanation=(
            *old,
            *part,
            "Chi-squared of published log hazard ratios: of the model, of rivals that cost nothing, and of a "
            "predictor "
            "that knows the true effects. The lowest of model and rivals stands out. Details: hepatrial validate.",
        ),
        tables=(
            PageTable(
                "Chi-squared beside rivals, and coverage of the model's intervals",
                ("trials", "endpoint", "n", "model", *RIVAL_NAMES.values(), "perfect", "in 80 %", "in 95 %"),
                tuple(rows),
                text_columns=2,
            ),
        ),
    )


def _scores(group: str, kind: str, scores: dict[str, Any]) -> tuple[str | PageCell, ...]:
    found = [scores["chi2"], *(scores[f"chi2_{name}"] for name in RIVAL_NAMES)]
    return (
        capital(group),
        kind,
        str(scores["n"]),
        *(PageCell(f"{value:.1f}", strong=value == min(found)) for value in found),
        f"{scores['chi2_perfect']:.0f}",
        f"{scores['coverage80']:.0%}",
        f"{scores['coverage95']:.0%}",
    )


def sensitivity_section(answer: Credibility) -> EvidenceSection:
    """Sobol indices of two protocols."""
    found = answer.sensitivity
    old = (
        ()
        if answer.sensitivity_is_of_this
        else ("These indices were reckoned over another posterior than this calibration's.",)
    )
    return EvidenceSection(
        heading="What the answer hangs on",
        explanation=(
            *old,
            "Shares of the variance of an answer: what would go if one number were known (first order), and "
            "what would stay "
            "if all others were (total). Fitted numbers vary as their posterior says, the others as their "
            "prior; all "
            "independently of each other, which the posterior is not. Bars are estimates of a small sample: "
            "the lines are "
            "their 95 % intervals.",
        ),
        figures=tuple(_index_figures(found)),
        tables=(
            PageTable(
                "Answers",
                ("protocol", "answer", "mean", "sd", "simulations"),
                tuple(
                    (
                        protocol,
                        _answer_name(name, of),
                        f"{one['mean']:.3f}",
                        f"{one['sd']:.3f}",
                        f"{of['evaluations']:,}",
                    )
                    for protocol, of in found["protocols"].items()
                    for name, one in of["answers"].items()
                ),
                note=f"Made by {found['command']}.",
                text_columns=2,
            ),
        ),
        citations=(
            "Sobol 2001, 10.1016/S0378-4754(00)00270-6",
            "Herman and Usher 2017 (SALib), 10.21105/joss.00097",
        ),
    )


def _index_figures(found: Any) -> Iterator[PageFigure]:
    for protocol, of in found["protocols"].items():
        panels = [
            IndexPanel(_answer_name(name, of), tuple(_strongest(one["inputs"])))
            for name, one in of["answers"].items()
        ]
        yield PageFigure(
            f"sensitivity-{protocol}",
            f"Sobol indices of {protocol}",
            f"The {SHOWN_INPUTS} inputs with the largest total index of each answer.",
            draw_indices(panels, title=f"What the answers of {protocol} hang on"),
        )


def _answer_name(name: str, of: Any) -> str:
    return f"{of['progression']} log HR" if name == ANSWERS[1] else name


def _strongest(rows: list[dict[str, Any]]) -> Iterator[IndexRow]:
    for row in sorted(rows, key=lambda row: -row["total"])[:SHOWN_INPUTS]:
        yield IndexRow(
            row["name"], row["first"], row["first_half_width"], row["total"], row["total_half_width"]
        )


def assumed_section(answer: Credibility) -> EvidenceSection:
    """Numbers graded assumed, with what hangs on them."""
    protocols = list(answer.sensitivity["protocols"])
    moved = [row for row in answer.assumed if row.total]
    fitted = sum(row.left_of_prior is not None for row in answer.assumed)
    return EvidenceSection(
        heading="Assumed numbers",
        explanation=(
            f"{len(answer.assumed)} numbers of the model have a prior that is graded assumed: no source "
            f"gives them. {fitted} "
            f"of them were fitted; {len(moved)} were moved in the sensitivity above. The table holds those "
            f"on which the "
            "log hazard ratio of OS hangs most; assumed.csv holds all.",
        ),
        tables=(
            PageTable(
                "Assumed numbers by influence",
                (
                    "number",
                    "prior value",
                    "posterior over prior sd",
                    *(f"total index, OS log HR of {name}" for name in protocols),
                ),
                tuple(
                    (
                        row.name,
                        f"{row.value:g}" + ("" if row.unit == "1" else f" {row.unit}"),
                        "not fitted" if row.left_of_prior is None else f"{row.left_of_prior:.2f}",
                        *(f"{row.total[name]:.3f}" if name in row.total else MISSING for name in protocols),
                    )
                    for row in moved[:SHOWN_ASSUMED]
                ),
            ),
        ),
    )


def failures_section(answer: Credibility) -> EvidenceSection:
    """Where it fails, and why where that is known."""
    why = answer.content.failures
    rows = [
        ("fit", row.trial, row.observation.name, f"{row.at_mode:+.2f}", why.get(row.trial, MISSING))
        for row in sorted(answer.misfits, key=lambda row: -abs(row.at_mode))
        if abs(row.at_mode) > MISSED_BY
    ]
    left_out = [row for row in answer.calibration.left_out["rows"] if row["scale"] == "log"]
    rows += [
        (
            "left out",
            row["trial"],
            f"{row['endpoint']} hazard ratio",
            f"{left_out_error(row):+.2f}",
            why.get(row["trial"], MISSING),
        )
        for row in left_out
        if abs(left_out_error(row)) > MISSED_BY
    ]
    if answer.validation.record is not None:
        rows += [
            (
                row["use"],
                row["trial"],
                f"{row['endpoint']} hazard ratio",
                f"{-row['standardised_error']:+.2f}",
                why.get(row["trial"], MISSING),
            )
            for row in answer.validation.record["rows"]
            if outside(row)
        ]
    return EvidenceSection(
        heading="Where it fails, and why",
        explanation=(
            f"Numbers that the fit misses by more than {MISSED_BY:g} of their standard deviations; hazard "
            f"ratios that the "
            "other calibration trials miss by as much; and published hazard ratios outside the 80 % "
            "predictive interval. "
            "Errors are predicted minus published. A reason is a judgement; a dash says that none is known.",
        ),
        tables=(
            PageTable(
                "Failures",
                ("where", "trial", "number", "reason", "error in sd"),
                tuple((where, trial, number, reason, error) for where, trial, number, error, reason in rows),
                text_columns=4,
            ),
        ),
    )
