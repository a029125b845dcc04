"""The typer application: which commands there are."""

from __future__ import annotations

from typing import Annotated

import typer

from hepatrial.cli.agents_command import agents
from hepatrial.cli.biomarker_command import biomarker
from hepatrial.cli.calibrate_command import calibrate
from hepatrial.cli.check_command import check
from hepatrial.cli.combine_command import combine
from hepatrial.cli.credibility_command import credibility
from hepatrial.cli.data_command import data_app
from hepatrial.cli.evidence_command import evidence_app
from hepatrial.cli.evidence_indication_command import indication
from hepatrial.cli.evidence_meta_command import meta
from hepatrial.cli.evidence_network_command import network
from hepatrial.cli.evidence_reconstruct_command import reconstruct
from hepatrial.cli.evidence_surrogates_command import surrogates
from hepatrial.cli.export_calibration_command import export_calibration
from hepatrial.cli.export_sbml_command import export_sbml
from hepatrial.cli.liver_command import liver
from hepatrial.cli.monitor_command import monitor
from hepatrial.cli.predict_command import predict
from hepatrial.cli.protocols_command import protocols_app
from hepatrial.cli.reproduce_command import reproduce
from hepatrial.cli.resistance_command import resistance
from hepatrial.cli.run_command import run
from hepatrial.cli.schema_command import schema
from hepatrial.cli.validate_command import validate

app = typer.Typer(
    name="hepatrial",
    help="An in-silico trial bench for targeted therapy of hepatocellular carcinoma. Its results are simulated: for "
    "research and trial planning, not for treating a patient.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("run")(run)
app.command("check")(check)
app.command("schema")(schema)
app.add_typer(protocols_app, name="protocols")
app.command("agents")(agents)
app.command("combine")(combine)
app.add_typer(data_app, name="data")
evidence_app.command("indication")(indication)
evidence_app.command("surrogates")(surrogates)
evidence_app.command("reconstruct")(reconstruct)
evidence_app.command("meta")(meta)
evidence_app.command("network")(network)
app.add_typer(evidence_app, name="evidence")
app.command("resistance")(resistance)
app.command("liver")(liver)
app.command("validate")(validate)
app.command("credibility")(credibility)
app.command("biomarker")(biomarker)
app.command("monitor")(monitor)
app.command("export-sbml")(export_sbml)
app.command("calibrate")(calibrate)
app.command("export-calibration")(export_calibration)
app.command("predict")(predict)
app.command("reproduce")(reproduce)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"hepatrial {version('hepatrial')}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Print the traceback of an error.")] = False,
) -> None:
    """Options of every command; ``--debug`` is taken out by `hepatrial.cli.main`, wherever it stands."""
