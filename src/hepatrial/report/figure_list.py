"""The figures of a report: name, section, caption, and the drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hepatrial.analysis import TwinEffect
from hepatrial.figures.cumulative_incidence import draw_cumulative_incidence
from hepatrial.figures.embolisation import draw_embolisation, embolised_arms
from hepatrial.figures.gains import draw_gains
from hepatrial.figures.kaplan_meier import TITLES, draw_kaplan_meier
from hepatrial.figures.mechanism import draw_mechanism
from hepatrial.figures.population import draw_population
from hepatrial.figures.replicates import draw_replicates
from hepatrial.figures.spider import draw_spider
from hepatrial.figures.style import arm_colour
from hepatrial.figures.swimmer import draw_swimmer
from hepatrial.figures.twins import draw_twins
from hepatrial.figures.waterfall import draw_waterfall, has_changes
from hepatrial.patients.baseline import shares_beside
from hepatrial.prediction.run_draws import RunUnderDraws
from hepatrial.report.formatting import interval, number, p_value
from hepatrial.report.one_trial import OneTrial
from hepatrial.report.outlook_tables import LAYERS_CAPTION, SHARES_CAPTION, layers_figure, shares_figure
from hepatrial.report.published_evidence import PublishedEvidence
from hepatrial.report.published_figures import draw_published, drawable
from hepatrial.report.replicate_rows import ReplicateRow, favours
from hepatrial.report.report_figure import ReportFigure
from hepatrial.report.reserve_figures import reserve_figures
from hepatrial.report.run_reserve import RunReserve
from hepatrial.simulation.engagement import PATIENTS, planned_engagement
from hepatrial.trialdata import TrialData
from hepatrial.virtual_trial import VirtualTrial

ALL = "all virtual patients"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the figures of a run are drawn from."""

    result: VirtualTrial
    trial: OneTrial
    replicates: tuple[ReplicateRow, ...]
    twins: tuple[TwinEffect, ...]
    published: dict[str, Any] | None
    evidence: PublishedEvidence
    reserve: RunReserve | None = None
    drawn: RunUnderDraws | None = None


def report_figures(shown: Shown) -> Iterator[ReportFigure]:
    """The figures of a run, in the report's order; those that the data can't fill are left out."""
    yield from _expectation(shown)
    yield from _evidence(shown)
    yield from _survival(shown)
    yield from _courses(shown)
    yield from _replicates(shown)
    yield from _under_draws(shown)
    yield from _baseline(shown)
    yield from _twins(shown)
    yield from reserve_figures(shown.reserve, shown.result.protocol)
    yield from _mechanism(shown)


def _expectation(shown: Shown) -> Iterator[ReportFigure]:
    population, n = shown.result.population, shown.result.patients
    for endpoint in shown.result.protocol.analysis.endpoints:
        name = TITLES[endpoint]
        yield ReportFigure(
            f"km-{endpoint.lower()}-twins",
            "result",
            f"{name} of all virtual patients",
            f"The model's expectation: {n:,} virtual patients, each under every arm. Bands are Monte-Carlo error. "
            + _hence_steps(endpoint),
            lambda endpoint=endpoint, name=name: draw_kaplan_meier(
                population, endpoint, title=f"{name}, {ALL}", published=shown.published
            ),
        )


def _hence_steps(endpoint: str) -> str:
    if endpoint == "OS":
        return ""
    where = "visits" if endpoint in ("TTUP", "TSPFS") else "scans"
    return f"Progression is seen at {where}, hence the steps."


def _embolisation(trial: TrialData) -> Iterator[ReportFigure]:
    arms = embolised_arms(trial)
    if arms and "ttup_event" in trial.subjects.columns:
        yield ReportFigure(
            "embolisation",
            "courses",
            "Sessions of embolisation, and what ended it",
            "Subjects of one simulated trial up to the data cut. Where several reasons hold at one visit, the first of "
            "them counts.",
            lambda: draw_embolisation(trial, arms),
        )


def _evidence(shown: Shown) -> Iterator[ReportFigure]:
    found = shown.evidence
    arms = tuple(arm.name for arm in shown.result.protocol.arms)
    for one in drawable(found):
        (arm, control), rows = one
        trials = len({trial.effect.study for row in rows for trial in row.counted})
        yield ReportFigure(
            f"evidence-{arms.index(arm)}",
            "evidence",
            f"Published and simulated hazard ratios, {arm} v {control}",
            f"{trials} published {'trial' if trials == 1 else 'trials'}, listed below with their sources, and this "
            f"simulation of {shown.result.patients:,} virtual patients. Intervals of trials are of sampling error, "
            "that of the simulation is of Monte-Carlo error.",
            lambda one=one: draw_published(one, found, patients=shown.result.patients),
        )


def _survival(shown: Shown) -> Iterator[ReportFigure]:
    trial = shown.result.trial
    for endpoint in shown.result.protocol.analysis.endpoints:
        yield ReportFigure(
            f"km-{endpoint.lower()}",
            "trial",
            f"{TITLES[endpoint]} in one simulated trial",
            f"{len(trial)} subjects, cut as the protocol says. Bands are pointwise 95 % limits (log-log); ticks are "
            "censored subjects; lines fall from the medians.",
            lambda endpoint=endpoint: draw_kaplan_meier(
                trial, endpoint, notes=_ratio_notes(shown.trial, endpoint), published=shown.published
            ),
        )
    yield ReportFigure(
        "cumulative-incidence",
        "causes",
        "Causes of death in one simulated trial",
        "Cumulative incidence (Aalen-Johansen) of the causes of death, which compete; bands are 95 % limits. "
        "Gray's test is not stratified.",
        lambda: draw_cumulative_incidence(trial, notes=_cause_notes(shown.trial)),
    )


def _courses(shown: Shown) -> Iterator[ReportFigure]:
    trial, main = shown.result.trial, shown.result.protocol.response.progression
    if has_changes(trial, main):
        yield ReportFigure(
            "waterfall",
            "courses",
            "Best change of tumour size",
            "A bar a subject with at least one scan. Dashed: -30 % and +20 %. A bar may be progression below +20 % "
            "because of a new lesion or of growth from the nadir.",
            lambda: draw_waterfall(trial, main),
        )
    if _has_scans(trial):
        yield ReportFigure(
            "spider",
            "courses",
            "Tumour size over time",
            "Measured sums of diameters as change from baseline, up to 120 subjects an arm; a dot is the last scan.",
            lambda: draw_spider(trial),
        )
    yield from _embolisation(trial)
    yield ReportFigure(
        "swimmer",
        "courses",
        "Treatment and events by subject",
        "Subjects at evenly spaced ranks of follow-up. Treatment may go on after progression where the protocol says "
        "so.",
        lambda: draw_swimmer(trial),
    )


def _replicates(shown: Shown) -> Iterator[ReportFigure]:
    for row in shown.replicates:
        if row.endpoint != shown.result.protocol.analysis.endpoints[0] or row.hr is None:
            continue
        effects = shown.result.replicates[row.arm, row.endpoint]
        arms = tuple(arm.name for arm in shown.result.protocol.arms)
        known = _published_ratio(shown.published, row)
        yield ReportFigure(
            f"replicates-{arms.index(row.arm)}",
            "replicates",
            f"{row.endpoint} hazard ratio in replicate trials, {row.arm} against {row.control}",
            f"{row.estimable:,} trials of {shown.result.protocol.size} patients. Dark: trials whose one-sided test "
            "favours the arm.",
            lambda row=row, effects=effects, known=known, arms=arms: draw_replicates(
                effects.log_hr,
                favours(effects, shown.result.protocol.analysis.one_sided_alpha),
                colour=arm_colour(arms, row.arm),
                title=f"{row.endpoint} hazard ratio over {row.estimable:,} replicate trials",
                published=known,
            ),
        )


def _under_draws(shown: Shown) -> Iterator[ReportFigure]:
    if shown.drawn is None or not shown.drawn.outlook.effects:
        return
    outlook = shown.drawn.outlook
    yield ReportFigure(
        "hazard-ratios-under-draws", "draws", "Hazard ratios under draws of what is not known", LAYERS_CAPTION,
        lambda: layers_figure(outlook),
    )  # fmt: skip
    yield ReportFigure(
        "variance", "draws", "Where the uncertainty of the estimate comes from", SHARES_CAPTION,
        lambda: shares_figure(outlook),
    )  # fmt: skip


def _baseline(shown: Shown) -> Iterator[ReportFigure]:
    shares = shares_beside(shown.result.protocol)
    if shares:
        subjects = shown.result.population.subjects
        yield ReportFigure(
            "population",
            "baseline",
            "The virtual population against the published baseline table",
            "Confirmed published shares only. BCLC stage and Child-Pugh class are computed, not drawn. The intervals "
            "are Monte-Carlo error.",
            lambda: draw_population(subjects.unique("patient", maintain_order=True), shares),
        )


def _twins(shown: Shown) -> Iterator[ReportFigure]:
    if shown.twins:
        yield ReportFigure(
            "gains",
            "twins",
            "Months gained by each virtual patient",
            "Survival under the arm minus survival under control of the same patient with the same chance; left of 0 "
            "is time lost.",
            lambda: draw_gains(shown.twins),
        )
    patient, compared = shown.result.typical_patient(), bool(shown.result.protocol.comparisons)
    yield ReportFigure(
        "twins",
        "twins",
        "One virtual patient under every arm" if compared else "One virtual patient",
        f"Patient {patient}, whose survival is nearest to the medians. "
        + ("All chance is the same under every arm; the difference is the treatment's. " if compared else "")
        + "True values, without measurement error.",
        lambda: draw_twins(shown.result.twin(patient), patient),
    )


def _mechanism(shown: Shown) -> Iterator[ReportFigure]:
    arms = planned_engagement(shown.result.work)
    active = {arm.arm for arm in arms if arm.occupancy}
    silent = dict.fromkeys(arm.arm for arm in arms if arm.arm not in active)
    if not active:
        return
    yield ReportFigure(
        "mechanism",
        "model",
        "Which nodes each arm hits, and how far",
        f"Rounded boxes: share of each target that is held, median of {PATIENTS} virtual patients, at steady state of "
        "the planned dose and the exposure of the first days; no agent of the arm binds the white ones. Square boxes: "
        "what is lost of the signal that feeds vessels, of the tumour cell's outputs and of its proliferation, with "
        "fast feedbacks and before any slow resistance. Dashed: cross-talk, by which ERK drives mTORC1. What does "
        "the same is drawn once."
        + (f" Not drawn, as they bind nothing: {', '.join(silent)}." if silent else ""),
        lambda: draw_mechanism(arms),
    )


def _ratio_notes(trial: OneTrial, endpoint: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            f"{row.arm} v {row.control}",
            f"HR {number(row.effect.hr, 2)} {interval((row.effect.lower, row.effect.upper), 2)}, log-rank p "
            f"{p_value(row.effect.p_logrank)}",
        )
        for row in trial.comparisons
        if row.endpoint == endpoint and row.effect is not None
    )


def _cause_notes(trial: OneTrial) -> tuple[str, ...]:
    known = [row for row in trial.causes if row.p_gray is not None]
    return tuple(
        f"{row.cause}, {row.arm} v {row.control}: Gray's test p {p_value(row.p_gray)}"[:95] for row in known
    )


def _published_ratio(
    published: dict[str, Any] | None, row: ReplicateRow
) -> tuple[float, list[float] | None] | None:
    key = (row.arm, row.control, row.endpoint)
    for known in (published or {"comparisons": []})["comparisons"]:
        if (known["arm"], known["control"], known["endpoint"]) == key and known["hr"] is not None:
            return known["hr"], known["ci"]
    return None


def _has_scans(trial: TrialData) -> bool:
    return not trial.tumour.is_empty() and bool((trial.tumour["day"] > 0).any())
