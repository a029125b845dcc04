"""What to look at again in a reconstruction, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from hepatrial.errors import Issue
from hepatrial.evidence.reconstruction.published import PublishedArm
from hepatrial.evidence.reconstruction.reconstruct import Reconstruction
from hepatrial.units import months

if TYPE_CHECKING:
    from hepatrial.evidence.reconstruction.diagnosis import Diagnosis

# Agreement that careful digitising reaches; measured in tests/data/test_reconstruction_of_real_data.py.
EVENTS_OFF = 0.02
MEDIAN_OFF = 0.03
SURVIVAL_OFF = 0.02
AT_RISK_OFF = 0.02
# A number of patients by which rounding alone may miss.
ROUNDING_PATIENTS = 2
# Drops fewer than this share of the events, in a curve digitised at its drops: several events fell to one point.
COARSE = 0.5
# Below this a curve counts as read exactly.
EXACT = 1e-6


def advise(found: Diagnosis, reconstruction: Reconstruction, published: PublishedArm) -> tuple[Issue, ...]:
    """All warnings: those of the cleaning, of what was missing, and of what does not agree."""
    return (
        *reconstruction.curve.notes,
        *_what_was_missing(reconstruction),
        *_how_it_was_digitised(reconstruction),
        *_median_on_a_level(found, reconstruction),
        *_what_disagrees(found, published),
    )


def _warning(rule: str, what: str, found: str, allowed: str, fix: str) -> Issue:
    return Issue(what, None, found, allowed, fix, f"reconstruction-{rule}", "warning")


def _what_was_missing(reconstruction: Reconstruction) -> Iterator[Issue]:
    if len(reconstruction.risk.time_days) > 1:
        return
    if reconstruction.published_events is None:
        yield _warning(
            "nothing-on-censoring",
            "neither numbers at risk nor total events are known",
            f"{reconstruction.risk.n} patients and a curve",
            "numbers at risk under the figure, or the events of the arm",
            "find one of them: unless the steps are digitised exactly, censored patients pass for events",
        )
    else:
        yield _warning(
            "no-numbers-at-risk",
            "no numbers at risk are known",
            "total events alone",
            "numbers at risk under the figure",
            "use them if the figure has them; when patients were censored is otherwise assumed",
        )


def _how_it_was_digitised(reconstruction: Reconstruction) -> Iterator[Issue]:
    curve, risk = reconstruction.curve, reconstruction.risk
    last = float(risk.time_days[-1])
    if curve.end_days < last and risk.at_risk[-1] > 0:
        yield _warning(
            "curve-ends-early",
            "the curve ends before the last number at risk",
            f"{months(curve.end_days):.1f} against {months(last):.1f} months",
            "a curve to the last number at risk",
            "digitise the last flat stretch too: it is taken to have no events",
        )
    drops, events = len(curve.time_days), reconstruction.events
    if not curve.sampled and drops < COARSE * events and events - drops > ROUNDING_PATIENTS:
        yield _warning(
            "coarse",
            "there are far fewer points than events",
            f"{drops} points, {events} events",
            "a point at each drop; fewer only where times are in whole weeks or months",
            "digitise every drop, or give sampled=True if the points lie anywhere on the curve",
        )
    inside = risk.time_days[(risk.time_days > 0) & (risk.time_days < curve.last_drop_days)]
    if curve.sampled and len(inside) and not _has_points_at(curve.time_days, inside):
        yield _warning(
            "no-points-at-numbers-at-risk",
            "the samples miss the times of the numbers at risk",
            f"{drops} samples",
            "a sample just before each of these times",
            "add them: between samples a straight line is assumed, and events can get lost",
        )


def _median_on_a_level(found: Diagnosis, reconstruction: Reconstruction) -> Iterator[Issue]:
    """The curve runs level for a while, no further from one half than it was misread elsewhere: the median is either
    end of that."""
    curve = reconstruction.curve
    if curve.sampled or found.largest < EXACT:
        return
    until = np.append(curve.time_days[1:], curve.end_days)
    longer = until > curve.time_days * (1 + MEDIAN_OFF)
    for place in np.flatnonzero((np.abs(curve.survival - 0.5) <= found.largest) & longer):
        begins, ends = months(float(curve.time_days[place])), months(float(until[place]))
        yield _warning(
            "median-on-a-level",
            "the curve runs level at one half: the median hangs on the last digit of that level",
            f"{curve.survival[place]:.4f} from {begins:.1f} to {ends:.1f} months",
            f"a level more than {found.largest:.4f} from one half, by which the curve is missed elsewhere",
            "take the published median; the hazard ratio is not touched",
        )


def _has_points_at(time_days: np.ndarray, wanted: np.ndarray) -> bool:
    spacing = np.median(np.diff(time_days, prepend=0.0))
    nearest = np.abs(time_days[:, None] - wanted).min(axis=0)
    return bool((nearest <= spacing / 4).all())


def _what_disagrees(found: Diagnosis, published: PublishedArm) -> Iterator[Issue]:
    if found.largest > SURVIVAL_OFF:
        yield _warning(
            "curve-not-met",
            "the reconstructed curve leaves the digitised one",
            f"by {found.largest:.3f} at {months(found.largest_at_days):.1f} months",
            f"at most {SURVIVAL_OFF:g}",
            "check the numbers at risk there: they may belong to the other arm, or to other times",
        )
    off = np.abs(found.at_risk_reconstructed - found.at_risk_published)
    limit = np.maximum(ROUNDING_PATIENTS, AT_RISK_OFF * found.at_risk_published[0])
    if (off > limit).any():
        worst = int(np.argmax(off))
        yield _warning(
            "numbers-at-risk-not-met",
            "the numbers at risk are not met",
            f"{found.at_risk_reconstructed[worst]} against {found.at_risk_published[worst]} at "
            f"{months(found.risk_days[worst]):.1f} months",
            f"within {AT_RISK_OFF:.0%} of the arm",
            "check this number and the curve before it: it falls by more than the number allows, or by less",
        )
    events = found.events_published
    if events is not None:
        miss = abs(found.events_reconstructed - events)
        if miss > max(1, EVENTS_OFF * events):
            yield _warning(
                "events-not-met",
                "the total number of events is not met",
                f"{found.events_reconstructed} against {events}",
                f"within {EVENTS_OFF:.0%}",
                "check that the events are of this arm, this endpoint and this data cut",
            )
    yield from _median_disagrees(found, published)


def _median_disagrees(found: Diagnosis, published: PublishedArm) -> Iterator[Issue]:
    if published.median_days is None:
        return
    median = found.median.estimate
    if not abs(median / published.median_days - 1) <= MEDIAN_OFF:
        reached = f"{months(median):.1f} months" if np.isfinite(median) else "not reached"
        yield _warning(
            "median-not-met",
            "the median is not the published one",
            f"{reached} against {months(published.median_days):.1f} months",
            f"within {MEDIAN_OFF:.0%}",
            "check the two points that fixed each axis, and the unit of time",
        )
