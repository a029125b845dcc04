"""``hepatrial evidence surrogates``: is an effect on PFS, TTP or response an effect on OS?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.evidence_command import AsJson, Records


def surrogates(
    surrogate: Annotated[
        list[str] | None,
        typer.Option("--surrogate", help="PFS, TTP, ORR or DCR; may be given again. All four if left out."),
    ] = None,
    line: Annotated[
        str | None, typer.Option("--line", help="Only trials of this line: 1L, 2L, TACE ...")
    ] = None,
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
    """Effects on a surrogate against effects on OS, over the registry's randomised trials.

    Weighted R2 with its interval, the surrogate threshold effect, each trial predicted from the others, and the same
    with the errors of both effects taken out. Says so where there are too few trials.
    """
    from hepatrial.evidence import collection
    from hepatrial.evidence.questions.surrogates import SURROGATES, surrogate_answer
    from hepatrial.report.surrogates_record import surrogates_record

    if out is not None:
        from hepatrial.report.run_folder import check_target

        check_target(out, force=force)
    known = collection(records)
    answers = [surrogate_answer(name, line=line, records=known) for name in surrogate or SURROGATES]
    if out is not None:
        from hepatrial.cli.command_words import command_words
        from hepatrial.report.evidence_folder import write_evidence_folder
        from hepatrial.report.surrogates_page import surrogates_output

        options = {"--surrogate": surrogate, "--line": line, "--records": records}
        again = command_words("evidence surrogates", (), options)
        page = write_evidence_folder(out, surrogates_output(answers, again), force=force)
        typer.echo(f"{page}", err=True)
    if as_json:
        from hepatrial.cli.printing import print_json

        print_json({"answers": [surrogates_record(answer) for answer in answers]})
    else:
        from hepatrial.cli.surrogates_lines import surrogates_lines

        for place, answer in enumerate(answers):
            if place:
                typer.echo("\n" + "=" * 80 + "\n")
            for row in surrogates_lines(answer):
                typer.echo(row)
