"""``hepatrial evidence network``: all treatments of a line against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import TAU2, AsJson, Force, Leading, Out, Records, Tau2
from hepatrial.cli.limits import MAX_SEED, whole_number

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput

FIRST_SEED = 1


def network(
    line: Annotated[str, typer.Option("--line", help="1L, 2L, TACE, SIRT ...")],
    endpoint: Annotated[str, typer.Option("--endpoint", help="OS, PFS or TTP.")] = "OS",
    reference: Annotated[
        str | None,
        typer.Option("--reference", help="Others are compared with it; placebo, else the most frequent."),
    ] = None,
    model: Leading = None,
    tau2: Tau2 = "REML",
    bayesian: Annotated[
        bool, typer.Option("--bayesian", help="Also with a prior on tau: credible intervals, SUCRA, ranks.")
    ] = False,
    prior: Annotated[
        str | None,
        typer.Option(
            "--prior",
            help="mortality-drug-v-placebo, mortality-drug-v-drug, mortality-procedure-v-drug and so on, the same "
            "with composite- for PFS, TTP and the like; weakly-informative, half-normal:SCALE, log-normal:MEAN,SD (of "
            "log tau2) or uniform:UPPER; implies --bayesian. If left out, that of the endpoint and its comparisons.",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            metavar="S",
            parser=whole_number(0, MAX_SEED, 1),
            help="Of the draws behind the probabilities of ranks, with a prior; 1 if left out.",
        ),
    ] = None,
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
    from hepatrial.cli.network_lines import network_lines
    from hepatrial.errors import UsageError
    from hepatrial.evidence import collection
    from hepatrial.evidence.questions.networks import network_answer
    from hepatrial.report.network_record import network_record

    answer = Answer(out, force, as_json)
    answer.check()
    if seed is not None and not bayesian and prior is None:
        raise UsageError(
            f"an option has no effect without a prior\n  found:   --seed {seed}\n"
            "  allowed: --seed with --bayesian or --prior\n  fix:     leave it out, or add --bayesian"
        )
    known = collection(records)
    found = network_answer(
        line,
        endpoint,
        reference=reference,
        model=model,
        tau2_estimator=TAU2[tau2],
        bayesian=bayesian,
        prior=prior,
        seed=FIRST_SEED if seed is None else seed,
        connected=connected,
        records=known,
    )
    options = {
        "--line": line,
        "--endpoint": endpoint,
        "--reference": reference,
        "--model": model,
        "--tau2": tau2,
        "--bayesian": bayesian,
        "--prior": prior,
        "--seed": (FIRST_SEED if seed is None else seed) if found.bayesian else None,
        "--connected": connected,
        "--records": records,
    }

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.network_page import network_output

        return network_output(found, again)

    answer.write(output, "evidence network", options, inputs=known.own_files)
    answer.show(lambda: network_record(found), lambda: network_lines(found))
