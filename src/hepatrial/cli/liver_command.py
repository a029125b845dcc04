"""``hepatrial liver``: the benefit by liver reserve, and from which reserve on it is gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out
from hepatrial.cli.limits import number_between, whole_number
from hepatrial.cli.simulation_options import NoProgress, ProtocolName, Seed

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput

LEAST_PATIENTS, MOST_PATIENTS, MOST_DRAWS = 400, 200_000, 1000


def liver(
    protocol: ProtocolName,
    arm: Annotated[
        str | None,
        typer.Option(
            "--arm", metavar="ARM", help="The arm of interest; the first beside control if left out."
        ),
    ] = None,
    patients: Annotated[
        int,
        typer.Option(
            "--patients",
            metavar="N",
            parser=whole_number(LEAST_PATIENTS, MOST_PATIENTS, 4000),
            help=f"Virtual patients across liver reserve, each under every arm; {LEAST_PATIENTS} to {MOST_PATIENTS:,}.",
        ),
    ] = 4000,
    window: Annotated[
        float | None,
        typer.Option(
            "--window",
            metavar="MONTHS",
            parser=number_between(1, 120, 12),
            help="Months within which time lived and lost is counted; that of the protocol's plan if left out, 12 "
            "without one.",
        ),
    ] = None,
    margin: Annotated[
        float,
        typer.Option(
            "--margin",
            metavar="MONTHS",
            parser=number_between(0, 60, 0.5),
            help="Gain in months at or below which the benefit counts as gone: your choice, not a published number.",
        ),
    ] = 0.5,
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            metavar="N",
            parser=whole_number(0, MOST_DRAWS, 40),
            help=f"Draws of the model's parameters, for their uncertainty; 0 leaves it out, at most {MOST_DRAWS:,}.",
        ),
    ] = 40,
    seed: Seed = 1,
    out: Out = None,
    force: Force = False,
    quiet: NoProgress = False,
    as_json: AsJson = False,
) -> None:
    """Find from which liver reserve on an arm's benefit is gone.

    The protocol's patients with liver function down to Child-Pugh C, each under every arm: hazard ratios,
    months lived, and months lost to cancer, to liver death and to toxicity, by Child-Pugh score and class, ALBI
    grade and ALBI.
    """
    from hepatrial.cli.liver_lines import liver_lines
    from hepatrial.cli.progress import shown_progress
    from hepatrial.conduct.unfitted_warnings import treatment_warnings
    from hepatrial.report.liver_record import liver_record
    from hepatrial.reserve import answer_by_reserve
    from hepatrial.virtual_trial import work_of

    answer = Answer(out, force, as_json)
    answer.check()
    work = work_of(protocol, seed=seed, precision="float32")
    with shown_progress(silent=quiet) as progress:
        found = answer_by_reserve(
            work,
            patients,
            arm=arm,
            window_months=window,
            margin_months=margin,
            draws=draws,
            progress=progress,
        )

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.liver_page import liver_output

        return liver_output(work, found, again)

    options = {"--arm": arm, "--patients": patients, "--window": window, "--margin": margin, "--draws": draws}
    answer.write(
        output,
        "liver",
        {**options, "--seed": seed},
        arguments=(protocol,),
        inputs=[Path(protocol)] if Path(protocol).is_file() else (),
    )
    answer.warn(treatment_warnings(work.protocol, work.recorded_agents))
    answer.show(lambda: liver_record(work, found), lambda: liver_lines(work, found))
