"""The page of a prediction: what a development team needs to decide on a phase 3 trial."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any

from matplotlib.figure import Figure

from hepatrial.agents import completed, gap_warning
from hepatrial.disease.parameters import prior_parameters
from hepatrial.figures.prediction import ReportLayers, TornadoRow, draw_reports, draw_tornado
from hepatrial.prediction.answer import Prediction
from hepatrial.prediction.influence import Influence
from hepatrial.prediction.weighted import Spread
from hepatrial.report.definitions import NOTICE
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection, PageCell, PageFigure, PageTable
from hepatrial.report.formatting import counted
from hepatrial.report.outlook_tables import (
    LAYERS_CAPTION,
    SHARES_CAPTION,
    below_table,
    effects_table,
    layers_figure,
    layers_of,
    percent_text,
    shares_figure,
    spread_text,
    survival_table,
    variance_table,
)
from hepatrial.report.prediction_record import check_rows, influence_rows, prediction_record
from hepatrial.report.prediction_words import answer_words, influence_words, question_words, short_spread
from hepatrial.simulation.blocks import Work

PAGE = "prediction.html"
UNITS = {
    "potency": "effective free concentration over dissociation constant, relative to the printed one",
    "toxicity": "factor on the hazard of all adverse events of its record",
    "fatality": "share of its adverse events that are fatal",
}
METHODS = (
    "Cappe O et al. Population Monte Carlo. J Comput Graph Stat 2004;13:907. 10.1198/106186004X12803",
    "Owen A, Zhou Y. Safe and effective importance sampling. J Am Stat Assoc 2000;95:135. "
    "10.1080/01621459.2000.10473909",
    "O'Hagan A et al. Assurance in clinical trial design. Pharm Stat 2005;4:187. 10.1002/pst.175",
    "Schoenfeld D. The asymptotic properties of nonparametric tests for comparing survival distributions. Biometrika "
    "1981;68:316. 10.1093/biomet/68.1.316",
)


def prediction_output(found: Prediction, command: str) -> EvidenceOutput:
    """Everything that the folder holds."""
    work = Work(found.protocol, prior_parameters(), found.seed)
    return EvidenceOutput(
        title=f"{found.agent.name}: from phase 2 to {found.protocol.name}",
        lead=question_words(found),
        sections=(
            _answer(found),
            *((_phase2(found),) if found.phase2 is not None else ()),
            _drives(found),
            _uncertainty(found),
            _assumed(found),
            _limits(found),
        ),
        command=command,
        result=prediction_record(found),
        tables={
            "influence": [_flat(row) for row in influence_rows(found)],
            "phase2": [_flat(row) for row in check_rows(found)],
        },
        notice=NOTICE,
        warnings=(*found.warnings, *filter(None, map(gap_warning, work.recorded_agents))),
        page=PAGE,
        marks={"posterior": found.posterior_hash},
    )


def _answer(found: Prediction) -> EvidenceSection:
    return EvidenceSection(
        heading="The answer",
        explanation=(
            answer_words(found),
            f"The estimate of a trial lies around the true ratio by the sampling error of {found.protocol.size} "
            "patients and "
            "the events by its data cut. Success is that of one look at one endpoint: no interim analysis, no "
            "correction for "
            "several primary endpoints.",
        ),
        figures=(
            PageFigure("hazard-ratios", "Hazard ratios expected", LAYERS_CAPTION, layers_figure(found.after)),
        ),
        tables=(effects_table(found.after), below_table(found.after), survival_table(found.after)),
        citations=METHODS,
    )


def _phase2(found: Prediction) -> EvidenceSection:
    outside = [each.name for each in found.checked if each.outside]
    said = (
        f"Outside the middle 95 % even after they were seen: {', '.join(outside)}. The model cannot make these "
        "numbers, "
        "and what it concludes from them deserves little trust."
        if outside
        else "All results lie inside the middle 95 % of what the model makes expect once they were seen."
    )
    return EvidenceSection(
        heading="Phase 2, reported and expected",
        explanation=(
            "Posterior predictive check: reports of trials of the same size under draws, with chance and with what "
            "trials of one treatment differ by. Grey before the phase 2 results were seen, blue after.",
            said,
        ),
        figures=(
            PageFigure(
                "phase2",
                "Phase 2 results, reported and expected",
                "Median and the middle 50, 80 and 95 % of reports; the diamond is what was reported.",
                _reports_figure(found),
            ),
        ),
        tables=(
            PageTable(
                "Phase 2 results",
                (
                    "trial",
                    "result",
                    "reported",
                    "expected before (95 %)",
                    "expected after (95 %)",
                    "reports below it, %",
                ),
                tuple(
                    (
                        each.trial,
                        each.name,
                        PageCell(f"{each.reported:g}", each.outside),
                        _expected(each.before),
                        _expected(each.after),
                        f"{100.0 * each.share_below:.0f}",
                    )
                    for each in found.checked
                ),
                text_columns=2,
                note="Half of the reports that equal the reported one count as below. Bold: outside the middle 95 "
                "% after.",
            ),
        ),
        citations=tuple((found.phase2.sources if found.phase2 else {}).values()),
    )


def _drives(found: Prediction) -> EvidenceSection:
    figures = ()
    if found.phase2 is not None:
        figures = (
            PageFigure(
                "influence",
                "How the answer moves with the evidence",
                "From the answer with all results (dashed): without each result, with each alone, without any, "
                "and with "
                "another trust in printed potency.",
                _tornado(found),
            ),
        )
    return EvidenceSection(
        heading="What drives it",
        explanation=(
            "The same draws, weighted by other evidence. Where few draws count (last column, of "
            f"{found.draws}), the row is rough.",
            "Bench potency is a weak covariate with an uncertain exponent (in brackets): the draws in which it counts "
            "little, and those in which it counts much, are a third each.",
        ),
        figures=figures,
        tables=(
            PageTable(
                f"Answer by evidence: {found.arm}, {found.endpoint}",
                ("evidence", "true HR (80 %)", "probability of success", "draws that count"),
                tuple(
                    (
                        influence_words(each),
                        spread_text(each.true_hr),
                        percent_text(each.success),
                        f"{each.effective_draws:.0f}",
                    )
                    for each in found.influences
                ),
            ),
            PageTable(
                f"What is known of {found.agent.name}",
                ("quantity", "before phase 2 (95 %)", "after (95 %)"),
                tuple(
                    (f"{each.quantity}: {UNITS[each.quantity]}", short_spread(each.before), short_spread(each.after))
                    for each in found.learned
                ),
            ),
        ),
    )  # fmt: skip


def _uncertainty(found: Prediction) -> EvidenceSection:
    return EvidenceSection(
        heading="Where the uncertainty comes from",
        explanation=(
            "Of the spread over draws, a regression on the agent's own values says what is the agent's; the rest "
            "is that "
            "of the population, the hierarchies and the other agents. Between trials, virtual patients and "
            "sampling add to it.",
        ),
        figures=(
            PageFigure("uncertainty", "Variance by source", SHARES_CAPTION, shares_figure(found.after)),
        ),
        tables=(variance_table(found.after),),
    )


def _assumed(found: Prediction) -> EvidenceSection:
    whole = completed(found.agent)
    assumed = sorted(name for name, quantity in whole.quantities() if quantity.grade == "assumed")
    before = (
        f"The calibration saw results of {found.agent.name}. Its fitted values were not used here, so that a "
        "result counts "
        "once; through the hierarchies a trace of them is left."
        if found.fitted_before
        else f"The calibration never saw {found.agent.name}: its potency, toxicity and fatality come from the "
        "hierarchies over "
        "agents."
    )
    return EvidenceSection(
        heading="What is assumed",
        explanation=(
            before,
            f"{found.agent.name}: {counted(len(assumed), 'number')} without a source of its own, graded assumed"
            + (f": {', '.join(assumed)}." if assumed else "."),
            "Trials of one comparison differ in their true log hazard ratio by a standard deviation of "
            f"{found.after.rule.between_trial_sd:g}, which is assumed. Phase 2 patients come from the baseline "
            "table that the "
            "file names; medians and rates of an early trial may differ from it by what trials of first-line "
            "sorafenib do.",
            "Printed intervals count where the file gives them; other numbers have the error of their number of "
            "patients.",
        ),
    )


def _limits(found: Prediction) -> EvidenceSection:
    return EvidenceSection(
        heading="Where such predictions fail",
        explanation=(
            "The model was set beside phase 3 trials that it was not fitted to: `hepatrial validate` shows every "
            "one, with "
            "what simple rivals say, and docs/validation.md the rules that were fixed before.",
            "It does not know of selection: an agent enters phase 3 because its phase 2 looked good, and a result that "
            "was picked out of many is too good. Survival in one arm is weak evidence: patients of phase 2 are chosen.",
            "It holds no immune checkpoint inhibitor. An agent with a mechanism that the model lacks gets no "
            "effect, whatever its phase 2 says.",
            f"{found.draws} joint draws in {counted(found.rounds, 'round')}, of which {found.effective_draws:.0f} "
            "count after "
            f"weighting; {found.patients:,} virtual patients under each; seed {found.seed}; posterior "
            f"{found.posterior_hash[:12]}.",
        ),
    )


def _reports_figure(found: Prediction) -> Figure:
    several = len({each.trial for each in found.checked}) > 1
    return draw_reports(
        [
            ReportLayers(
                f"{each.trial}: {each.name}" if several else each.name,
                each.reported,
                layers_of(each.before),
                layers_of(each.after),
                each.outside,
                each.ratio,
            )
            for each in found.checked
        ],
        title="Phase 2: reported and expected",
    )


def _tornado(found: Prediction) -> Figure:
    rows = sorted(_tornado_rows(found.influences), key=_reach(found), reverse=True)
    everything = found.influences[0]
    return draw_tornado(
        rows,
        hr=everything.true_hr.median,
        success=100.0 * everything.success.value,
        title=f"What the evidence does to the answer: {found.arm}, {found.endpoint}",
    )


def _tornado_rows(influences: Iterable[Influence]) -> list[TornadoRow]:
    by_evidence: dict[str, dict[str, Influence]] = {}
    for each in influences:
        if each.kind != "all":
            kind = each.kind if each.kind in ("without", "alone") else "other"
            by_evidence.setdefault(each.evidence, {})[kind] = each
    return [
        TornadoRow(
            evidence,
            {kind: each.true_hr.median for kind, each in found.items()},
            {kind: 100.0 * each.success.value for kind, each in found.items()},
        )
        for evidence, found in by_evidence.items()
    ]


def _reach(found: Prediction) -> Callable[[TornadoRow], float]:
    """By how much the answer moves where a result is left out, or another thing put in the place of all."""
    success = 100.0 * found.influences[0].success.value
    return lambda row: abs(row.success.get("without", row.success.get("other", success)) - success)


def _expected(spread: Spread) -> str:
    low, high = spread.intervals[95]
    return f"{_short(spread.median)} ({_short(low)} to {_short(high)})"


def _short(value: float) -> str:
    return f"{value:.3g}" if isfinite(value) else "not reached"


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a table: inner parts by joined names."""
    found: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            found |= {f"{key}_{inner}": part for inner, part in _flat(value).items()}
        elif isinstance(value, list):
            found |= {f"{key}_{end}": part for end, part in zip(("low", "high"), value, strict=True)}
        else:
            found[key] = value
    return found
