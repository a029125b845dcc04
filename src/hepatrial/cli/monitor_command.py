"""``hepatrial monitor``: what markers over time say of survival, and how early they tell of progression."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out
from hepatrial.cli.data_options import Arm, Endpoint, Event, EventValues, Subject, Time, TimeUnit, Visit
from hepatrial.cli.limits import number_between
from hepatrial.cli.simulation_options import Seed

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput


def monitor(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="CSV, Parquet or XPT with a row a visit; or a folder with ADaM datasets, or of a run.",
        ),
    ],
    time: Time = None,
    event: Event = None,
    subject: Subject = None,
    visit: Visit = None,
    arm: Arm = None,
    patient: Annotated[
        str | None,
        typer.Option("--patient", metavar="P", help="Predict this patient's survival at each visit."),
    ] = None,
    marker: Annotated[
        list[str] | None,
        typer.Option(
            "--marker",
            metavar="NAME",
            help="A marker over time; may be given several times, the main one first.",
        ),
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule",
            metavar="RULE",
            help="A response ('AFP fall 20% at 8 weeks') or an alarm ('AFP rise 50% over nadir from 20'); may be given "
            "several times.",
        ),
    ] = None,
    adjust: Annotated[
        str | None,
        typer.Option(
            "--adjust", metavar="COLUMN,...", help="Baseline covariates that stand beside the markers."
        ),
    ] = None,
    horizon: Annotated[
        float,
        typer.Option(
            "--horizon",
            metavar="MONTHS",
            parser=number_between(0.5, 120, 6),
            help="How far predictions reach from each visit.",
        ),
    ] = 6.0,
    landmark: Annotated[
        float | None,
        typer.Option(
            "--landmark",
            metavar="WEEKS",
            parser=number_between(0.1, 520, 12),
            help="Landmark of the responses; 4 weeks after the rule's measurement if left out.",
        ),
    ] = None,
    endpoint: Endpoint = "OS",
    time_unit: TimeUnit = None,
    event_values: EventValues = None,
    seed: Seed = 1,
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Follow markers over time: responses at a landmark, changing hazard ratios, predictions, alarms.

    Predictions that follow the markers are checked against baseline alone, in patients who were not in the fit. With
    --patient: that patient's survival as predicted at each visit.
    """
    from hepatrial.biomarkers.monitoring import monitoring_study, parse_rule, predict_patient
    from hepatrial.biomarkers.monitoring.patient import place_of
    from hepatrial.cli.biomarker_data import biomarker_data
    from hepatrial.cli.monitor_lines import monitor_lines
    from hepatrial.report.monitor_record import monitor_record
    from hepatrial.units import DAYS_PER_MONTH, DAYS_PER_WEEK

    answer = Answer(out, force, as_json)
    answer.check()
    rules = [parse_rule(text) for text in rule or ()]
    columns = {"time": time, "event": event, "arm": arm, "subject": subject, "visit": visit, "control": None}
    trial = biomarker_data(data, columns, time_unit=time_unit, endpoint=endpoint, event_values=event_values)
    if patient is not None:
        place_of([str(label) for label in trial.subjects["subject"]], patient)
    covariates = [name.strip() for name in (adjust or "").split(",") if name.strip()]
    study = monitoring_study(
        trial,
        endpoint=endpoint,
        markers=marker or (),
        rules=rules,
        adjust=covariates,
        horizon_days=horizon * DAYS_PER_MONTH,
        landmark_days=None if landmark is None else landmark * DAYS_PER_WEEK,
        seed=seed,
    )
    one = None
    if patient is not None:
        one = predict_patient(
            [each.courses for each in study.markers],
            patient,
            study.horizon_days,
            study.covariates,
            study.adjust_names,
            study.markers[0].joint,
            seed=seed,
        )

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.monitor_page import monitor_output

        return monitor_output(trial.name, study, one, again, simulated=trial.simulated)

    codes = (
        None if event_values is None else ",".join(f"{value}={code}" for value, code in event_values.items())
    )
    options = {
        **{f"--{role}": column for role, column in columns.items()},
        "--patient": patient,
        "--marker": marker or None,
        "--rule": rule or None,
        "--adjust": adjust,
        "--horizon": horizon,
        "--landmark": landmark,
        "--endpoint": endpoint,
        "--time-unit": time_unit,
        "--event-values": codes,
        "--seed": seed,
    }
    answer.write(
        output,
        "monitor",
        options,
        arguments=(data,),
        inputs=[Path(data)] if Path(data).is_file() else (),
    )
    answer.warn([*trial.notes, *study.notes])
    answer.show(lambda: monitor_record(study, one), lambda: monitor_lines(trial.name, study, one))
