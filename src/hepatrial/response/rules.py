"""The rules by which a trial reads its tumour assessments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AssessmentRules:
    """What is needed beside the scans themselves to read them again, for example at another data cut.

    Attributes
    ----------
    progression
        Criteria whose progression is that of TTP and PFS.
    confirmation_days
        A response must be seen again at least this many days later.
    stable_disease_days
        Stable disease counts from this many days after baseline on.
    scan_interval_days
        Planned days from one scan to the next; None where there is no such plan.
    """

    progression: str
    confirmation_days: float
    stable_disease_days: float
    scan_interval_days: float | None = None
