"""The section with predicted curves and the published medians and shares on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hepatrial.figures.validation import Band, BandPanel, KnownMedian, KnownShare, draw_bands
from hepatrial.protocol.loading import load
from hepatrial.report.evidence_page import EvidenceSection, PageFigure, PageTable
from hepatrial.report.formatting import estimate, number
from hepatrial.report.validation_figures import short_name
from hepatrial.report.validation_record import median_rows
from hepatrial.units import DAYS_PER_MONTH
from hepatrial.validation import Validation
from hepatrial.validation.published_medians import (
    PublishedMedian,
    PublishedShare,
    published_medians,
    published_shares,
)
from hepatrial.validation.simulated_trial import CURVE_AS, SimulatedTrial

NOT_REACHED = "not reached"
CAPTION = (
    "Line: median of the draws; band: their middle 80 %, the parameters' uncertainty alone, without the chance of "
    "a trial of this size. Circles: published medians with their 95 % intervals, where printed; squares: "
    "published shares."
)


def curve_section(answer: Validation) -> Iterator[EvidenceSection]:
    """Curves and medians of all simulated trials that published any; nothing where none did."""
    rows = tuple(_median(row) for row in median_rows(answer))
    if not rows:
        return
    yield EvidenceSection(
        heading="Curves and medians",
        explanation=(
            "The ratio of two arms can be right where both are wrong: whether the arms live and progress as long "
            "as published is a test of its own. A held-out trial's prognosis is drawn from the variation between "
            "trials.",
        ),
        figures=tuple(_figures(answer)),
        tables=(
            PageTable(
                "Medians in months",
                (
                    "trial and arm",
                    "endpoint",
                    "use",
                    "published (95 %)",
                    "predicted (80 %)",
                    "predicted 95 %",
                ),
                rows,
                text_columns=3,
                note="A predicted median of progression is the day of a scan.",
            ),
        ),
    )


def _figures(answer: Validation) -> Iterator[PageFigure]:
    for os in (True, False):
        for use in ("fitted", "held out"):
            panels = [
                panel
                for trial in answer.simulated.values()
                if answer.rules.use_of(trial.trial) == use
                for panel in _panels(trial, os=os)
            ]
            if panels:
                what = "Overall survival" if os else "Progression or recurrence"
                yield PageFigure(
                    f"curves-{'os' if os else 'progression'}-{use.replace(' ', '-')}",
                    f"{what}, {use.replace(' ', '-')} trials",
                    CAPTION,
                    draw_bands(
                        panels,
                        title=f"{what}: {use.replace(' ', '-')} trials",
                        label="alive" if os else "free of progression",
                    ),
                )


def _panels(trial: SimulatedTrial, *, os: bool) -> Iterator[BandPanel]:
    """A panel for each endpoint that has a published median or share."""
    medians = [one for one in published_medians() if one.trial == trial.trial]
    shares = [one for one in published_shares() if one.trial == trial.trial]
    endpoints = dict.fromkeys(one.endpoint for one in (*medians, *shares) if (one.endpoint == "OS") == os)
    protocol = load(trial.trial)
    name = short_name(str(protocol.published))
    for endpoint in endpoints:
        if CURVE_AS.get(endpoint, endpoint) in {known for _, known in trial.curves}:
            yield BandPanel(
                name=name if os else f"{name}, {endpoint}",
                bands=tuple(_band(trial, arm.name, endpoint, medians, shares) for arm in protocol.arms),
            )


def _band(
    trial: SimulatedTrial,
    arm: str,
    endpoint: str,
    medians: Sequence[PublishedMedian],
    shares: Sequence[PublishedShare],
) -> Band:
    curve = trial.curves[arm, CURVE_AS.get(endpoint, endpoint)]
    known = next((one for one in medians if (one.arm, one.endpoint) == (arm, endpoint)), None)
    return Band(
        arm=arm,
        months=curve.days / DAYS_PER_MONTH,
        free=curve.free,
        stepwise=curve.stepwise,
        median=None if known is None else KnownMedian(known.months, known.ci),
        shares=tuple(
            KnownShare(one.months, one.share, one.ci)
            for one in shares
            if (one.arm, one.endpoint) == (arm, endpoint)
        ),
    )


def _median(row: dict) -> tuple[str, ...]:
    name = short_name(str(load(row["trial"]).published))
    low, high = (number(limit, 1, NOT_REACHED) for limit in row["predicted_ci95"])
    return (
        f"{name}: {row['arm']}",
        row["endpoint"],
        row["use"],
        estimate(row["published_months"], row["published_ci"], 1, NOT_REACHED),
        estimate(row["predicted_months"], row["predicted_ci80"], 1, NOT_REACHED),
        f"{low} to {high}",
    )
