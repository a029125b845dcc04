"""One ADaM dataset: a table whose variables have labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from hepatrial.exchange.adam.variables import LABELS


@dataclass(frozen=True, slots=True)
class AdamDataset:
    """One dataset.

    Attributes
    ----------
    name, label
        The dataset's name and description.
    table
        Rows sorted by ``keys``. Text is String and never null, whole numbers are Int64, other numbers Float64, dates
        Date.
    keys
        Variables that together tell every row.
    """

    name: str
    label: str
    table: pl.DataFrame
    keys: tuple[str, ...]

    @property
    def labels(self) -> dict[str, str]:
        """Label of each variable."""
        return {column: LABELS[column] for column in self.table.columns}


def dataset(
    name: str, label: str, table: pl.DataFrame, variables: Sequence[str], keys: tuple[str, ...]
) -> AdamDataset:
    """The dataset of these variables in this order; a text that is missing becomes empty."""
    chosen = table.select(variables).with_columns(
        pl.col(pl.String).fill_null(""), pl.col(pl.Float64).fill_nan(None)
    )
    return AdamDataset(name, label, chosen.sort(keys), keys)
