"""``hepatrial evidence surrogates``: is an effect on PFS, TTP or response an effect on OS?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out, Records

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput


def surrogates(
    surrogate: Annotated[
        list[str] | None,
        typer.Option("--surrogate", help="PFS, TTP, ORR or DCR; may be given again. All four if left out."),
    ] = None,
    line: Annotated[
        str | None, typer.Option("--line", help="Only trials of this line: 1L, 2L, TACE ...")
    ] = None,
    records: Records = None,
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Effects on a surrogate against effects on OS, over the registry's randomised trials.

    Weighted R2 with its interval, the surrogate threshold effect, each trial predicted from the others, and the same
    with the errors of both effects taken out. Says so where there are too few trials.
    """
    from hepatrial.cli.evidence_lines import one_after_another
    from hepatrial.cli.surrogates_lines import surrogates_lines
    from hepatrial.evidence import collection
    from hepatrial.evidence.questions.surrogates import SURROGATES, surrogate_answer
    from hepatrial.report.surrogates_record import surrogates_record

    answer = Answer(out, force, as_json)
    answer.check()
    known = collection(records)
    found = [surrogate_answer(name, line=line, records=known) for name in surrogate or SURROGATES]
    options = {"--surrogate": surrogate, "--line": line, "--records": records}

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.surrogates_page import surrogates_output

        return surrogates_output(found, again)

    answer.write(output, "evidence surrogates", options, inputs=known.own_files)
    answer.show(
        lambda: {"answers": [surrogates_record(one) for one in found]},
        lambda: one_after_another(found, surrogates_lines),
    )
