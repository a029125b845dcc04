"""``hepatrial evidence indication``: who should be treated, by subgroup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out, Records

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput


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
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """The effect by subgroup: pooled hazard ratios, tests of interaction within trials, and what is not known.

    Ratios of hazard ratios come from within trials and are adjusted by Holm for all that were tested. Levels without
    evidence stay in the table, with the patients seen and the trial that would close the question.
    """
    from hepatrial.cli.evidence_lines import one_after_another
    from hepatrial.cli.indication_lines import indication_lines
    from hepatrial.evidence import collection
    from hepatrial.evidence.questions.closing_trial import ClosingAssumptions
    from hepatrial.evidence.questions.indication import indication_maps
    from hepatrial.report.indication_record import indication_record

    answer = Answer(out, force, as_json)
    answer.check()
    known = collection(records)
    maps = indication_maps(
        agent,
        control=control,
        endpoint=endpoint,
        factors=factor or (),
        model=model,
        assumed=ClosingAssumptions(ratio=ratio, hr=hr, event_share=event_share, power=power),
        records=known,
    )
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

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.indication_page import indication_output

        return indication_output(maps, again)

    answer.write(output, "evidence indication", options, inputs=known.own_files)
    answer.show(
        lambda: {"maps": [indication_record(one) for one in maps]},
        lambda: one_after_another(maps, indication_lines),
    )
