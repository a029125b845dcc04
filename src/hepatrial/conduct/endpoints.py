"""Endpoints as a trial observes them, from what happens to its patients and when observation ends.

All days are whole days since randomisation. Death is observed on its day, progression on the day of the scan
that shows it. OS ends at death, PFS at progression or death, TTP at progression with death as a competing
event. TTP and PFS without event are censored at the last scan (day 0 without one).

Where every arm embolises, TTUP ends at the visit that finds the tumour untreatable, with death as a competing event,
and TSPFS (TACE-specific progression-free survival, as in TACTICS) at that visit or death; both are censored as TTP is.
Where every arm ablates or resects, RFS is PFS under its own name: progression is then recurrence.

Where an arm has a sequence, TTTP (total time to progression) ends at progression beyond the sequence, with death as a
competing event, and TPFS (total progression-free survival) at that or death, as SWITCH defines them for two agents in
sequence (NCT00732914). In arms without a sequence that is the first progression.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hepatrial.protocol.design import Protocol
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.trialdata import COMPETING_DEATH

CENSORED = 0
CANCER_DEATH, LIVER_DEATH, TOXIC_DEATH = 1, 2, 3
PROGRESSION, DEATH = 1, 2
SAME_TIMES = {"TSPFS": "TTUP", "RFS": "PFS", "TPFS": "TTTP"}
"""Endpoints with the days and codes of another; they differ in what counts as the event."""


class Observed(NamedTuple):
    """Times and event codes (`trialdata.ENDPOINTS`) of patients in one or many trials, of one shape.

    Those of untreatable progression are None where no arm embolises, those of progression beyond a sequence where no
    arm has one.
    """

    os_days: np.ndarray
    os_event: np.ndarray
    ttp_days: np.ndarray
    ttp_event: np.ndarray
    pfs_days: np.ndarray
    pfs_event: np.ndarray
    ttup_days: np.ndarray | None = None
    ttup_event: np.ndarray | None = None
    tttp_days: np.ndarray | None = None
    tttp_event: np.ndarray | None = None

    def coded(self, endpoint: str) -> tuple[np.ndarray, np.ndarray]:
        """Days and event codes of an endpoint."""
        name = SAME_TIMES.get(endpoint, endpoint).lower()
        return getattr(self, f"{name}_days"), getattr(self, f"{name}_event")

    def times(self, endpoint: str) -> tuple[np.ndarray, np.ndarray]:
        """Days and whether the endpoint's event happened (competing events count as censored)."""
        days, code = self.coded(endpoint)
        return days, (code == PROGRESSION) if endpoint in COMPETING_DEATH else (code > CENSORED)


def observed_endpoints(protocol: Protocol) -> tuple[str, ...]:
    """Endpoints that exist in a trial of this protocol."""
    every_tace = all(arm.tace is not None for arm in protocol.arms)
    every_ablation = all(arm.ablation is not None for arm in protocol.arms)
    return (
        "OS",
        "TTP",
        "PFS",
        *(("TTUP", "TSPFS") if every_tace else ()),
        *(("RFS",) if every_ablation else ()),
        *(("TTTP", "TPFS") if protocol.staged else ()),
    )


def death_days(outcomes: Outcomes) -> np.ndarray:
    """Whole day of death, shape as the outcomes; at least 1, beyond the horizon where nobody dies."""
    return np.maximum(np.ceil(outcomes.death), 1.0)


def causes_of_death(outcomes: Outcomes) -> np.ndarray:
    """Code of the cause of which each patient dies first, shape as the outcomes; of nobody's death that of cancer."""
    of_disease = np.where(outcomes.cancer_death <= outcomes.liver_death, CANCER_DEATH, LIVER_DEATH)
    return np.where(
        outcomes.toxic_death < np.minimum(outcomes.cancer_death, outcomes.liver_death),
        TOXIC_DEATH,
        of_disease,
    )


def observe(outcomes: Outcomes, end: np.ndarray, scan_interval_days: float) -> Observed:
    """What is seen of the patients up to ``end``, days since randomisation, an array of their shape."""
    death = death_days(outcomes)
    dies = death <= end
    last_scan = np.floor(end / scan_interval_days) * scan_interval_days

    def until(event_day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Days and codes of an event that a visit shows; death without it is coded too."""
        found = (event_day <= end) & (event_day < death)
        code = np.where(found, PROGRESSION, np.where(dies, DEATH, CENSORED)).astype(np.int8)
        return np.where(found, event_day, np.where(dies, death, last_scan)), code

    days, code = until(outcomes.progression)
    of_some: dict[str, np.ndarray] = {}
    for name, event_day in (("ttup", outcomes.untreatable), ("tttp", outcomes.final_progression)):
        if event_day is not None:
            of_some[f"{name}_days"], of_some[f"{name}_event"] = until(event_day)
    return Observed(
        os_days=np.where(dies, death, end),
        os_event=np.where(dies, causes_of_death(outcomes), CENSORED).astype(np.int8),
        ttp_days=days,
        ttp_event=code,
        pfs_days=days,
        pfs_event=code,
        **of_some,
    )


def last_visit(outcomes: Outcomes, end: np.ndarray) -> np.ndarray:
    """Last day on which a patient may be seen at a visit, shape as the outcomes.

    Scans and laboratory visits go on until both progression and the end of trial treatment: a patient who stops
    for an adverse event is scanned until progression, one who is treated beyond progression until treatment ends.
    Embolisation is treatment. Where there is a sequence, it is progression beyond it that counts.
    """
    alive = np.minimum(end, outcomes.death)
    final = outcomes.progression if outcomes.final_progression is None else outcomes.final_progression
    return np.minimum(alive, np.maximum(final, outcomes.stop))


def scans_had(outcomes: Outcomes, end: np.ndarray, scan_interval_days: float) -> np.ndarray:
    """Number of scans after baseline, whole, shape as the outcomes."""
    return np.floor(last_visit(outcomes, end) / scan_interval_days).astype(np.int64)
