"""``hepatrial biomarker``: what markers say of the outcome."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out
from hepatrial.cli.data_options import (
    Arm,
    Control,
    Endpoint,
    Event,
    EventValues,
    Subject,
    Time,
    TimeUnit,
    Visit,
)
from hepatrial.cli.limits import number_between, one_of, whole_number
from hepatrial.cli.simulation_options import Seed

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput

MOST_IMPUTATIONS = 200


def columns_of(text: str) -> str:
    """Names of columns with commas between, each once."""
    return ",".join(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


columns_of.__name__ = "columns"


def biomarker(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA", help="CSV, Parquet or XPT; or a folder with ADaM datasets, or of a run."
        ),
    ],
    time: Time = None,
    event: Event = None,
    arm: Arm = None,
    markers: Annotated[
        str | None,
        typer.Option(
            "--markers",
            metavar="COLUMN,...",
            parser=columns_of,
            help="Columns of the markers; without it every column of numbers or of two levels that is no outcome, "
            "identifier or covariate.",
        ),
    ] = None,
    adjust: Annotated[
        str | None,
        typer.Option(
            "--adjust",
            metavar="COLUMN,...",
            parser=columns_of,
            help="Clinical covariates that stand beside each marker, such as BCLC, ALBI, AFP, ECOG, invasion.",
        ),
    ] = None,
    transform: Annotated[
        str,
        typer.Option(
            "--transform",
            metavar="SCALE",
            parser=one_of(("none", "log1p", "rank")),
            help="Of markers of more than two levels: none, log1p or rank.",
        ),
    ] = "none",
    per: Annotated[
        str,
        typer.Option(
            "--per",
            metavar="WIDTH",
            parser=one_of(("unit", "sd", "iqr")),
            help="What hazard ratios are per: unit, sd or iqr (interquartile range).",
        ),
    ] = "sd",
    multiplicity: Annotated[
        str,
        typer.Option(
            "--multiplicity",
            metavar="RULE",
            parser=one_of(("fdr", "holm", "westfall-young")),
            help="How p is corrected over all markers: fdr, holm or westfall-young (permutation).",
        ),
    ] = "fdr",
    cutpoint: Annotated[
        bool,
        typer.Option("--cutpoint", help="Search cut-points too, and report the optimism of the search."),
    ] = False,
    impute: Annotated[
        int,
        typer.Option(
            "--impute",
            metavar="N",
            parser=whole_number(0, MOST_IMPUTATIONS, 20),
            help="Impute missing values so many times, beside the answer from available cases; 0 does not.",
        ),
    ] = 0,
    panel: Annotated[
        str | None,
        typer.Option(
            "--panel",
            metavar="KIND",
            parser=one_of(("lasso", "elastic-net", "ridge")),
            help="Put all markers into one penalised model too: lasso, elastic-net or ridge.",
        ),
    ] = None,
    horizon: Annotated[
        float | None,
        typer.Option(
            "--horizon",
            metavar="MONTHS",
            parser=number_between(0.5, 600, 24),
            help="When predicted risks are looked at; the last of 6, 12, 24, 36 and 60 months that a fifth of the "
            "patients reach if left out.",
        ),
    ] = None,
    validate: Annotated[
        str | None,
        typer.Option(
            "--validate",
            metavar="FILE",
            help="Other data with the same columns, on which the model of covariates and markers is tested.",
        ),
    ] = None,
    endpoint: Endpoint = "OS",
    time_unit: TimeUnit = None,
    subject: Subject = None,
    visit: Visit = None,
    event_values: EventValues = None,
    control: Control = None,
    seed: Seed = 1,
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Find which markers say something of the outcome, and how sure that is.

    One model a marker, alone and beside clinical covariates; effects as curves; p corrected over all markers;
    missing values shown.
    """
    from hepatrial.biomarkers import marker_frame
    from hepatrial.biomarkers.predictive import predictive_study
    from hepatrial.biomarkers.prognostic.study import StudyChoices, prognostic_study, validated_on
    from hepatrial.cli.biomarker_data import biomarker_data
    from hepatrial.cli.biomarker_lines import biomarker_lines
    from hepatrial.report.biomarker_record import biomarker_record

    answer = Answer(out, force, as_json)
    answer.check()
    columns = {
        "time": time,
        "event": event,
        "arm": arm,
        "subject": subject,
        "visit": visit,
        "control": control,
    }
    trial = biomarker_data(data, columns, time_unit=time_unit, endpoint=endpoint, event_values=event_values)
    frame = marker_frame(
        trial,
        endpoint=endpoint,
        markers=None if markers is None else markers.split(","),
        adjust=[] if not adjust else adjust.split(","),
        transform=transform,
        per=per,
    )
    choices = StudyChoices(
        named=markers is not None,
        multiplicity=multiplicity,
        cutpoint=cutpoint,
        imputations=impute,
        seed=seed,
        horizon_months=horizon,
        panel=panel,
    )
    other = None
    if validate is not None:
        other = biomarker_data(
            validate, columns, time_unit=time_unit, endpoint=endpoint, event_values=event_values
        )
    study = prognostic_study(frame, choices)
    validated = None if other is None else validated_on(study, other)
    predictive = (
        None
        if frame.arm is None
        else predictive_study(
            frame, multiplicity="holm" if multiplicity == "westfall-young" else multiplicity, seed=seed
        )
    )

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.biomarker_page import biomarker_output

        return biomarker_output(
            trial.name, study, again, simulated=trial.simulated, validated=validated, predictive=predictive
        )

    codes = (
        None if event_values is None else ",".join(f"{value}={code}" for value, code in event_values.items())
    )
    options = {
        **{f"--{role}": column for role, column in columns.items()},
        "--markers": markers,
        "--adjust": adjust,
        "--transform": transform,
        "--per": per,
        "--multiplicity": multiplicity,
        "--cutpoint": cutpoint,
        "--impute": impute or None,
        "--panel": panel,
        "--horizon": horizon,
        "--validate": validate,
        "--endpoint": endpoint,
        "--time-unit": time_unit,
        "--event-values": codes,
        "--seed": seed,
    }
    answer.write(
        output,
        "biomarker",
        options,
        arguments=(data,),
        inputs=[Path(one) for one in (data, validate) if one is not None and Path(one).is_file()],
    )
    answer.warn(trial.notes)
    answer.show(
        lambda: biomarker_record(study, validated, predictive),
        lambda: biomarker_lines(trial.name, study, validated, predictive),
    )
