"""The page about causes of resistance: shares of progressions, what blocking a cause would gain, when each sets in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hepatrial.attribution import WORDS, ArmAttribution, Estimate
from hepatrial.conduct.unfitted_warnings import treatment_warnings
from hepatrial.figures.resistance import draw_delays, draw_progression_causes, draw_strategies
from hepatrial.report.definitions import NOTICE
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection, PageFigure, PageTable
from hepatrial.report.formatting import number
from hepatrial.report.resistance_record import resistance_record
from hepatrial.simulation.blocks import Work
from hepatrial.units import DAYS_PER_MONTH

PAGE = "resistance.html"
CITATIONS = ("shapley1953", "arrondeau2012")


def resistance_output(work: Work, arms: Sequence[ArmAttribution], command: str) -> EvidenceOutput:
    """Everything that the folder holds."""
    return EvidenceOutput(
        title=f"Causes of resistance: {work.protocol.name}",
        lead=f"{work.protocol.title}. {arms[0].patients:,} virtual patients under every arm, seed {work.seed}.",
        sections=(
            _shares(arms),
            _delays(arms, work.protocol.horizon_days),
            *_strategies(arms, work.protocol.control, work.protocol.horizon_days),
        ),
        command=command,
        result=resistance_record(work, arms),
        tables={"causes": [row for arm in arms for row in _rows(arm)]},
        notice=NOTICE,
        warnings=treatment_warnings(work.protocol, work.recorded_agents),
        page=PAGE,
    )


def _shares(arms: Sequence[ArmAttribution]) -> EvidenceSection:
    return EvidenceSection(
        heading="What progressions are due to",
        explanation=(
            "Every patient is simulated with each set of causes switched on, all chance being the same. A progression "
            "that comes as early without any resistance was never held up; the rest is divided among the causes by "
            "Shapley's values, so that shares add up to all progressions.",
            "Values behind a plus-minus sign are Monte-Carlo standard errors over virtual patients. The uncertainty of "
            "the model's parameters is not in them: rates of escape, rewiring and selection are priors that trials' "
            "medians hardly inform.",
        ),
        figures=(
            PageFigure(
                "causes",
                "Progressions by cause",
                f"Progressions before death and the end of follow-up: "
                f"{'; '.join(f'{arm.arm} {arm.progressions:,} of {arm.patients:,}' for arm in arms)}."
                f"{_which_progression(arms)}",
                draw_progression_causes(arms),
            ),
        ),
        tables=(
            PageTable(
                "Progressions, per cent of an arm's",
                ("", *(arm.arm for arm in arms)),
                (
                    ("never held up", *(_percent(arm.never_held_percent) for arm in arms)),
                    *(
                        (words, *(_percent(arm.causes[place].share_percent) for arm in arms))
                        for place, words in enumerate(WORDS.values())
                    ),
                    ("with a new lesion", *(_percent(arm.by_new_lesion_percent) for arm in arms)),
                    ("after all treatment was stopped for an adverse event",
                     *(_percent(arm.off_treatment_percent) for arm in arms)),
                ),
                note="The last two rows describe the same progressions in another way; they do not add to the others.",
            ),
        ),
        citations=CITATIONS,
    )  # fmt: skip


def _which_progression(arms: Sequence[ArmAttribution]) -> str:
    """Which progression is meant, where arms with a sequence have another one."""
    staged = [arm.arm for arm in arms if arm.beyond_sequence]
    if not staged:
        return ""
    return f" Of {', '.join(staged)} those beyond the sequence of treatments, of other arms the first."


def _delays(arms: Sequence[ArmAttribution], horizon_days: float) -> EvidenceSection:
    return EvidenceSection(
        heading="What blocking a cause would gain, and when it sets in",
        explanation=(
            f"Mean time to progression within {horizon_days / DAYS_PER_MONTH:.0f} months, death left aside, with one "
            "cause switched off and the others at work, less that with all of them.",
            "A cause has set in at the first visit at which the viable tumour is a tenth larger than it would be "
            "without the cause; shares and days are of patients in whom that comes no later than progression.",
        ),
        figures=(
            PageFigure(
                "delays",
                "Gain by blocking one cause",
                "Points are means over virtual patients, lines 95 % Monte-Carlo intervals. Arms without any effect of "
                "resistance are left out.",
                draw_delays(arms),
            ),
        ),
        tables=tuple(_onset_table(arm) for arm in arms if any(c.onset.median_days for c in arm.causes)),
    )


def _strategies(
    arms: Sequence[ArmAttribution], control: str, horizon_days: float
) -> tuple[EvidenceSection, ...]:
    """Which of the strategies delays progression; nothing where there is one arm."""
    others = [arm for arm in arms if arm.later_months is not None]
    if not others:
        return ()
    staged = [arm.arm for arm in others if arm.beyond_sequence]
    return (
        EvidenceSection(
            heading="Which strategy delays progression",
            explanation=(
                f"Each arm against {control}, the same patients with the same chance: mean months within "
                f"{horizon_days / DAYS_PER_MONTH:.0f} months by which progression comes later, death left aside, and "
                "by which they live longer. A strategy that delays progression need not prolong life: its adverse "
                "events, the liver and what follows progression count too.",
                *(
                    (
                        f"Of {', '.join(staged)} it is progression beyond the sequence that is set against the first "
                        f"progression under {control}: part of the delay is that two treatments are counted.",
                    )
                    if staged
                    else ()
                ),
            ),
            figures=(
                PageFigure(
                    "strategies",
                    "Progression and life against control",
                    "Means over virtual patients with 95 % Monte-Carlo intervals; the uncertainty of the parameters is "
                    "not in them.",
                    draw_strategies(others, control),
                ),
            ),
            tables=(
                PageTable(
                    f"Months later, against {control}",
                    ("arm", "progression", "death"),
                    tuple(
                        (arm.arm, _signed(arm.later_months), _signed(arm.longer_life_months))
                        for arm in others
                    ),
                ),
            ),
        ),
    )


def _signed(found: Estimate) -> str:
    return f"{found.value:+.2f} ± {found.error:.2f}"


def _onset_table(arm: ArmAttribution) -> PageTable:
    return PageTable(
        f"{arm.arm}: mean time to progression {'beyond the sequence ' * arm.beyond_sequence}"
        f"{number(arm.mean_months.value)} months",
        (
            "cause",
            "months later if blocked",
            "set in by progression, per cent",
            "day it sets in, median (quartiles)",
        ),
        tuple(
            (
                WORDS[cause.cause],
                f"{cause.delay_months.value:.2f} ± {cause.delay_months.error:.2f}",
                number(cause.onset.share_percent, 0),
                "never"
                if cause.onset.median_days is None
                else f"{cause.onset.median_days:.0f} ({cause.onset.quartile_days[0]:.0f}-"
                f"{cause.onset.quartile_days[1]:.0f})",
            )
            for cause in arm.causes
        ),
    )


def _rows(arm: ArmAttribution) -> list[dict[str, Any]]:
    record = [("never_held", arm.never_held_percent, None)]
    record += [(cause.cause, cause.share_percent, cause) for cause in arm.causes]
    return [
        {
            "arm": arm.arm,
            "cause": name,
            "share_percent": share.value,
            "share_error": share.error,
            "delay_months": cause.delay_months.value if cause else None,
            "delay_error": cause.delay_months.error if cause else None,
            "onset_share_percent": cause.onset.share_percent if cause else None,
            "onset_median_days": cause.onset.median_days if cause else None,
        }
        for name, share, cause in record
    ]


def _percent(found: Estimate) -> str:
    return "-" if found.value != found.value else f"{found.value:.1f} ± {found.error:.1f}"
