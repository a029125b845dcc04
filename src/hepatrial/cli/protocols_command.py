"""``hepatrial protocols``: the bundled protocols."""

from __future__ import annotations

from typing import Annotated

import typer

protocols_app = typer.Typer(
    help="List the bundled protocols; `protocols show NAME` prints one.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@protocols_app.callback()
def list_protocols(context: typer.Context) -> None:
    """List the bundled protocols with their use, registration and size; `protocols show NAME` prints one."""
    if context.invoked_subcommand is not None:
        return
    from hepatrial.evidence.published import use_of
    from hepatrial.protocol.bundled_protocols import protocol_names
    from hepatrial.protocol.loading import load

    width = max(map(len, protocol_names()))
    for name in protocol_names():
        protocol = load(name)
        use = use_of(protocol.published) if protocol.published else ""
        typer.echo(
            f"{name:<{width}}  {use:<11}  {protocol.registration or '':<11}  {protocol.size:>5}  {protocol.title}"
        )


@protocols_app.command("show")
def show(name: Annotated[str, typer.Argument(help="A bundled protocol.")]) -> None:
    """Print the YAML of a bundled protocol, to start one's own from."""
    from hepatrial.errors import UsageError, near_miss
    from hepatrial.protocol.bundled_protocols import protocol_names, protocol_text

    if name not in protocol_names():
        meant = near_miss(name, protocol_names())
        fix = f"did you mean {meant}?" if meant else "choose one of these"
        raise UsageError(
            f"there is no bundled protocol {name}\n  allowed: {', '.join(protocol_names())}\n  fix:     {fix}"
        )
    typer.echo(protocol_text(name), nl=False)
