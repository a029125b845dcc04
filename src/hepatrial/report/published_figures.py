"""The forest of a run: published trials of the same comparison, and the simulated hazard ratio."""

from __future__ import annotations

from itertools import groupby

from matplotlib.figure import Figure

from hepatrial.figures.evidence import BesidePublished, SimulatedRatio, draw_beside_published
from hepatrial.report.evidence_sections import patients_text
from hepatrial.report.formatting import MISSING
from hepatrial.report.published_evidence import EndpointBeside, PublishedEvidence

Comparison = tuple[tuple[str, str], tuple[EndpointBeside, ...]]


def drawable(found: PublishedEvidence) -> tuple[Comparison, ...]:
    """By arm and control, the endpoints with a published trial and a simulated ratio."""
    rows = [row for row in found.rows if row.counted and row.hr is not None and row.ci is not None]
    return tuple((key, tuple(own)) for key, own in groupby(rows, key=lambda row: (row.arm, row.control)))


def draw_published(comparison: Comparison, found: PublishedEvidence, *, patients: int) -> Figure:
    """Draw the forest of one comparison; ``patients`` are virtual, each of them under every arm."""
    (arm, control), rows = comparison
    names = {one.effect.study for row in rows for one in row.counted}
    fit = " and ".join(name for name in found.calibrated_on if name in names)
    notes = [f"The model was calibrated on {fit}: agreement there is a fit, no prediction."] if fit else []
    return draw_beside_published(
        [_group(row, patients) for row in rows],
        title=f"{arm} v {control}: published and simulated",
        favours=(arm, control),
        notes=notes,
    )


def _group(row: EndpointBeside, patients: int) -> BesidePublished:
    assert row.hr is not None, "see `drawable`"
    assert row.ci is not None, "see `drawable`"
    assert row.published is not None, "see `drawable`"
    return BesidePublished(
        endpoint=row.endpoint,
        effects=tuple(one.effect for one in row.counted),
        pooled=row.published.pooled,
        columns={
            "Year": {one.effect.study: str(one.year or MISSING) for one in row.counted},
            "Patients": {one.effect.study: patients_text(one) for one in row.counted},
        },
        simulated=SimulatedRatio((row.hr, *row.ci), row.one_trial, f"{patients:,} twins"),
    )
