"""Columns that are missing together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.userdata.cells import Cells


@dataclass(frozen=True, slots=True)
class MissingBlock:
    """Columns whose cells are missing in the very same rows.

    Attributes
    ----------
    columns
        Two or more, in the order of the file.
    rows
        Rows in which they are missing.
    share
        Share of all rows.
    """

    columns: tuple[str, ...]
    rows: int
    share: float


def missing_blocks(cells: dict[str, Cells]) -> tuple[MissingBlock, ...]:
    """All blocks of two or more columns, the largest first."""
    groups: dict[bytes, list[str]] = {}
    for name, one in cells.items():
        missing = one.values.is_null().to_numpy()
        if missing.any():
            groups.setdefault(np.packbits(missing).tobytes(), []).append(name)
    blocks = []
    for names in groups.values():
        missing = cells[names[0]].values.null_count()
        total = len(cells[names[0]].values)
        if len(names) > 1 and missing < total:
            blocks.append(MissingBlock(tuple(names), missing, missing / total))
    return tuple(sorted(blocks, key=lambda block: (-len(block.columns), -block.rows)))
