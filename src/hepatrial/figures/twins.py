"""One virtual patient's course under every arm: the twins."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from hepatrial.figures.style import arm_colour, months_axis, new_figure, styled
from hepatrial.units import DAYS_PER_MONTH
from hepatrial.virtual_trial import Course

PANELS = (
    ("sld_mm", "sum of diameters, mm"),
    ("concentration_mg_l", "drug, mg/L (total)"),
    ("vessel_supply", "vessel supply, untreated = 1"),
    ("resistant_share", "resistant share of viable tumour"),
    ("afp_ng_ml", "AFP, ng/mL"),
    ("vegf_pg_ml", "VEGF, pg/mL"),
    ("svegfr2_pg_ml", "sVEGFR-2, pg/mL"),
    ("albi", "ALBI score (higher is worse)"),
)


def draw_twins(courses: Mapping[str, Course], patient: int) -> Figure:
    """Courses until death under each arm; triangles mark the scan with progression, crosses death."""
    with styled():
        figure = new_figure(7.2, 7.6)
        panels = figure.subplots(4, 2).ravel()
        arms = list(courses)
        ends = {arm: _death(course) for arm, course in courses.items()}
        last = np.ceil(max(ends.values()) / DAYS_PER_MONTH / 3) * 3
        for axes, (name, label) in zip(panels, PANELS, strict=True):
            for arm, course in courses.items():
                values = getattr(course, name)
                lived = course.day <= ends[arm]
                colour = arm_colour(arms, arm)
                style = "-" if arm == arms[0] else "--"
                axes.plot(
                    course.day[lived] / DAYS_PER_MONTH,
                    values[lived],
                    style,
                    color=colour,
                    linewidth=1.4,
                    label=arm,
                )
                axes.plot(ends[arm] / DAYS_PER_MONTH, values[lived][-1], "X", color=colour, markersize=6)
                progression = course.events.get("progression", np.inf)
                if name == "sld_mm" and progression <= ends[arm]:
                    at = int(progression) - 1
                    axes.plot(progression / DAYS_PER_MONTH, values[at], "v", color=colour, markersize=7)
            axes.set_title(label, fontsize=9)
            low, high = axes.get_ylim()
            axes.set_ylim(min(low, 0.0) if name != "albi" else low, high + 0.08 * (high - low))
            months_axis(axes, last)
        panels[0].legend(loc="best", fontsize=8)
        figure.suptitle(
            f"Virtual patient {patient} under each arm (▼ progression seen, ✖ death)", fontsize=10
        )
    return figure


def _death(course: Course) -> float:
    days = [course.events.get(name, np.inf) for name in ("cancer_death", "liver_death")]
    return float(min(*days, course.day[-1]))
