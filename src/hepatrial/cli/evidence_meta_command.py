"""``hepatrial evidence meta``: one comparison pooled over the published trials."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.evidence_command import AsJson, Records
from hepatrial.cli.limits import one_of

TAU2 = {"REML": "reml", "DL": "dersimonian-laird", "PM": "paule-mandel"}
Tau2 = Annotated[
    str,
    typer.Option(
        "--tau2",
        metavar="ESTIMATOR",
        parser=one_of(tuple(TAU2)),
        help="Of the variance between trials: REML, DL (DerSimonian-Laird) or PM (Paule-Mandel).",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Write page, figures (SVG, PNG), result and tables into this new folder."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a folder that an earlier command wrote.")]


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
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="MODEL",
            parser=one_of(("random", "common")),
            help="Which pool leads, random or common; both are shown. Random from 3 trials on if left out.",
        ),
    ] = None,
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
    from hepatrial.evidence import collection
    from hepatrial.evidence.questions.meta import pooled_answer
    from hepatrial.report.meta_record import meta_record

    if out is not None:
        from hepatrial.report.run_folder import check_target

        check_target(out, force=force)
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
        records=collection(records),
    )
    if out is not None:
        from hepatrial.cli.command_words import command_words
        from hepatrial.report.evidence_folder import write_evidence_folder
        from hepatrial.report.meta_page import meta_output

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
        page = write_evidence_folder(
            out, meta_output(found, command_words("evidence meta", (), options)), force=force
        )
        typer.echo(f"page: {page}", err=True)
    if as_json:
        from hepatrial.cli.printing import print_json

        print_json(meta_record(found))
    else:
        from hepatrial.cli.meta_lines import meta_lines

        for row in meta_lines(found):
            typer.echo(row)
