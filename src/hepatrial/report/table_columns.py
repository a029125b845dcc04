"""What the columns of a run folder's tables mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

from hepatrial.files.located_yaml import parse_shipped


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a Parquet table: its name, type, unit ("" where it has none) and meaning."""

    name: str
    type: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the run folder."""

    name: str
    rows: int
    meaning: str
    columns: tuple[Column, ...]


def described_tables(tables: Mapping[str, pl.DataFrame]) -> tuple[Table, ...]:
    """Describe the tables of a run; a column that nobody has described is shown without a meaning."""
    known = _descriptions()
    return tuple(
        Table(
            name,
            table.height,
            known.get(name, {}).get("meaning", ""),
            tuple(_column(column, str(kind), known.get(name, {})) for column, kind in table.schema.items()),
        )
        for name, table in tables.items()
    )


def _column(name: str, kind: str, table: dict[str, Any]) -> Column:
    described = (
        table.get("columns", {}).get(name) or _descriptions()["shared"]["columns"].get(name) or ["", ""]
    )
    return Column(name, kind, described[0], described[1])


@cache
def _descriptions() -> dict[str, Any]:
    file = resources.files("hepatrial.report").joinpath("data", "tables.yaml")
    return parse_shipped(file.read_text(encoding="utf-8"), file.name)
