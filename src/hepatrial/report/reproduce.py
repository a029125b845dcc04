"""Run an earlier run again and compare."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hepatrial.errors import RunFailed, UsageError
from hepatrial.report.run_folder import MANIFEST, file_hashes


def reproduce(folder: Path) -> None:
    """Repeat the run of ``folder`` and compare every file; prints the verdict.

    Raises
    ------
    UsageError
        The folder holds no run.
    RunFailed
        Files differ, in the folder itself or from the repeated run.
    """
    manifest = _manifest(folder)
    from hepatrial.protocol.loading import load
    from hepatrial.report.run import run_protocol

    kept = {name: digest for name, digest in file_hashes(folder).items() if name != MANIFEST}
    changed = sorted(name for name, digest in manifest["files"].items() if kept.get(name) != digest)
    if changed:
        raise RunFailed(f"files of {folder} were changed or lost since the run: {', '.join(changed)}")
    formats = {Path(name).suffix[1:] for name in kept if name.startswith("figures/")}
    with tempfile.TemporaryDirectory() as scratch:
        again = Path(scratch) / "again"
        run_protocol(
            load(str(folder / "protocol.yaml")),
            patients=manifest["patients"],
            replicates=manifest["replicates"],
            seed=manifest["seed"],
            precision=manifest["precision"],
            figure_formats=tuple(sorted(formats)),
            out=again,
        )
        new = {name: digest for name, digest in file_hashes(again).items() if name != MANIFEST}
    different = sorted(name for name in kept.keys() | new.keys() if kept.get(name) != new.get(name))
    if different:
        raise RunFailed(
            f"the repeated run differs in {len(different)} of {len(kept)} files: {', '.join(different)}\n"
            "  fix:     compare the versions in summary.json with those installed now"
        )
    print(f"{folder}: all {len(kept)} files are the same")


def _manifest(folder: Path) -> dict:
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{folder} is not a run folder\n  found:   {error}\n  fix:     give the --out folder of an earlier run"
        ) from error
