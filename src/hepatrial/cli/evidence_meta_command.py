"""``hepatrial evidence meta``: one comparison pooled over the published trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import TAU2, AsJson, Force, Leading, Out, Records, Tau2

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput


def meta(
    agent: Annotated[
        list[str],
        typer.Option(
            "--agent",
            help='Treatment, for example ramucirumab or "durvalumab + tremelimumab"; may be given again, which pools '
            "several; all: every one that was compared with the control.",
        ),
    ],
    control: Annotated[str, typer.Option("--control", help="Compared with this.")] = "placebo",
    endpoint: Annotated[str, typer.Option("--endpoint", help="OS, PFS, TTP, RFS, TTR or TTUP.")] = "OS",
    line: Annotated[
        str | None,
        typer.Option("--line", help="1L, 2L, TACE ...; all: every line; if left out, that of most trials."),
    ] = None,
    model: Leading = None,
    tau2: Tau2 = "REML",
    knapp_hartung: Annotated[
        bool,
        typer.Option(
            "--knapp-hartung/--no-knapp-hartung",
            help="Interval of random effects by Knapp and Hartung, never narrower than Wald's; or Wald's.",
        ),
    ] = True,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            help="Regress the effect on a property of the trials: year, hbv, hcv, mvi, ehs, afp-400, child-pugh-a, "
            "bclc-c, ecog-0, male, asia or age; may be given again.",
        ),
    ] = None,
    apart: Annotated[
        list[str] | None,
        typer.Option(
            "--apart",
            help="Pool printed subgroups apart by a factor: afp-400, aetiology, macrovascular-invasion and the others "
            "of `hepatrial evidence indication`; may be given again.",
        ),
    ] = None,
    records: Records = None,
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Pool the published hazard ratios of a treatment against a control.

    Only confirmed ratios of randomised trials with a confirmed interval count, each trial once. Exit code 1 if there is
    none; the reasons are listed.
    """
    from hepatrial.cli.meta_lines import meta_lines
    from hepatrial.evidence import collection
    from hepatrial.evidence.questions.meta import pooled_answer
    from hepatrial.report.meta_record import meta_record

    answer = Answer(out, force, as_json)
    answer.check()
    known = collection(records)
    found = pooled_answer(
        agent,
        control,
        endpoint,
        line,
        model=model,
        tau2_estimator=TAU2[tau2],
        interval="knapp-hartung-never-narrower" if knapp_hartung else "wald",
        by=by or (),
        apart=apart or (),
        records=known,
    )
    options = {
        "--agent": agent,
        "--control": control,
        "--endpoint": endpoint,
        "--line": line,
        "--model": model,
        "--tau2": tau2,
        "--no-knapp-hartung": not knapp_hartung,
        "--by": by,
        "--apart": apart,
        "--records": records,
    }

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.meta_page import meta_output

        return meta_output(found, again)

    answer.write(output, "evidence meta", options, inputs=known.own_files)
    answer.show(lambda: meta_record(found), lambda: meta_lines(found))
