"""``hepatrial credibility``: how far the model can be trusted, for what, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput


def credibility(
    calibration: Annotated[
        Path | None,
        typer.Option(
            "--calibration",
            metavar="DIR",
            help="Folder of `hepatrial calibrate`; the shipped calibration if left out.",
        ),
    ] = None,
    validation: Annotated[
        Path | None,
        typer.Option(
            "--validation",
            metavar="DIR",
            help="Folder of `hepatrial validate --out`; the shipped record, if there is one, if left out.",
        ),
    ] = None,
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Say how far the model can be trusted, after ASME V&V 40 and ICH M15.

    Question of interest, context of use and risk; what was fitted and held out; verification, validation, uncertainty
    and applicability; where the model fails; assumed numbers with their influence on the answer. Nothing is simulated.
    """
    from hepatrial.cli.credibility_lines import credibility_lines
    from hepatrial.report.credibility_answer import credibility as read
    from hepatrial.report.credibility_record import credibility_record

    answer = Answer(out, force, as_json)
    answer.check()
    found = read(calibration, validation)

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.credibility_page import credibility_output

        return credibility_output(found, again)

    answer.write(output, "credibility", {"--calibration": calibration, "--validation": validation})
    answer.show(lambda: credibility_record(found), lambda: credibility_lines(found))
