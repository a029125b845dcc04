"""The protocols that ship with the product."""

from __future__ import annotations

from importlib.resources import files

SUFFIX = ".yaml"


def protocol_names() -> tuple[str, ...]:
    """Names of the bundled protocols, in alphabetical order."""
    folder = files("hepatrial.protocol") / "bundled"
    return tuple(
        sorted(entry.name.removesuffix(SUFFIX) for entry in folder.iterdir() if entry.name.endswith(SUFFIX))
    )


def protocol_text(name: str) -> str:
    """The YAML of a bundled protocol; raises KeyError for a name that is not among `protocol_names`."""
    if name not in protocol_names():
        raise KeyError(name)
    return (files("hepatrial.protocol") / "bundled" / f"{name}{SUFFIX}").read_text(encoding="utf-8")
