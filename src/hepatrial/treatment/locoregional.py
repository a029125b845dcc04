"""An arm's chemoembolisation and ablation as numbers: what the engine needs of the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hepatrial.disease.parameters import Parameters
from hepatrial.protocol.design import DEMANDS, Arm

NOT_PLANNED = 1e9
"""Day of what the arm does not do; beyond any horizon."""


class LocoregionalPlan(NamedTuple):
    """Sessions and ablation of one arm; scalars but for ``planned``. An arm without them runs the same program."""

    has_tace: np.ndarray
    planned: np.ndarray  # (sessions,) days of planned sessions, `NOT_PLANNED` beyond the last
    every_days: np.ndarray  # interval of sessions after the planned ones, 0 without
    on_demand: np.ndarray
    demand: np.ndarray  # place of the rule in `protocol.design.DEMANDS`
    wait_days: np.ndarray  # from the scan that shows the demand to the session
    max_sessions: np.ndarray
    refractory_after: np.ndarray  # sessions without response, 0 for never
    largest_area: np.ndarray  # viable area over baseline from which the tumour counts as untreatable
    child_pugh_limit: np.ndarray  # highest score at which a session is given
    until_symptoms: np.ndarray  # 1 if worse symptoms end embolisation
    until_withdrawal: np.ndarray  # 1 if withdrawal of the last agent does
    pause_before: np.ndarray  # days without agents before a session
    pause_after: np.ndarray
    logit_shift: np.ndarray  # of complete and partial response, by kind
    surge_rise: np.ndarray
    injury_albi: np.ndarray  # of the median session
    ablation_day: np.ndarray
    ablation_always_complete: np.ndarray
    removes: np.ndarray  # 1 for resection
    until_untreatable: np.ndarray  # 1 if agents go on until the tumour cannot be embolised any more


def most_sessions(arms: Sequence[Arm]) -> int:
    """The largest number of sessions that any arm may give."""
    return max([arm.tace.max_sessions for arm in arms if arm.tace is not None], default=0)


def locoregional_plan(arm: Arm, parameters: Parameters, sessions: int) -> LocoregionalPlan:
    """Lay out the arm's procedures with room for ``sessions`` planned ones."""
    p, tace, ablation = parameters, arm.tace, arm.ablation
    planned = np.full(max(sessions, 1), NOT_PLANNED)
    beads = tace is not None and tace.kind == "drug-eluting beads"
    if tace is not None:
        planned[: len(tace.planned_days)] = tace.planned_days
    shift = p["tace.beads_logit_shift"] if beads else 0.0
    injury = p["tace.injury_albi"] * (np.exp(p["tace.beads_injury_log_ratio"]) if beads else 1.0)

    def number(value: float) -> np.ndarray:
        return np.asarray(float(value))

    return LocoregionalPlan(
        has_tace=number(tace is not None),
        planned=planned,
        every_days=number((tace and tace.repeat_days) or 0.0),
        on_demand=number(tace is not None and tace.on_demand),
        demand=number(DEMANDS.index(tace.demand) if tace else 0),
        wait_days=number(tace.wait_days if tace else 0.0),
        max_sessions=number(tace.max_sessions if tace else 0),
        refractory_after=number(tace.refractory_after if tace else 0),
        largest_area=number(
            1.0 + tace.growth_limit if tace and tace.growth_limit is not None else NOT_PLANNED
        ),
        child_pugh_limit=number(tace.child_pugh_limit if tace else 15),
        until_symptoms=number(tace is not None and tace.until_symptoms),
        until_withdrawal=number(tace is not None and tace.until_withdrawal),
        pause_before=number(tace.pause_before_days if tace else 0.0),
        pause_after=number(tace.pause_after_days if tace else 0.0),
        logit_shift=number(shift),
        surge_rise=number(p["tace.surge_beads"] if beads else p["tace.surge_conventional"]),
        injury_albi=number(injury),
        ablation_day=number(ablation.day if ablation else NOT_PLANNED),
        ablation_always_complete=number(ablation is not None and ablation.always_complete),
        removes=number(ablation is not None and ablation.kind == "resection"),
        until_untreatable=number(arm.treat_until == "untreatable_progression"),
    )


def paused(day: np.ndarray, session_days: Sequence[float], before: float, after: float) -> np.ndarray:
    """Whether agents are paused on each ``day`` for one of the sessions; shape as ``day``."""
    off = np.zeros(np.shape(day), dtype=bool)
    for session in session_days:
        off |= (day >= session - before) & (day < session + after)
    return off
