"""``hepatrial predict``: the phase 3 trial of an agent after its phase 2 results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out
from hepatrial.cli.limits import MAX_WORKERS, number_between, whole_number
from hepatrial.cli.simulation_options import NoProgress, Seed

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput

LEAST_DRAWS, MOST_DRAWS = 8, 5000
LEAST_PATIENTS, MOST_PATIENTS = 64, 16_384


def predict(
    agent: Annotated[
        str, typer.Argument(metavar="AGENT", help="A name of the catalogue, or the path of an agent's file.")
    ],
    protocol: Annotated[
        str,
        typer.Option(
            "--protocol", metavar="PROTOCOL", help="The phase 3 trial: a protocol file or a bundled name."
        ),
    ],
    phase2: Annotated[
        Path | None,
        typer.Option(
            "--phase2",
            metavar="FILE",
            help="Phase 1b and 2 results of the agent, as docs/prediction.md describes; without them bench "
            "pharmacology and other agents alone speak.",
        ),
    ] = None,
    margin: Annotated[
        float,
        typer.Option(
            "--margin",
            metavar="HR",
            parser=number_between(0.5, 2.0, 1.08),
            help="Hazard ratio that the upper confidence limit must stay below: 1 for superiority, more for "
            "non-inferiority.",
        ),
    ] = 1.0,
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            metavar="N",
            parser=whole_number(LEAST_DRAWS, MOST_DRAWS, 300),
            help=f"Joint draws of the posterior and the agent in a round; {LEAST_DRAWS} to {MOST_DRAWS:,}.",
        ),
    ] = 300,
    patients: Annotated[
        int,
        typer.Option(
            "--patients",
            metavar="N",
            parser=whole_number(LEAST_PATIENTS, MOST_PATIENTS, 1024),
            help="Virtual patients of each trial under each draw, every one under all arms; "
            f"{LEAST_PATIENTS} to {MOST_PATIENTS:,}.",
        ),
    ] = 1024,
    seed: Seed = 1,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="W",
            parser=whole_number(1, MAX_WORKERS, 2),
            help="Processes; one a core if left out.",
        ),
    ] = None,
    out: Out = None,
    force: Force = False,
    quiet: NoProgress = False,
    as_json: AsJson = False,
) -> None:
    """Predict the phase 3 trial of an agent from its phase 2 results.

    Draws of the calibration's posterior, each with a potency, toxicity and fatality of the agent, are weighted by the
    phase 2 results; then the phase 3 trial under the weighted draws: hazard ratios, survival, probability of success,
    and what each result does to the answer.
    """
    from hepatrial.cli.prediction_lines import prediction_lines
    from hepatrial.cli.progress import shown_progress
    from hepatrial.prediction.answer import predict as predicted
    from hepatrial.prediction.phase2_file import read_phase2
    from hepatrial.protocol.loading import load
    from hepatrial.report.prediction_record import prediction_record

    answer = Answer(out, force, as_json)
    answer.check()
    results = None if phase2 is None else read_phase2(phase2)
    with shown_progress(silent=quiet) as progress:
        found = predicted(
            agent, load(protocol), results, draws=draws, patients=patients, margin=margin, seed=seed,
            workers=workers, progress=progress,
        )  # fmt: skip

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.prediction_page import prediction_output

        return prediction_output(found, again)

    options = {"--protocol": protocol, "--phase2": phase2, "--margin": margin, "--draws": draws}
    answer.write(
        output,
        "predict",
        {**options, "--patients": patients, "--seed": seed},
        arguments=(agent,),
        inputs=_files(agent, protocol, phase2, found.own_files),
    )
    answer.warn(found.warnings)
    answer.show(lambda: prediction_record(found), lambda: prediction_lines(found))


def _files(agent: str, protocol: str, phase2: Path | None, own: tuple[str, ...]) -> list[Path]:
    """Files of the user's that the answer was made from, each once."""
    named = [Path(agent), Path(protocol), *([] if phase2 is None else [phase2])]
    named += [Path(protocol).parent / path for path in own]
    return [path for path in dict.fromkeys(named) if path.is_file()]
