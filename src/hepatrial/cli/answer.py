"""Where an answer goes: into a folder, and to standard output as text or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked of an answer by ``--out``, ``--force`` and ``--json``."""

    out: Path | None
    force: bool
    as_json: bool

    def check(self) -> None:
        """Refuse a folder that may not be written, before any work."""
        if self.out is not None:
            from hepatrial.report.run_folder import check_target

            check_target(self.out, force=self.force)

    def write(
        self,
        made: Callable[[str], EvidenceOutput],
        command: str,
        options: Mapping[str, Any],
        *,
        arguments: Sequence[object] = (),
        inputs: Sequence[Path] = (),
    ) -> None:
        """Write the folder where one was asked for, and name its page on standard error.

        Parameters
        ----------
        made
            Makes what the folder holds from the command line that makes it again.
        command, arguments, options
            That command line; see `hepatrial.cli.command_words.command_words`.
        inputs
            Files of the user's that were read.
        """
        if self.out is None:
            return
        from hepatrial.cli.command_words import command_words
        from hepatrial.report.evidence_folder import write_evidence_folder

        output = made(command_words(command, arguments, options))
        page = write_evidence_folder(self.out, output, force=self.force, inputs=inputs)
        typer.echo(f"page: {page}", err=True)

    def warn(self, warnings: Iterable[str]) -> None:
        """Tell on standard error what a reader must know of this answer."""
        for warning in warnings:
            typer.echo(f"warning: {warning}", err=True)

    def show(self, record: Callable[[], Any], lines: Callable[[], Iterable[str]]) -> None:
        """Print the answer."""
        if self.as_json:
            from hepatrial.cli.printing import print_json

            print_json(record())
            return
        for line in lines():
            typer.echo(line)
