"""Sections of the page of markers: the screen, effects as curves, cut-points, causes, and what is missing."""

from __future__ import annotations

import numpy as np

from hepatrial.biomarkers.prognostic.screen import Screen
from hepatrial.biomarkers.prognostic.study import PrognosticStudy
from hepatrial.biomarkers.prognostic.verdict import ALPHA, MARGIN, NEITHER, PROGNOSTIC
from hepatrial.biomarkers.scales import Scale
from hepatrial.figures.biomarkers.cut_search import draw_cut_search
from hepatrial.figures.biomarkers.effect_curve import draw_effect_curve
from hepatrial.figures.biomarkers.forest import ForestRow, draw_marker_forest
from hepatrial.report.evidence_page import EvidenceSection, PageCell, PageFigure, PageTable
from hepatrial.report.formatting import MISSING, counted, estimate, number, p_value

MULTIPLICITY_NAMES = {
    "fdr": "false discovery rate (Benjamini-Hochberg)",
    "holm": "any false finding (Holm)",
    "westfall-young": "any false finding (Westfall-Young permutation)",
}
MOST_DRAWN = 40
NOT_FOUND = (
    f" Whatever was found elsewhere, it does not replicate here: a hazard ratio of {MARGIN:g} or more either way lies "
    "outside the limits."
)
MOST_COLUMNS_NAMED = 6
SMALLEST_SHOWN = 0.05


def answer_section(study: PrognosticStudy) -> EvidenceSection:
    """The answer in words, and how it was come by."""
    frame, leading = study.frame, study.leading
    tested = int(np.isfinite(leading.p).sum())
    survive = [
        name for name, verdict in zip(leading.names, study.verdicts, strict=True) if verdict == PROGNOSTIC
    ]
    nominal = int((leading.p <= ALPHA).sum())
    said = (
        f"{len(survive)} of {counted(tested, 'marker')} tested "
        f"{'is' if len(survive) == 1 else 'are'} prognostic after correction for all of them: {', '.join(survive)}."
        if survive
        else f"None of {counted(tested, 'marker')} tested is prognostic after correction for all of them."
    )
    lines = [
        said
        + f" Without correction {nominal} would have passed p ≤ {ALPHA:g}; about {tested * ALPHA:.1f} would by chance "
        "alone if no marker meant anything.",
    ]
    for name in study.closely:
        lines.append(_one_line(study, name))
    if frame.notes or study.not_made:
        lines.append(" ".join([*frame.notes, *(f"{one}." for one in study.not_made)]))
    return EvidenceSection("What the data say", tuple(lines))


def _one_line(study: PrognosticStudy, name: str) -> str:
    found, row = study.leading, study.leading.place(name)
    beside = f" beside {', '.join(found.adjusted_for)}" if found.adjusted_for else ""
    return (
        f"{name}: hazard ratio {_hr(found, row)} {found.unit[row]}{beside}; p {p_value(found.p[row])}, over all "
        f"markers {p_value(study.p_adjusted[row])}: {study.verdicts[row]}."
        + (
            f" Alone it is {_hr(study.alone, row)}, p {p_value(study.alone.p[row])}."
            if study.beside is not None
            else ""
        )
        + (NOT_FOUND if study.verdicts[row] == NEITHER else "")
    )


def screen_section(study: PrognosticStudy) -> EvidenceSection:
    """The forest and the table of all markers."""
    found = study.leading
    order = [int(row) for row in np.argsort(np.where(np.isfinite(found.p), found.p, 2.0), kind="stable")]
    drawn = order[:MOST_DRAWN]
    beside = f" beside {', '.join(found.adjusted_for)}" if found.adjusted_for else ", one marker a model"
    rows = [
        ForestRow(
            name=found.names[row],
            counts=f"{found.n[row]}/{found.events[row]}",
            hr=found.hr[row],
            lower=found.lower[row],
            upper=found.upper[row],
            texts=(_hr(found, row), p_value(found.p[row]), p_value(study.p_adjusted[row])),
            strong=study.verdicts[row] == PROGNOSTIC,
        )
        for row in drawn
    ]
    more = f" The {MOST_DRAWN} with the smallest p of {len(order)}." if len(order) > MOST_DRAWN else ""
    forest = draw_marker_forest(
        "Hazard ratio of each marker", rows, ("n/events", "HR (95 %)", "p", "p over all")
    )
    return EvidenceSection(
        heading="Every marker",
        explanation=(
            f"Cox models of {study.frame.endpoint}{beside}; each uses all patients who have what it needs, so that n "
            "differs. Ties after Efron; limits and p after Wald. "
            + ("Each arm has a baseline hazard of its own. " if found.stratified else "")
            + f"p over all markers controls the {MULTIPLICITY_NAMES[study.choices.multiplicity]}.",
            f"Prognostic: p over all markers at most {ALPHA:g}. Neither: the limits leave no room for a hazard "
            f"ratio of {MARGIN:g} or more either way (a margin chosen here, not a published number). Not enough data: "
            "they do.",
        ),
        figures=(
            PageFigure(
                "markers",
                "Markers by their p-value",
                "Blue: prognostic after correction for all markers." + more,
                forest,
            ),
        ),
        tables=(_marker_table(study, order),),
        citations=("10.1111/j.2517-6161.1995.tb02031.x", "10.2307/4615733"),
    )


def _marker_table(study: PrognosticStudy, order: list[int]) -> PageTable:
    found, alone = study.leading, study.alone
    both = study.beside is not None
    head = ["marker", "per", "verdict", "n", "events", "HR (95 %)", "p", "p, FDR", "p, Holm"]
    rows = []
    for row in order:
        cells: list[str | PageCell] = [
            PageCell(found.names[row], study.verdicts[row] == PROGNOSTIC),
            _per(study.frame.scales[row]),
            study.verdicts[row]
            if found.state[row] == "fitted"
            else f"{study.verdicts[row]}: {found.state[row]}",
            str(found.n[row]),
            str(found.events[row]),
            _hr(found, row),
            p_value(found.p[row]),
            p_value(found.p_fdr[row]),
            p_value(found.p_holm[row]),
        ]
        if both:
            cells.insert(5, f"{_hr(alone, row)}")
        rows.append(tuple(cells))
    if both:
        head.insert(5, "HR alone (95 %)")
        head[6] = "HR adjusted (95 %)"
    return PageTable(
        "All markers",
        tuple(head),
        tuple(rows),
        text_columns=3,
        note="Per SD (interquartile range, unit): its size on the scale of the marker after transformation.",
    )


def curve_section(study: PrognosticStudy) -> EvidenceSection | None:
    """Splines and proportional hazards of the markers that were looked at closely."""
    if not study.proportional and not study.splines:
        return None
    chosen = (
        " They are the markers with the smallest p: their curves look stronger than new data will show."
        if study.chosen
        else ""
    )
    by_name = {one.name: one for one in study.splines}
    rows = tuple(
        (
            one.name,
            p_value(by_name[one.name].p_overall) if one.name in by_name else "two levels",
            p_value(by_name[one.name].p_nonlinear) if one.name in by_name else MISSING,
            p_value(one.p),
            number(one.trend, 2),
            p_value(one.global_p),
        )
        for one in study.proportional
    )
    return EvidenceSection(
        heading="The shape of the effect, and whether it lasts",
        explanation=(
            "Natural cubic splines with four knots fixed beforehand: the marker is not cut in two, and the curve may "
            f"bend.{chosen}",
            "Where p of proportional hazards is small, the hazard ratio is an average over follow-up; a positive trend "
            "says that it grows with time.",
        ),
        figures=tuple(
            PageFigure(
                f"curve-{place + 1}",
                f"{one.name}",
                f"{one.n} patients, {counted(one.events, 'event')}"
                + (f", beside {', '.join(one.adjusted_for)}" if one.adjusted_for else "")
                + f". Band: pointwise 95 %. Any effect p {p_value(one.p_overall)}; not a straight line p "
                f"{p_value(one.p_nonlinear)}. Dashed: the median. Below: the patients, and the knots.",
                draw_effect_curve(one),
            )
            for place, one in enumerate(study.splines)
        ),
        tables=(
            PageTable(
                "Tests of shape and of proportional hazards",
                (
                    "marker",
                    "p, any effect",
                    "p, not straight",
                    "p, not proportional",
                    "trend",
                    "p, whole model",
                ),
                rows,
            ),
        ),
        citations=("10.1007/978-3-319-19425-7", "10.1093/biomet/81.3.515"),
    )


def cutpoint_section(study: PrognosticStudy) -> EvidenceSection | None:
    """The searches for a cut-point, where they were asked for."""
    if not study.cutpoints:
        return None
    rows = tuple(
        (
            one.name,
            f"{one.value:.3g} ({one.cut_bootstrap[0]:.3g} to {one.cut_bootstrap[3]:.3g})",
            f"{one.n_high} of {one.n}",
            estimate(one.hr, (one.lower, one.upper), 2),
            number(one.hr_corrected, 2),
            f"{one.hr_bootstrap[0]:.2f} to {one.hr_bootstrap[1]:.2f}",
            p_value(one.p_naive),
            p_value(one.p_lausen_schumacher),
            p_value(one.p_altman),
            p_value(one.p_permutation),
        )
        for one in study.cutpoints
    )
    return EvidenceSection(
        heading="Cut-points, and the optimism of searching for them",
        explanation=(
            "The best of many cut-points is the best in part by luck: its hazard ratio lies too far from 1 and its p "
            "is too small. Beside the naive numbers stand those corrected for the search. Read the marker off its "
            "curve instead wherever you can.",
        ),
        figures=tuple(
            PageFigure(
                f"cutpoint-{place + 1}",
                f"{one.name}: where the search looks",
                "Each cut-point with a tenth of the patients or more on either side. Red: the best. Shaded: where half "
                "and 95 % of bootstrap samples put theirs. Dashed: what one test alone would need.",
                draw_cut_search(one),
            )
            for place, one in enumerate(study.cutpoints)
        ),
        tables=(
            PageTable(
                "Cut-points",
                (
                    "marker",
                    "cut-point (95 % of samples)",
                    "above",
                    "HR, naive",
                    "HR, corrected",
                    "HR, left out (95 %)",
                    "p, naive",
                    "p, bound",
                    "p, Altman",
                    "p, permutation",
                ),
                rows,
                note="Cut-points on the scale of the curve above. Left out: patients whom the search had not seen. "
                "Bound: Lausen and Schumacher 1992. Altman: for p between 0.0001 and 0.1.",
                text_columns=2,
            ),
        ),
        citations=("10.2307/2532740", "10.1093/jnci/86.11.829", "10.1002/sim.1611"),
    )


def cause_section(study: PrognosticStudy) -> EvidenceSection | None:
    """Hazards by cause, where there are several."""
    if not study.causes:
        return None
    rows = tuple(
        (
            one.name,
            one.cause,
            f"{one.n}",
            f"{one.events}",
            estimate(one.cause_specific[0], one.cause_specific[1:3], 2),
            p_value(one.cause_specific[3]),
            estimate(one.subdistribution[0], one.subdistribution[1:3], 2),
            p_value(one.subdistribution[3]),
        )
        for one in study.causes
    )
    return EvidenceSection(
        heading="By cause",
        explanation=(
            "Causes compete: who dies of one cannot have another. The cause-specific hazard ratio says what the "
            "marker does to the rate of a cause among those still at risk; that of the subdistribution (Fine and Gray) "
            "what it does to how many ever have it.",
        ),
        tables=(
            PageTable(
                "Hazard ratios by cause",
                ("marker", "cause", "n", "events", "cause-specific HR", "p", "subdistribution HR", "p"),
                rows,
                text_columns=2,
            ),
        ),
        citations=("10.1080/01621459.1999.10474144", "10.1016/j.jclinepi.2012.09.017"),
    )


def missing_section(study: PrognosticStudy) -> EvidenceSection:
    """Patterns of missing values, what complete cases would be, and imputation where asked for."""
    missing, total = study.missing, len(study.frame)
    if missing.complete == total:
        return EvidenceSection(
            "What is missing", (f"Nothing: all {total} patients have every marker and covariate.",)
        )
    rows = tuple(
        (_columns(one.columns), f"{one.n}", f"{100 * one.n / total:.0f}", f"{one.events}")
        for one in missing.patterns
    )
    tables = [
        PageTable(
            "Patterns of missing values", ("missing", "patients", "%", "events"), rows, note=_further(study)
        )
    ]
    odd = [(name, found) for name, found in missing.hr_of_block.items() if found[3] <= SMALLEST_SHOWN]
    alike = (
        "Patients without a marker have the event at another rate than those with it: "
        + "; ".join(f"{name} {estimate(one[0], one[1:3], 2)}, p {p_value(one[3])}" for name, one in odd[:4])
        + ". Results of these markers are of a selected group."
        if odd
        else "Nowhere do patients without a marker have the event at a clearly other rate than those with it."
    )
    if study.imputed:
        tables.append(_imputed_table(study))
    return EvidenceSection(
        heading="What is missing",
        explanation=(
            f"{missing.complete} of {total} patients have everything. Each model above uses all patients who have what "
            "it needs (available cases); nothing was filled in there.",
            alike,
        ),
        tables=tuple(tables),
        citations=("10.1002/sim.3618", "10.18637/jss.v045.i03") if study.imputed else (),
    )


def _imputed_table(study: PrognosticStudy) -> PageTable:
    found = study.leading
    return PageTable(
        f"With missing values imputed {study.choices.imputations} times",
        ("marker", "have it", "HR, available cases", "HR, imputed", "p, imputed", "information lost, %"),
        tuple(
            (
                one.name,
                f"{one.observed} of {one.n}",
                _hr(found, found.place(one.name)),
                estimate(one.hr, (one.lower, one.upper), 2),
                p_value(one.p),
                f"{100 * one.fraction_missing:.0f}" if np.isfinite(one.fraction_missing) else MISSING,
            )
            for one in study.imputed
        ),
        note="Chained equations with the event and the cumulative hazard among the predictors; Rubin's rules.",
    )


def _per(scale: Scale) -> str:
    """What a hazard ratio is per, short: "SD 1.78, log1p", "2 against 1"."""
    if scale.levels is not None:
        return scale.unit
    width = scale.unit.removeprefix("per ").partition(" of ")[0].replace(" (", " ").removesuffix(")")
    return width if scale.transform == "none" else f"{width}, {scale.transform}"


def _columns(names: tuple[str, ...]) -> str:
    if not names:
        return "nothing"
    rest = len(names) - MOST_COLUMNS_NAMED
    return ", ".join(names[:MOST_COLUMNS_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _further(study: PrognosticStudy) -> str:
    return f"{study.missing.further} patients have other patterns." if study.missing.further else ""


def _hr(found: Screen, row: int) -> str:
    if not np.isfinite(found.hr[row]):
        return MISSING
    return estimate(found.hr[row], (found.lower[row], found.upper[row]), 2, missing="∞")
