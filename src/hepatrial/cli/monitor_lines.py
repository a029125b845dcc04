"""What ``hepatrial monitor`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hepatrial.biomarkers.monitoring.patient import PatientPrediction
from hepatrial.biomarkers.monitoring.study import MonitoringStudy
from hepatrial.report.biomarker_record import BIOMARKER_NOTICE
from hepatrial.report.monitor_rows import (
    ALARM_HEAD,
    CHECK_HEAD,
    MARKER_HEAD,
    RESPONSE_HEAD,
    SAMPLING_HEAD,
    VISIT_HEAD,
    alarm_row,
    check_rows,
    group_ratio,
    marker_row,
    response_rows,
    sampling_row,
    visit_row,
)
from hepatrial.units import DAYS_PER_MONTH


def monitor_lines(
    name: str, study: MonitoringStudy, patient: PatientPrediction | None = None
) -> Iterator[str]:
    """One patient first, where asked for; then markers, responses, predictions, alarms."""
    first = study.markers[0].courses
    beside = f", beside {', '.join(study.adjust_names)}" if study.adjust_names else ""
    yield f"{name}: {study.endpoint}, {len(first):,} subjects, {int(first.times.event.sum()):,} events{beside}"
    months = study.horizon_days / DAYS_PER_MONTH
    if patient is not None:
        yield ""
        yield f"patient {patient.subject}: chance to be without the event {months:.3g} months after each visit"
        yield from _table(VISIT_HEAD, [visit_row(one, patient.markers) for one in patient.visits])
    yield ""
    yield "hazard ratios of markers as they change"
    yield from _table(MARKER_HEAD, [marker_row(one) for one in study.markers])
    for found in study.responses:
        yield ""
        yield f"response: {found.rule}"
        yield from _table(RESPONSE_HEAD, response_rows(found))
        yield f"  biased by immortal time, not to be used: ever against never from day 0, HR {group_ratio(found.naive)}"
    if study.check is not None:
        yield ""
        yield f"predictions over {months:.3g} months, in patients who were not in the fit ({study.check.folds} folds)"
        yield from _table(CHECK_HEAD, check_rows(study))
    if study.alarms:
        yield ""
        yield f"alarms against progression ({study.progression}), false without one within 12 weeks"
        yield from _table(ALARM_HEAD, [alarm_row(one) for one in study.alarms])
    for choice in study.sampling:
        if choice.enough_weeks is None:
            continue
        yield ""
        rule = choice.intervals[0].result.rule
        yield f"{rule}: measured every {choice.enough_weeks:.3g} weeks keeps 90 % of the warning"
        yield from _table(SAMPLING_HEAD, [sampling_row(one.weeks, one.result) for one in choice.intervals])
    yield ""
    yield "limits are 95 %; a marker that foretells survival does not show that acting on it helps"
    yield BIOMARKER_NOTICE


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    table = [tuple(head), *map(tuple, rows)]
    widths = [max(len(row[place]) for row in table) for place in range(len(head))]
    for row in table:
        cells = [
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "   ".join(cells).rstrip()
