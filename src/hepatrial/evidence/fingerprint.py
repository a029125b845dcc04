"""Whether two answers were made from the same registry."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import resources

DATA = ("references.yaml", "subgroup_levels.yaml")


@cache
def registry_fingerprint() -> str:
    """SHA-256 over all records that ship, the bibliography and the levels of subgroups, by name."""
    folder = resources.files("hepatrial.evidence").joinpath("data")
    records = folder.joinpath("trials")
    files = [folder.joinpath(name) for name in DATA]
    files += sorted(
        (entry for entry in records.iterdir() if entry.name.endswith(".yaml")), key=lambda e: e.name
    )
    found = sha256()
    for file in files:
        content = file.read_bytes()
        found.update(f"{file.name} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()
