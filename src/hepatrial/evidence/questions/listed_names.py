"""Names of trials in a sentence."""

from __future__ import annotations

from collections.abc import Iterable


def names_in_a_row(names: Iterable[str]) -> str:
    """Names one after the other, apart by semicolons where one of them holds a comma ("Hsu 2012, vandetanib")."""
    told = list(names)
    return ("; " if any("," in name for name in told) else ", ").join(told)
