"""What ``hepatrial resistance`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hepatrial.attribution import WORDS, ArmAttribution, CauseShare
from hepatrial.report.definitions import NOTICE
from hepatrial.simulation.blocks import Work

WIDTH = 38


def resistance_lines(work: Work, arms: Sequence[ArmAttribution]) -> Iterator[str]:
    """A table an arm; values with their Monte-Carlo standard errors."""
    yield f"{work.protocol.name}: causes of progression, {arms[0].patients:,} virtual patients, seed {work.seed}"
    for arm in arms:
        yield ""
        yield from _arm(arm)
    yield ""
    yield "± Monte-Carlo standard error; the uncertainty of the model's parameters is not in it."
    yield NOTICE


def _arm(arm: ArmAttribution) -> Iterator[str]:
    yield (
        f"{arm.arm}: {arm.progressions:,} of {arm.patients:,} progress{' beyond the sequence' * arm.beyond_sequence} "
        f"before death; mean time to that {arm.mean_months.value:.1f} ± {arm.mean_months.error:.1f} months"
    )
    if arm.progressions < 2:
        yield "  too few progressions to divide"
        return
    if arm.later_months is not None:
        yield (
            f"  {arm.later_months.value:+.2f} ± {arm.later_months.error:.2f} months later than "
            f"{'the first progression ' * arm.beyond_sequence}under control; "
            f"life {arm.longer_life_months.value:+.2f} ± {arm.longer_life_months.error:.2f} months"
        )
    yield f"  {'':<{WIDTH}}{'% of progressions':>20}{'months if blocked':>20}{'sets in, median day':>22}"
    never = arm.never_held_percent
    yield f"  {'never held up':<{WIDTH}}{f'{never.value:.1f} ± {never.error:.1f}':>20}"
    for cause in arm.causes:
        yield _cause(cause)
    yield (
        f"  of all: {arm.by_new_lesion_percent.value:.0f} % with a new lesion, "
        f"{arm.off_treatment_percent.value:.0f} % after all treatment was stopped for an adverse event"
    )


def _cause(cause: CauseShare) -> str:
    share = f"{cause.share_percent.value:.1f} ± {cause.share_percent.error:.1f}"
    delay = f"{cause.delay_months.value:+.2f} ± {cause.delay_months.error:.2f}"
    day = (
        "never"
        if cause.onset.median_days is None
        else f"{cause.onset.median_days:.0f} (in {_whole(cause.onset.share_percent)} %)"
    )
    return f"  {WORDS[cause.cause]:<{WIDTH}}{share:>20}{delay:>20}{day:>22}"


def _whole(percent: float) -> str:
    """A share that is not none is not shown as none."""
    return "<1" if 0.0 < percent < 0.5 else f"{percent:.0f}"
