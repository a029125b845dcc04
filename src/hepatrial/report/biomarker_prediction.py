"""Sections of the page of markers on prediction: what a marker adds, and how the model does on other data."""

from __future__ import annotations

from hepatrial.biomarkers.prognostic.added_value import AddedValue, Score
from hepatrial.biomarkers.prognostic.external import ExternalValidation, MarkerModel
from hepatrial.biomarkers.prognostic.panel import MOST_MISSING
from hepatrial.biomarkers.prognostic.study import PrognosticStudy
from hepatrial.figures.biomarkers.prediction_plots import draw_calibration, draw_net_benefit
from hepatrial.report.evidence_page import EvidenceSection, PageFigure, PageTable
from hepatrial.report.formatting import counted, estimate, number, p_value
from hepatrial.units import DAYS_PER_MONTH

ADDED_CITATIONS = ("10.1002/sim.4154", "10.1198/016214507000000149", "10.1186/1472-6947-8-53")
VALIDATION_CITATION = "10.1186/1471-2288-13-33"


def added_section(study: PrognosticStudy) -> EvidenceSection | None:
    """What each marker that was looked at closely adds to the clinical base."""
    if not study.added:
        return None
    base = study.added[0].base
    named = ", ".join(base) if base else "nothing: every patient has the same risk"
    caution = (
        " The markers were chosen by their p-values on these patients, and the choice is not repeated in the folds: "
        "what they add is overstated."
        if study.chosen
        else ""
    )
    figures: list[PageFigure] = []
    for place, one in enumerate(study.added):
        marker = one.markers[0]
        months = f"{one.horizon_days / DAYS_PER_MONTH:.3g} months"
        pair = ("clinical base" if base else "no covariates", f"with {marker}")
        figures += [
            PageFigure(
                f"calibration-{place + 1}",
                f"{marker}: predicted and observed risk at {months}",
                "Groups of rising predicted risk, of patients whom the model had not seen; Kaplan-Meier risk with 95 % "
                "limits. A slope below 1 says that predictions are too extreme.",
                draw_calibration(f"Calibration at {months}", list(zip(pair, one.calibrations, strict=True))),
            ),
            PageFigure(
                f"decision-{place + 1}",
                f"{marker}: decision curve at {months}",
                "Worth of treating those above a threshold of risk, in true positives a patient, where a threshold "
                "says how many false positives one true positive is worth.",
                draw_net_benefit(one, pair),
            ),
        ]
    return EvidenceSection(
        heading="What a marker adds to the clinical base",
        explanation=(
            f"Base: {named}. Both models are fitted to the same patients. Scores are of predictions for patients whom "
            f"the model had not seen ({study.added[0].folds}-fold cross-validation, {study.added[0].repeats} times); "
            f"as fitted, they would look better.{caution}",
        ),
        figures=tuple(figures),
        tables=tuple(_scores_table(one) for one in study.added),
        citations=ADDED_CITATIONS,
    )


def _scores_table(one: AddedValue) -> PageTable:
    return PageTable(
        f"{', '.join(one.markers)} added: {one.n} patients, {counted(one.events, 'event')}; likelihood ratio "
        f"{one.chi2:.1f} on {one.df} df, p {p_value(one.p)}",
        ("measure", "base", "with marker", "difference (95 %)", "as fitted, base", "as fitted, with"),
        tuple(_score_row(score) for score in one.scores),
        note="C and AUC: higher is better, 0.5 is a coin. Brier score: lower is better.",
    )


def _score_row(score: Score) -> tuple[str, ...]:
    return (
        score.measure,
        number(score.base, 3),
        number(score.extended, 3),
        estimate(score.difference, (score.lower, score.upper), 3),
        number(score.apparent[0], 3),
        number(score.apparent[1], 3),
    )


def panel_section(study: PrognosticStudy) -> EvidenceSection | None:
    """The panel, where one was asked for."""
    found = study.panel
    if found is None:
        return None
    months = f"{found.horizon_days / DAYS_PER_MONTH:.3g} months"
    left = (
        f" Left out, since more than {100 * MOST_MISSING:.0f} % of the patients lack them: {', '.join(found.left_out)}."
        if found.left_out
        else ""
    )
    beside = f" beside {', '.join(found.covariates)}, which are not penalised" if found.covariates else ""
    return EvidenceSection(
        heading="A panel of markers",
        explanation=(
            f"A Cox model of {found.candidates} markers ({found.kind}){beside}: {found.n} patients, "
            f"{counted(found.events, 'event')}. Scores are of patients that the model had not seen; scaling, missing "
            f"values, and the strength of the penalty were learnt anew within each fold.{left}",
            f"Kept: {len(found.names)} of {found.candidates}. Which of several alike markers a lasso keeps is partly "
            "chance: see in how many of the folds each was kept. Coefficients are drawn to 0 and have no intervals.",
        ),
        figures=(
            PageFigure(
                "panel-calibration",
                f"The panel: predicted and observed risk at {months}",
                "Groups of rising predicted risk, of patients whom the model had not seen; Kaplan-Meier risk with 95 % "
                "limits.",
                draw_calibration(f"Calibration of the panel at {months}", [("panel", found.calibration)]),
            ),
        ),
        tables=(
            PageTable(
                "Covariates alone, and with the panel",
                (
                    "measure",
                    "covariates",
                    "with panel",
                    "difference (95 %)",
                    "as fitted, covariates",
                    "as fitted, panel",
                ),
                tuple(_score_row(score) for score in found.scores),
                note="C and AUC: higher is better, 0.5 is a coin. Brier score: lower is better.",
            ),
            PageTable(
                "Markers that were kept",
                ("marker", "log hazard ratio", "kept in % of folds"),
                tuple(
                    (name, f"{beta:+.3f}".replace("-", "\N{MINUS SIGN}"), f"{share:.0f}")
                    for name, beta, share in zip(found.names, found.beta, found.kept_in, strict=True)
                ),
                note="Per what the hazard ratio of the marker is per in the table of all markers.",
            ),
        ),
        citations=("10.18637/jss.v039.i05", "10.1002/sim.4780122407", "10.1186/1471-2105-7-91"),
    )


def model_section(model: MarkerModel | None, found: ExternalValidation | None) -> EvidenceSection | None:
    """The model as it can be used elsewhere, and how it did on other data where these were given."""
    if model is None:
        return None
    rows = tuple(
        (name, f"{beta:+.4f}".replace("-", "\N{MINUS SIGN}"), f"{centre:.4g}")
        for name, beta, centre in zip(model.risk.names, model.risk.beta, model.risk.centre, strict=True)
    )
    table = PageTable(
        f"The joint model: {model.n} patients, {counted(model.events, 'event')}",
        ("column", "log hazard ratio", "mean"),
        rows,
        note="Columns are coded as above; result.json has the baseline hazard and the coding of every marker.",
    )
    if found is None:
        said = (
            "Not done here: no second data set was given (--validate FILE). A model that has been tested only where it "
            "was made is not validated.",
        )
        return EvidenceSection("The model, and its test on other data", said, tables=(table,))
    months = f"{found.calibration.days / DAYS_PER_MONTH:.3g} months"
    summary = PageTable(
        f"On {found.name}: {found.n} patients, {counted(found.events, 'event')}",
        ("measure", "value (95 %)", "right is"),
        (
            ("Harrell's C", _c_text(found), "1"),
            (
                "calibration slope",
                estimate(
                    found.calibration.slope, (found.calibration.slope_lower, found.calibration.slope_upper), 2
                ),
                "1",
            ),
            (
                "events observed over expected",
                estimate(found.large.ratio, (found.large.lower, found.large.upper), 2),
                "1",
            ),
            ("events observed, expected", f"{found.large.observed}, {found.large.expected:.1f}", "alike"),
        ),
    )
    return EvidenceSection(
        heading="The model, and its test on other data",
        explanation=(
            f"Fitted to the first data alone and applied to {found.name} as it stands; "
            f"{found.left_out} patients there lack a column and are left out.",
        ),
        figures=(
            PageFigure(
                "external",
                f"Predicted and observed risk at {months} on {found.name}",
                "Groups of rising predicted risk; Kaplan-Meier risk with 95 % limits.",
                draw_calibration(
                    f"Calibration on {found.name} at {months}", [("the model", found.calibration)]
                ),
            ),
        ),
        tables=(summary, table),
        citations=(VALIDATION_CITATION,),
    )


def _c_text(found: ExternalValidation) -> str:
    half = 1.959963984540054 * found.c.std_error
    return estimate(found.c.estimate, (found.c.estimate - half, found.c.estimate + half), 3)
