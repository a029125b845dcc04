"""The causes of resistance by name, and every set of them that can be active."""

from __future__ import annotations

from dataclasses import fields

from hepatrial.disease.resistance import ResistanceSwitches

CAUSES: tuple[str, ...] = tuple(field.name for field in fields(ResistanceSwitches))
"""Names of the switches, in their order."""

WORDS = {
    "selection": "selection of resistant cells",
    "angiogenic_escape": "angiogenic escape (FGF, Ang-2, MET)",
    "rewiring": "rewiring through feedbacks",
    "falling_exposure": "falling exposure",
}
"""What a reader calls them."""


def switches_of(active: int) -> ResistanceSwitches:
    """The switches of a set of causes, written as a number whose bit j says whether cause j is active."""
    return ResistanceSwitches(**{name: bool(active >> place & 1) for place, name in enumerate(CAUSES)})
