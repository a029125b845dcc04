"""Run a protocol and write its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hepatrial.protocol.design import Protocol
from hepatrial.report.run_folder import MANIFEST, check_target, file_hashes, new_run_folder, write_json
from hepatrial.virtual_trial import VirtualTrial

if TYPE_CHECKING:
    from hepatrial.prediction.run_draws import RunUnderDraws

Report = Callable[[str, int, int], None]


def run_protocol(
    protocol: Protocol,
    *,
    patients: int,
    replicates: int,
    seed: int,
    out: Path,
    draws: int = 0,
    workers: int | None = None,
    precision: str = "float64",
    figure_formats: tuple[str, ...] = (),
    force: bool = False,
    progress: Report | None = None,
) -> dict[str, Any]:
    """Simulate, write the run folder, and return the summary; ``draws`` of the posterior beside it, 0 for none."""
    from hepatrial.prediction.run_draws import check_draws, run_under_draws
    from hepatrial.virtual_trial import simulate

    check_target(out, force=force)
    if draws:
        check_draws(draws)
    result = simulate(
        protocol,
        patients=patients,
        seed=seed,
        replicates=replicates,
        workers=workers,
        precision=precision,
        progress=progress,
    )
    drawn = (
        run_under_draws(result.protocol, draws, seed=seed, workers=workers, progress=progress)
        if draws
        else None
    )
    with new_run_folder(out, force=force) as folder:
        return write_run(result, folder, figure_formats, progress, drawn)


def write_run(
    result: VirtualTrial,
    folder: Path,
    figure_formats: tuple[str, ...],
    progress: Report | None = None,
    drawn: RunUnderDraws | None = None,
) -> dict[str, Any]:
    """Write all files of a run into an empty folder; ``drawn`` is the same protocol under draws."""
    from hepatrial.report.analyses import run_analyses
    from hepatrial.report.summary import summary_of

    def tell(done: int) -> None:
        if progress is not None:
            progress("writing the report", done, 3)

    tell(0)
    analyses = run_analyses(result)
    summary = summary_of(result, analyses, drawn)
    write_json(folder / "summary.json", summary)
    (folder / "protocol.yaml").write_text(result.protocol.text, encoding="utf-8")
    _write_tables(result, folder)
    from hepatrial.exchange.adam import write_adam

    write_adam(result.trial, folder / "adam")
    tell(1)
    from hepatrial.report.html import write_report

    write_report(result, summary, analyses, folder, figure_formats, drawn)
    _write_agents(result, folder)
    tell(2)
    write_json(
        folder / MANIFEST,
        {
            **{
                key: summary[key]
                for key in ("protocol", "hash", "seed", "versions", "parameters_hash", "precision")
            },
            **{key: summary[key] for key in ("patients", "replicates", "draws", "failures", "notice")},
            "files": file_hashes(folder),
        },
    )
    tell(3)
    return summary


def _write_agents(result: VirtualTrial, folder: Path) -> None:
    """The files of agents of one's own, where the protocol names them: the run can be repeated from its folder."""
    for own in result.protocol.own_agents:
        file = folder / own.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(own.text, encoding="utf-8")


def _write_tables(result: VirtualTrial, folder: Path) -> None:
    tables = folder / "tables"
    tables.mkdir()
    for name, table in result.trial.tables().items():
        table.write_parquet(tables / f"{name}.parquet")
    result.population.subjects.write_parquet(tables / "virtual_patients.parquet")
    result.population.best.write_parquet(tables / "virtual_patients_best.parquet")
