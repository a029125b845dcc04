"""The page of a validation: observed against predicted, scores beside rivals, misses, curves, what was fixed before."""

from __future__ import annotations

from typing import Any

from hepatrial.figures.validation import draw_beside, draw_scatter
from hepatrial.report.definitions import NOTICE
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection, PageFigure, PageTable
from hepatrial.report.formatting import capital
from hepatrial.report.validation_curves import curve_section
from hepatrial.report.validation_figures import panels_of, ratio_groups
from hepatrial.report.validation_record import comparison_row, median_rows, validation_record
from hepatrial.report.validation_tables import misses_table, not_scored_table, parts_table, scores_table
from hepatrial.report.validation_verdict import KIND_NAMES, RIVAL_NAMES, verdict, verdicts
from hepatrial.validation import Validation
from hepatrial.validation.answer import KINDS

PAGE = "validation.html"
METHODS = (
    "Tierney et al. 2007, 10.1186/1745-6215-8-16",
    "Bucher et al. 1997, 10.1016/S0895-4356(97)00049-8",
    "Clopper and Pearson 1934, 10.1093/biomet/26.4.404",
)


def validation_output(answer: Validation, command: str) -> EvidenceOutput:
    """Everything that the folder holds."""
    part = "" if answer.whole else " Only some of the preregistered trials were asked for."
    compared = (_verdicts(answer), _beside(answer), _misses(answer), _parts(answer), _left_out(answer))
    return EvidenceOutput(
        title="The model against trials",
        lead=(
            f"{len(answer.simulated)} trials, predicted under {answer.draws} draws of the posterior with "
            f"{answer.patients:,} virtual patients each. Seed {answer.seed}.{part}"
        ),
        sections=(
            *(compared if answer.comparisons else ()),
            *curve_section(answer),
            _fixed_before(answer),
        ),
        command=command,
        result=validation_record(answer),
        tables={
            "comparisons": [_flat(comparison_row(one)) for one in answer.comparisons],
            "medians": [_flat(row) for row in median_rows(answer)],
        },
        notice=NOTICE,
        page=PAGE,
        marks={"preregistration": answer.rules.hash, "posterior": answer.posterior_hash},
    )


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row for a table of text: limits and rivals in columns of their own."""
    found = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= {f"{name}_{key}": one for key, one in value.items()}
        elif name.startswith(("published_ci", "predicted_ci")):
            low, high = value or (None, None)
            found |= {f"{name}_low": low, f"{name}_high": high}
        else:
            found[name] = value
    return found


def _verdicts(answer: Validation) -> EvidenceSection:
    tables = [
        scores_table(f"{capital(group)} trials, {KIND_NAMES[kind]}", summary)
        for group in answer.rules.groups
        for kind in KINDS
        if (summary := answer.summaries[group, kind]) is not None
    ]
    return EvidenceSection(
        heading="Verdict",
        explanation=(
            *verdicts(answer),
            "Rivals cost nothing: they read the outcomes of calibration trials, and simulate nobody. Where one of "
            "them scores better, a reader has more from it than from the model. With so few trials chance decides "
            "between scores that are close.",
            answer.rules.texts["disclosure"],
        ),
        tables=tuple(tables),
        citations=METHODS,
    )


def _beside(answer: Validation) -> EvidenceSection:
    figures = [
        PageFigure(
            f"observed-{'os' if kind == 'OS' else 'progression'}",
            f"Published and predicted hazard ratios: {KIND_NAMES[kind]}",
            "Above, the published ratio with its interval; an empty square is shown and not scored. Below, the "
            "median of the predictive distribution of that estimate with its 50, 80 and 95 % intervals: they hold "
            "the posterior, the agent, variation between trials and the sampling error of the published estimate, "
            "where that is known.",
            draw_beside(groups, title=f"Published and predicted: {KIND_NAMES[kind]}"),
        )
        for kind in KINDS
        for groups in [ratio_groups(answer, kind)]
        if any(group.rows for group in groups)
    ]
    if any(one.in_summary for one in answer.comparisons):
        figures.append(
            PageFigure(
                "scatter",
                "Published against predicted",
                "What enters the scores. Across, the predicted median with the 80 % predictive interval; up, the "
                "published estimate with its interval. On the dashed line both agree.",
                draw_scatter(panels_of(answer), title="Published against predicted hazard ratios"),
            )
        )
    unscored = any(not one.published.scored for one in answer.comparisons)
    return EvidenceSection(
        heading="Published beside predicted",
        explanation=(
            "Fitted: the calibration has seen outcomes of the trial, so that agreement shows a fit and no "
            "prediction. Held out: no outcome of the trial reached the calibration.",
        ),
        figures=tuple(figures),
        tables=(not_scored_table(answer),) if unscored else (),
        citations=tuple(dict.fromkeys(one.published.source for one in answer.comparisons)),
    )


def _misses(answer: Validation) -> EvidenceSection:
    return EvidenceSection(
        heading="Where it is furthest off",
        explanation=(
            "All scored estimates, the worst first. The standardised error is published minus predicted log "
            "hazard ratio over the standard deviation of the predictive distribution; bold where the estimate "
            "lies outside the 80 % interval. Above 0 the first-named arm did worse than predicted. Rivals' hazard "
            "ratios stand beside it.",
        ),
        tables=(misses_table(answer),),
    )


def _parts(answer: Validation) -> EvidenceSection:
    between = answer.rules.between_trial_log_hr_sd
    return EvidenceSection(
        heading="What the intervals are made of",
        explanation=(
            "Standard deviations on the log scale. Agents: what the draws of the trial's own agents explain of "
            "the true effect; parameters: the rest of its spread over the posterior. Between trials: "
            f"{between:g}, assumed. Sampling: the standard error of the published estimate. Monte-Carlo error is "
            "that of one simulated effect with this number of virtual patients; it shifts all draws of a trial "
            "together and is not in the intervals.",
        ),
        tables=(parts_table(answer),),
    )


def _left_out(answer: Validation) -> EvidenceSection:
    heading = "Calibration trials predicted by the others"
    kinds = [(kind, one) for kind in KINDS if (one := answer.left_out[kind]) is not None]
    if not kinds:
        return EvidenceSection(
            heading,
            ("The calibration that ships holds no such prediction of the trials shown here.",),
        )
    return EvidenceSection(
        heading=heading,
        explanation=(
            "The calibration was repeated without each trial in turn, and the trial predicted from the rest: what "
            "the model is chosen by. Rivals leave the same trial out.",
            *(verdict("calibration trials left out", kind, summary) for kind, summary in kinds),
        ),
        tables=tuple(scores_table(f"Left out, {KIND_NAMES[kind]}", summary) for kind, summary in kinds),
    )


def _fixed_before(answer: Validation) -> EvidenceSection:
    rules = answer.rules
    trials = tuple((capital(group), ", ".join(names)) for group, names in rules.groups.items())
    medians = tuple((f"Medians only, {use}", ", ".join(names)) for use, names in rules.medians_only.items())
    rivals = tuple((RIVAL_NAMES[name], rule) for name, rule in rules.rivals.items())
    return EvidenceSection(
        heading="What was fixed before",
        explanation=(
            f"Preregistration of {rules.date}, SHA-256 {rules.hash}. Lists, constants and rivals are read from it.",
            f"Choice of the model: {rules.texts['model_choice']}",
            f"Phase 2: {rules.texts['phase_2_cut_off']}",
            rules.texts["scored_once"],
            f"Between-trial standard deviation {rules.between_trial_log_hr_sd:g} (assumed): "
            f"{rules.between_trial_source}",
        ),
        tables=(
            PageTable("Trials", ("group", "trials"), (*trials, *medians), text_columns=2),
            PageTable("Scores", ("score", "rule"), tuple(rules.scores.items()), text_columns=2),
            PageTable("Rivals", ("rival", "rule"), rivals, text_columns=2),
        ),
    )
