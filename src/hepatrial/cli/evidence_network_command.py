"""``hepatrial evidence network``: all treatments of a line against each other."""

from __future__ import annotations

from typing import Annotated

import typer

from hepatrial.cli.evidence_command import AsJson, Records
from hepatrial.cli.evidence_meta_command import TAU2, Force, Out, Tau2
from hepatrial.cli.limits import MAX_SEED, one_of, whole_number


def network(
    line: Annotated[str, typer.Option("--line", help="1L, 2L, TACE, SIRT ...")],
    endpoint: Annotated[str, typer.Option("--endpoint", help="OS, PFS or TTP.")] = "OS",
    reference: Annotated[
        str | None,
        typer.Option("--reference", help="Others are compared with it; placebo, else the most frequent."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="MODEL",
            parser=one_of(("random", "common")),
            help="Which fit leads, random or common. Random from 4 degrees of freedom on if left out.",
        ),
    ] = None,
    tau2: Tau2 = "REML",
    bayesian: Annotated[
        bool, typer.Option("--bayesian", help="Also with a prior on tau: credible intervals, SUCRA, ranks.")
    ] = False,
    prior: Annotated[
        str | None,
        typer.Option(
            "--prior",
            help="mortality-drug-v-placebo, mortality-drug-v-drug, weakly-informative, half-normal:SCALE, "
            "log-normal:MEAN,SD (of log tau2) or uniform:UPPER; implies --bayesian.",
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            metavar="S",
            parser=whole_number(0, MAX_SEED, 1),
            help="Of the draws behind the probabilities of ranks.",
        ),
    ] = 1,
    connected: Annotated[
        bool,
        typer.Option("--connected", help="Where trials fall apart: only what is connected to the reference."),
    ] = False,
    records: Records = None,
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Compare all treatments of a line: network meta-analysis of the published hazard ratios.

    Exit code 1 if no trial counts, 3 if the trials do not make one connected network.
    """
    from hepatrial.evidence import collection
    from hepatrial.evidence.questions.networks import network_answer
    from hepatrial.report.network_record import network_record

    if out is not None:
        from hepatrial.report.run_folder import check_target

        check_target(out, force=force)
    found = network_answer(
        line,
        endpoint,
        reference=reference,
        model=model,
        tau2_estimator=TAU2[tau2],
        bayesian=bayesian,
        prior=prior,
        seed=seed,
        connected=connected,
        records=collection(records),
    )
    if out is not None:
        from hepatrial.cli.command_words import command_words
        from hepatrial.report.evidence_folder import write_evidence_folder
        from hepatrial.report.network_page import network_output

        options = {
            "--line": line,
            "--endpoint": endpoint,
            "--reference": reference,
            "--model": model,
            "--tau2": tau2,
            "--bayesian": bayesian,
            "--prior": prior,
            "--seed": seed if found.bayesian else None,
            "--connected": connected,
            "--records": records,
        }
        page = write_evidence_folder(
            out, network_output(found, command_words("evidence network", (), options)), force=force
        )
        typer.echo(f"page: {page}", err=True)
    if as_json:
        from hepatrial.cli.printing import print_json

        print_json(network_record(found))
    else:
        from hepatrial.cli.network_lines import network_lines

        for row in network_lines(found):
            typer.echo(row)
