"""``hepatrial evidence indication``: who should be treated, by subgroup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.evidence_command import AsJson, Records


def indication(
    agent: Annotated[
        str,
        typer.Option("--agent", help="Whose effect, for example ramucirumab; all: every one that has any."),
    ] = "sorafenib",
    control: Annotated[
        str | None, typer.Option("--control", help="Only against this, for example placebo.")
    ] = None,
    endpoint: Annotated[str, typer.Option("--endpoint", help="OS, PFS or TTP.")] = "OS",
    factor: Annotated[
        list[str] | None,
        typer.Option(
            "--factor",
            help="Only this factor; may be given again: child-pugh, albi, macrovascular-invasion, "
            "extrahepatic-spread, invasion-or-spread, afp-400, afp-200, aetiology, ecog, region; on request age, sex "
            "and others.",
        ),
    ] = None,
    model: Annotated[
        str, typer.Option("--model", help="How trials are pooled: common or random effects.")
    ] = "common",
    ratio: Annotated[
        float, typer.Option("--ratio", help="Ratio of hazard ratios that a closing trial should find.")
    ] = 1.5,
    hr: Annotated[
        float, typer.Option("--hr", help="Hazard ratio that a closing trial within a level should find.")
    ] = 0.7,
    event_share: Annotated[
        float, typer.Option("--event-share", help="Share of its patients with the event, assumed.")
    ] = 0.7,
    power: Annotated[float, typer.Option("--power", help="Power of a closing trial.")] = 0.9,
    records: Records = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write page, figures and result into this new folder."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a folder that an earlier run wrote.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The effect by subgroup: pooled hazard ratios, tests of interaction within trials, and what is not known.

    Ratios of hazard ratios come from within trials and are adjusted by Holm for all that were tested. Levels without
    evidence stay in the table, with the patients seen and the trial that would close the question.
    """
    from hepatrial.evidence import collection
    from hepatrial.evidence.questions.closing_trial import ClosingAssumptions
    from hepatrial.evidence.questions.indication import indication_maps
    from hepatrial.report.indication_record import indication_record

    if out is not None:
        from hepatrial.report.run_folder import check_target

        check_target(out, force=force)
    maps = indication_maps(
        agent,
        control=control,
        endpoint=endpoint,
        factors=factor or (),
        model=model,
        assumed=ClosingAssumptions(ratio=ratio, hr=hr, event_share=event_share, power=power),
        records=collection(records),
    )
    if out is not None:
        from hepatrial.cli.command_words import command_words
        from hepatrial.report.evidence_folder import write_evidence_folder
        from hepatrial.report.indication_page import indication_output

        options = {
            "--agent": agent,
            "--control": control,
            "--endpoint": endpoint,
            "--factor": factor,
            "--model": model,
            "--ratio": f"{ratio:g}",
            "--hr": f"{hr:g}",
            "--event-share": f"{event_share:g}",
            "--power": f"{power:g}",
            "--records": records,
        }
        again = command_words("evidence indication", (), options)
        page = write_evidence_folder(out, indication_output(maps, again), force=force)
        typer.echo(f"{page}", err=True)
    if as_json:
        from hepatrial.cli.printing import print_json

        print_json({"maps": [indication_record(one) for one in maps]})
    else:
        from hepatrial.cli.indication_lines import indication_lines

        for place, one in enumerate(maps):
            if place:
                typer.echo("\n" + "=" * 80 + "\n")
            for row in indication_lines(one):
                typer.echo(row)
