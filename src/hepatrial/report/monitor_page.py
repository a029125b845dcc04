"""The page about markers over time."""

from __future__ import annotations

from hepatrial.biomarkers.monitoring.lead_time import LeadTime
from hepatrial.biomarkers.monitoring.patient import PatientPrediction
from hepatrial.biomarkers.monitoring.study import MonitoringStudy, marker_table
from hepatrial.figures.monitoring import draw_patient, draw_prediction_gains, draw_sampling, draw_warning
from hepatrial.report.biomarker_record import BIOMARKER_NOTICE
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection, PageFigure, PageTable
from hepatrial.report.monitor_record import lead_record, monitor_record
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
from hepatrial.units import DAYS_PER_MONTH, DAYS_PER_WEEK

PAGE = "monitor.html"
NOT_ACTING = (
    "That a marker foretells an event does not show that acting on it helps. Only a trial shows that in which one arm "
    "acts on the marker."
)


def monitor_output(
    name: str, study: MonitoringStudy, patient: PatientPrediction | None, command: str, *, simulated: bool
) -> EvidenceOutput:
    """Everything that the folder holds."""
    first = study.markers[0].courses
    beside = f", beside {', '.join(study.adjust_names)}" if study.adjust_names else ""
    sections = [
        *([] if patient is None else [_patient(patient)]),
        _markers(study),
        *([_responses(study)] if study.responses else []),
        *([_predictions(study)] if study.check is not None else []),
        *([_alarms(study)] if study.alarms else []),
    ]
    kind = "Simulated" if simulated else "Computed from the data given"
    return EvidenceOutput(
        title=f"Markers over time: {name}",
        lead=f"{study.endpoint}: {len(first):,} subjects, {int(first.times.event.sum()):,} events{beside}.",
        sections=tuple(sections),
        command=command,
        result=monitor_record(study, patient),
        tables={"alarms": [_flat(one) for one in study.alarms]},
        notice=f"{kind}. {BIOMARKER_NOTICE}",
        warnings=study.notes,
        page=PAGE,
        frames={"measurements": marker_table([one.courses for one in study.markers])},
    )


def _patient(found: PatientPrediction) -> EvidenceSection:
    months = found.horizon_days / DAYS_PER_MONTH
    return EvidenceSection(
        heading=f"Patient {found.subject}",
        explanation=(
            f"At each visit, the chance to be without the event {months:.3g} months later, from what was known by "
            "then. The patient stands outside the landmark model's fit.",
            "Limits hold what is not known of a model's parameters and, in the joint model, of the patient's own "
            "course. They do not hold that a model may be wrong for this patient. Not for treating a patient.",
        ),
        figures=(
            PageFigure(
                "patient",
                "Markers and predictions",
                "Above, the markers as measured; below, solid lines with bands of 95 % limits: the landmark model at "
                "the visits marked by dotted lines; broken lines: the joint model of the first marker.",
                draw_patient(found),
            ),
        ),
        tables=(
            PageTable(
                f"Chance to be without the event {months:.3g} months after each visit",
                VISIT_HEAD,
                tuple(visit_row(one, found.markers) for one in found.visits),
                text_columns=2,
            ),
        ),
        citations=(
            "van Houwelingen 2007, 10.1111/j.1467-9469.2006.00529.x",
            "Rizopoulos 2011, 10.1111/j.1541-0420.2010.01546.x",
        ),
    )


def _markers(study: MonitoringStudy) -> EvidenceSection:
    reasons = [f"{one.courses.marker}: {reason}." for one in study.markers for reason in one.reasons]
    return EvidenceSection(
        heading="Markers as they change",
        explanation=(
            "Hazard ratios per unit of the marker's scale (a log is natural). In the time-varying model the last value "
            "counts until the next; with a lag of 28 days it counts from four weeks after the visit, lest the dying "
            "themselves set the marker. The joint model takes the marker's true course, a line for each patient, in "
            "place of its last measurement: where measurements err, its ratio is further from 1.",
            *reasons,
        ),
        tables=(
            PageTable(
                "Hazard ratios over time", MARKER_HEAD, tuple(marker_row(one) for one in study.markers)
            ),
        ),
        citations=(
            "Andersen & Gill 1982, 10.1214/aos/1176345976",
            "Wulfsohn & Tsiatis 1997, 10.2307/2533118",
            "Rizopoulos 2012, 10.1201/b12208",
        ),
    )


def _responses(study: MonitoringStudy) -> EvidenceSection:
    return EvidenceSection(
        heading="Responses by a marker",
        explanation=(
            "Groups are formed by what was known at the landmark; only those still at risk then are counted, and time "
            "runs from there. The landmark was chosen before the outcome was looked at; the others show how much "
            "hangs on it.",
            "In brackets: events. Left out: gone before the landmark + at risk, but not measured. "
            "Responders differ from others in more than the response: this is no effect of treatment.",
        ),
        tables=tuple(
            PageTable(
                str(found.rule),
                RESPONSE_HEAD,
                tuple(response_rows(found)),
                note="Biased, and shown as a warning: whoever ever responded against the others from day 0 gives HR "
                f"{group_ratio(found.naive)}. Responders had to live until their response (immortal time).",
            )
            for found in study.responses
        ),
        citations=(
            "Anderson, Cain & Gelber 1983, 10.1200/JCO.1983.1.11.710",
            "Dafni 2011, 10.1161/CIRCOUTCOMES.110.957951",
            "Lee et al. 2015, 10.2147/JHC.S79353",
        ),
    )


def _predictions(study: MonitoringStudy) -> EvidenceSection:
    check = study.check
    days = ", ".join(f"{day / DAYS_PER_WEEK:.0f}" for day in study.landmarks_days)
    return EvidenceSection(
        heading="Does following the markers predict better?",
        explanation=(
            f"Events within {check.window_days / DAYS_PER_MONTH:.3g} months of {days} weeks, predicted by the last "
            f"values of {', '.join(check.markers)}, and by their baseline alone. Patients were split into "
            f"{check.folds} parts; each part was predicted by models fitted to the others.",
            "A gain is an improvement: AUC higher, Brier score lower. Limits are over patients.",
        ),
        figures=(
            PageFigure(
                "prediction",
                "Prediction out of sample",
                "Points with 95 % limits over patients; censoring within the window is made up for by weights.",
                draw_prediction_gains(check),
            ),
        ),
        tables=(PageTable("Scores", CHECK_HEAD, tuple(check_rows(study))),),
        citations=(
            "van Houwelingen & Putter 2012, 10.1201/b11311",
            "Blanche et al. 2015, 10.1111/biom.12232",
        ),
    )


def _alarms(study: MonitoringStudy) -> EvidenceSection:
    choices = [choice for choice in study.sampling if choice.enough_weeks is not None]
    figures = [
        PageFigure(
            "warning",
            "Warning and false alarms",
            "Mean warning is over all progressions, 0 for those without an alarm.",
            draw_warning(study.alarms),
        )
    ]
    if choices:
        figures.append(
            PageFigure(
                "sampling",
                "Sampling more rarely",
                "The same courses with measurements left out.",
                draw_sampling(choices),
            )
        )
    return EvidenceSection(
        heading="How early does a marker tell of progression?",
        explanation=(
            "First alarms against progression on a scan. An alarm that no progression follows within 12 weeks is "
            "false; one after which the patient dies or leaves before that is open, and in neither count. Beside it "
            "stands how often progression follows within 12 weeks of any visit: what an alarm at random would achieve.",
            "A rule that is no better than chance warns early by accident.",
            "Progression is seen at scans alone: part of the warning is the wait for the next scan.",
            NOT_ACTING,
        ),
        figures=tuple(figures),
        tables=(
            PageTable(
                f"Alarms against progression ({study.progression})",
                ALARM_HEAD,
                tuple(alarm_row(one) for one in study.alarms),
            ),
            *(
                PageTable(
                    f"{choice.intervals[0].result.rule}: {choice.enough_weeks:.3g} weeks keep 90 % of the warning",
                    SAMPLING_HEAD,
                    tuple(sampling_row(one.weeks, one.result) for one in choice.intervals),
                )
                for choice in choices
            ),
        ),
    )


def _flat(found: LeadTime) -> dict[str, object]:
    """A row of the table of alarms: a value with limits becomes three columns."""
    row: dict[str, object] = {}
    for name, value in lead_record(found).items():
        if isinstance(value, dict):
            row[name], (row[f"{name}_lower"], row[f"{name}_upper"]) = value["value"], value["ci"]
        elif isinstance(value, list):
            row[f"{name}_low"], row[f"{name}_high"] = value
        else:
            row[name] = value
    return row
