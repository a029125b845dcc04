"""What ``hepatrial biomarker`` prints."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hepatrial.biomarkers.predictive import PredictiveStudy
from hepatrial.biomarkers.prognostic.external import ExternalValidation
from hepatrial.biomarkers.prognostic.outcome import event_count
from hepatrial.biomarkers.prognostic.study import PrognosticStudy
from hepatrial.report.biomarker_record import BIOMARKER_NOTICE
from hepatrial.report.formatting import MISSING, estimate, p_value

MOST_LINES = 40


def biomarker_lines(
    name: str,
    study: PrognosticStudy,
    validated: ExternalValidation | None = None,
    predictive: PredictiveStudy | None = None,
) -> Iterator[str]:
    """A line a marker, the smallest p first; then what was looked at closely."""
    frame, found = study.frame, study.leading
    yield (
        f"{name}: {len(frame)} patients, {event_count(frame)} events of {frame.endpoint}, "
        f"{len(found.names)} markers"
    )
    yield (
        f"beside {', '.join(found.adjusted_for)}"
        if found.adjusted_for
        else "one marker a model, no covariates"
    )
    yield ""
    width = max(6, *(len(one) for one in found.names))
    yield f"{'marker':<{width}}  {'n':>6} {'events':>6}  {'HR (95 %)':<20} {'p':>8} {'p adj.':>8}  verdict"
    order = np.argsort(np.where(np.isfinite(found.p), found.p, 2.0), kind="stable")
    for row in order[:MOST_LINES]:
        ratio = (
            estimate(found.hr[row], (found.lower[row], found.upper[row]), 2)
            if np.isfinite(found.hr[row])
            else MISSING
        )
        state = "" if found.state[row] == "fitted" else f" ({found.state[row]})"
        yield (
            f"{found.names[row]:<{width}}  {found.n[row]:>6} {found.events[row]:>6}  {ratio:<20} "
            f"{p_value(found.p[row]):>8} {p_value(study.p_adjusted[row]):>8}  {study.verdicts[row]}{state}"
        )
    if len(order) > MOST_LINES:
        yield f"and {len(order) - MOST_LINES} more (--out writes all)"
    yield from _closely(study)
    yield from _predicted(study, validated)
    if predictive is not None:
        yield from _by_treatment(predictive)
    yield ""
    yield from frame.notes
    yield from study.not_made
    yield BIOMARKER_NOTICE


def _closely(study: PrognosticStudy) -> Iterator[str]:
    for one in study.splines:
        yield ""
        yield (
            f"{one.name} as a curve: any effect p {p_value(one.p_overall)}, not a straight line p "
            f"{p_value(one.p_nonlinear)}"
        )
    for one in study.proportional:
        if one.p <= 0.05:
            yield f"{one.name}: hazards not proportional, p {p_value(one.p)}; the hazard ratio is an average over time"
    for one in study.cutpoints:
        yield (
            f"{one.name} cut at {one.value:.4g} of {one.scale}: HR {one.hr:.2f} and p {p_value(one.p_naive)} as "
            f"searched; corrected for the search HR {one.hr_corrected:.2f}, p {p_value(one.p_permutation)}"
        )
    for one in study.imputed:
        yield (
            f"{one.name} with missing values imputed: HR {estimate(one.hr, (one.lower, one.upper), 2)}, p "
            f"{p_value(one.p)}"
        )


def _predicted(study: PrognosticStudy, validated: ExternalValidation | None) -> Iterator[str]:
    for one in study.added:
        c = one.scores[0]
        yield (
            f"{one.markers[0]} added to {', '.join(one.base) or 'nothing'}: likelihood ratio {one.chi2:.1f}, p "
            f"{p_value(one.p)}; C {c.base:.3f} to {c.extended:.3f} ({c.difference:+.3f}, 95 % {c.lower:+.3f} to "
            f"{c.upper:+.3f}) on patients not seen"
        )
    if study.panel is not None:
        c = study.panel.scores[0]
        yield (
            f"panel ({study.panel.kind}) of {study.panel.candidates} markers, {len(study.panel.names)} kept: C "
            f"{c.base:.3f} to {c.extended:.3f} ({c.difference:+.3f}, 95 % {c.lower:+.3f} to {c.upper:+.3f}) on "
            "patients not seen"
        )
    if validated is not None:
        yield (
            f"on {validated.name} ({validated.n} patients, {validated.events} events): C {validated.c.estimate:.3f}, "
            f"calibration slope {validated.calibration.slope:.2f}, events observed over expected "
            f"{validated.large.ratio:.2f} ({validated.large.lower:.2f} to {validated.large.upper:.2f})"
        )


def _by_treatment(study: PredictiveStudy) -> Iterator[str]:
    """A line a marker: the ratio of hazard ratios, and the verdict on both questions."""
    results = study.results
    relative, arms = results.relative, results.trial.arms
    width = max(6, *(len(one) for one in relative.names))
    yield ""
    yield f"{arms[1]} against {arms[0]}: does the marker change the effect?"
    yield f"{'marker':<{width}}  {'ratio of HRs (95 %)':<20} {'p':>8} {'p adj.':>8}  verdict"
    order = np.argsort(np.where(np.isfinite(relative.p), relative.p, 2.0), kind="stable")
    for row in order[:MOST_LINES]:
        ratio = (
            estimate(relative.ratio[row], (relative.lower[row], relative.upper[row]), 2)
            if relative.state[row] == "fitted"
            else MISSING
        )
        yield (
            f"{relative.names[row]:<{width}}  {ratio:<20} {p_value(relative.p[row]):>8} "
            f"{p_value(results.interaction_p_adjusted[row]):>8}  {results.verdicts[row].sentence}"
        )
    for look in study.closely:
        windows = "" if look.windows is None else f", STEPP p {p_value(look.windows.p)}"
        yield f"{look.name} as a curve: interaction p {p_value(look.spline.p_interaction)}{windows}"
    yield from study.not_made
