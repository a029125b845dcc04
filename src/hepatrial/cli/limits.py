"""Readers of the commands' options, within the bounds that a run has in Python too."""

from __future__ import annotations

from collections.abc import Callable

import typer

from hepatrial.run_arguments import (
    FEWEST_DRAWS,
    FIGURE_FORMATS,
    MAX_PATIENTS,
    MAX_REPLICATES,
    MAX_SEED,
    MAX_WORKERS,
    MOST_DRAWS,
    PRECISIONS,
)

__all__ = [
    "FEWEST_DRAWS",
    "MAX_PATIENTS",
    "MAX_REPLICATES",
    "MAX_SEED",
    "MAX_WORKERS",
    "MOST_DRAWS",
    "PRECISIONS",
    "figure_formats",
    "number_between",
    "one_of",
    "whole_number",
]


def whole_number(lowest: int, highest: int, example: int) -> Callable[[str | int], int]:
    """A reader of an option's value: a whole number within bounds, or a message that says so."""

    def read(value: str | int) -> int:
        text = str(value).strip()
        number = int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 40 else None
        if number is None or not lowest <= number <= highest:
            raise typer.BadParameter(
                f"not a whole number in range\n  found:   {text[:40]}\n"
                f"  allowed: {lowest} to {highest}, in digits\n  fix:     for example {example}"
            )
        return number

    read.__name__ = "whole number"
    return read


def number_between(lowest: float, highest: float, example: float) -> Callable[[str | float], float]:
    """A reader of an option's value: a number within bounds, or a message that says so."""

    def read(value: str | float) -> float:
        text = str(value).strip()
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not lowest <= number <= highest:
            raise typer.BadParameter(
                f"not a number in range\n  found:   {text[:40]}\n"
                f"  allowed: {lowest:g} to {highest:g}\n  fix:     for example {example:g}"
            )
        return number

    read.__name__ = "number"
    return read


def one_of(names: tuple[str, ...]) -> Callable[[str], str]:
    """A reader of an option's value: one of some names, or a message with the near miss."""

    def read(text: str) -> str:
        if text not in names:
            from hepatrial.errors import near_miss

            meant = near_miss(text, names)
            raise typer.BadParameter(
                f"not one that is known\n  found:   {text}\n  allowed: {', '.join(names)}\n"
                f"  fix:     {f'did you mean {meant}?' if meant else 'choose one of these'}"
            )
        return text

    read.__name__ = "name"
    return read


def figure_formats(text: str) -> str:
    """Formats of figure files with commas between them, in small letters, each once."""
    formats = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    if not formats:
        raise typer.BadParameter(
            f"no figure format\n  found:   {text!r}\n  allowed: {', '.join(FIGURE_FORMATS)}\n"
            "  fix:     --figures png,svg, or leave --figures out for none"
        )
    for unknown in (part for part in formats if part not in FIGURE_FORMATS):
        raise typer.BadParameter(
            f"not a figure format\n  found:   {unknown}\n  allowed: {', '.join(FIGURE_FORMATS)}\n"
            "  fix:     --figures png,svg"
        )
    return ",".join(formats)
