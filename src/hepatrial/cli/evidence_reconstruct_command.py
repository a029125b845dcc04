"""``hepatrial evidence reconstruct``: from published curves to patients."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput

Values = list[str] | None


def reconstruct(
    curves: Annotated[
        list[Path] | None,
        typer.Argument(metavar="CURVE.csv...", help="Digitised points: WebPlotDigitizer's, or plain CSV."),
    ] = None,
    at_risk: Annotated[
        Path | None, typer.Option("--at-risk", metavar="FILE", help="Numbers at risk by arm, as CSV.")
    ] = None,
    arms: Annotated[
        str | None,
        typer.Option("--arms", help="Names of the arms in order, EXPERIMENTAL,CONTROL; else the files'."),
    ] = None,
    n: Annotated[
        Values, typer.Option("--n", help="Size of an arm without numbers at risk: 299, or ARM=299.")
    ] = None,
    events: Annotated[
        Values, typer.Option("--events", help="Events of an arm, or ARM=N; once an arm, in order.")
    ] = None,
    events_together: Annotated[
        str | None, typer.Option("--events-together", help="Of both arms together (a guess only).")
    ] = None,
    published_hr: Annotated[
        str | None, typer.Option("--published-hr", help="Published hazard ratio, first arm to second.")
    ] = None,
    published_ci: Annotated[
        str | None, typer.Option("--published-ci", help="Its interval: 0.55,0.87.")
    ] = None,
    published_level: Annotated[
        float, typer.Option("--published-level", help="Level of that interval in per cent.")
    ] = 95.0,
    published_p: Annotated[
        str | None, typer.Option("--published-p", help="Published two-sided log-rank p.")
    ] = None,
    published_median: Annotated[
        Values,
        typer.Option("--published-median", help="Median of an arm in the unit of time: 10.7, or ARM=10.7."),
    ] = None,
    published_median_ci: Annotated[
        Values, typer.Option("--published-median-ci", help="Its interval: 9.4,13.3, or ARM=9.4,13.3.")
    ] = None,
    time_unit: Annotated[
        str,
        typer.Option("--time-unit", help="Unit of all times, given and written: days, weeks, months, years."),
    ] = "months",
    per_cent: Annotated[
        bool | None, typer.Option("--per-cent/--share", help="Survival from 100 or from 1; else it is seen.")
    ] = None,
    sampled: Annotated[
        bool, typer.Option("--sampled", help="Points lie anywhere on the curve, not at its drops.")
    ] = False,
    whole_units: Annotated[
        bool, typer.Option("--whole-units", help="The article counted time in whole units.")
    ] = False,
    method: Annotated[str, typer.Option("--method", help="step-heights or guyot.")] = "step-heights",
    image: Annotated[
        Path | None, typer.Option("--image", metavar="FILE.png", help="Read the curves out of a picture.")
    ] = None,
    axis: Annotated[
        Values,
        typer.Option(
            "--axis", help="Two points of an axis, value@pixel: time=0@92,18@705, survival=0@528,1@66."
        ),
    ] = None,
    colours: Annotated[
        str | None,
        typer.Option("--colours", help="Of the curves in order: #1f77b4,#d62728; else found by hue."),
    ] = None,
    guess: Annotated[
        bool, typer.Option("--guess", help="No curve: guess from medians, landmarks and hazard ratio.")
    ] = False,
    landmark: Annotated[
        Values,
        typer.Option("--landmark", help="For a guess, per cent at a time: ARM=12:44; may be given again."),
    ] = None,
    follow_up: Annotated[
        str | None,
        typer.Option("--follow-up", help="For a guess, the longest follow-up in the unit of time."),
    ] = None,
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Individual times and events behind published Kaplan-Meier curves, with diagnosis, verdict and warnings.

    Without a curve, --guess makes patients from summary numbers; they are marked as a guess wherever they appear.
    """
    from hepatrial.cli import reconstruct_options as options
    from hepatrial.cli.reconstruct_lines import reconstruct_lines
    from hepatrial.errors import UsageError
    from hepatrial.report.reconstruction_record import reconstruction_record

    answer = Answer(out, force, as_json)
    answer.check()
    names = tuple(name.strip() for name in arms.split(",")) if arms else ()
    comparison = options.comparison_of(published_hr, published_ci, published_level, published_p)
    sources = [bool(curves), image is not None, guess]
    if sum(sources) != 1:
        raise UsageError(
            f"curves come from one place\n  found:   {sum(sources)} of: files, --image, --guess\n"
            "  allowed: one of them\n  fix:     name the files of the digitised curves"
        )
    options.refuse_without_effect(
        "--guess" if guess else "--image" if image else "files",
        {
            "--at-risk": at_risk is not None,
            "--per-cent/--share": per_cent is not None,
            "--sampled": sampled,
            "--whole-units": whole_units,
            "--axis": bool(axis),
            "--colours": colours is not None,
            "--landmark": bool(landmark),
            "--follow-up": follow_up is not None,
            "--events-together": events_together is not None,
        },
    )
    told = options.ToldOfArms(
        n, events, published_median, published_median_ci, landmark, at_risk, options.unit_of(time_unit)
    )
    if guess:
        found = options.guessed(names, told, follow_up, events_together, comparison)
    else:
        read = options.curves_of(
            curves or (), image, axis or (), colours, names, told.time_unit, per_cent, sampled, whole_units
        )
        found = options.reconstructed(read, told, comparison, method)
    typed = {
        "--at-risk": at_risk,
        "--arms": arms,
        "--n": n,
        "--events": events,
        "--events-together": events_together,
        "--published-hr": published_hr,
        "--published-ci": published_ci,
        "--published-level": f"{published_level:g}" if published_ci else None,
        "--published-p": published_p,
        "--published-median": published_median,
        "--published-median-ci": published_median_ci,
        "--time-unit": time_unit,
        "--per-cent": per_cent is True,
        "--share": per_cent is False,
        "--sampled": sampled,
        "--whole-units": whole_units,
        "--method": method,
        "--image": image,
        "--axis": axis,
        "--colours": colours,
        "--guess": guess,
        "--landmark": landmark,
        "--follow-up": follow_up,
    }

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.reconstruction_page import reconstruction_output

        return reconstruction_output(found, told.time_unit, again)

    answer.write(
        output,
        "evidence reconstruct",
        typed,
        arguments=curves or (),
        inputs=[path for path in (*(curves or ()), at_risk, image) if path is not None],
    )
    answer.show(lambda: reconstruction_record(found, told.time_unit), lambda: reconstruct_lines(found))
