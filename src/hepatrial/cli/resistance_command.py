"""``hepatrial resistance``: what share of progressions is due to which cause of resistance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out
from hepatrial.cli.limits import whole_number
from hepatrial.cli.simulation_options import NoProgress, ProtocolName, Seed

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput

MOST_PATIENTS = 200_000


def resistance(
    protocol: ProtocolName,
    patients: Annotated[
        int,
        typer.Option(
            "--patients",
            metavar="N",
            parser=whole_number(2, MOST_PATIENTS, 2000),
            help=f"Virtual patients, each under every arm and every set of causes; at most {MOST_PATIENTS:,}.",
        ),
    ] = 2000,
    seed: Seed = 1,
    out: Out = None,
    force: Force = False,
    quiet: NoProgress = False,
    as_json: AsJson = False,
) -> None:
    """Divide the progressions under each arm among the causes of resistance.

    Selection of resistant cells, angiogenic escape, rewiring through feedbacks, falling exposure; what comes as early
    without any of them was never held up. Beside it: what blocking a cause would gain, and when each sets in.
    """
    from hepatrial.attribution import attribute_resistance
    from hepatrial.cli.progress import shown_progress
    from hepatrial.cli.resistance_lines import resistance_lines
    from hepatrial.conduct.unfitted_warnings import treatment_warnings
    from hepatrial.report.resistance_record import resistance_record
    from hepatrial.virtual_trial import work_of

    answer = Answer(out, force, as_json)
    answer.check()
    work = work_of(protocol, seed=seed)
    with shown_progress(silent=quiet) as progress:
        arms = attribute_resistance(work, patients, progress=progress)

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.resistance_page import resistance_output

        return resistance_output(work, arms, again)

    answer.write(
        output,
        "resistance",
        {"--patients": patients, "--seed": seed},
        arguments=(protocol,),
        inputs=[Path(protocol)] if Path(protocol).is_file() else (),
    )
    answer.warn(treatment_warnings(work.protocol, work.recorded_agents))
    answer.show(lambda: resistance_record(work, arms), lambda: resistance_lines(work, arms))
