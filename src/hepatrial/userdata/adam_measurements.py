"""Repeated measurements out of ADLB."""

from __future__ import annotations

import polars as pl

from hepatrial.exchange.adam.adlb import PARAMETERS
from hepatrial.userdata.cells import Cells
from hepatrial.userdata.visits import LABS

OWN_NAMES = {code: name for name, (code, _) in PARAMETERS.items()}


def adam_measurements(cells: dict[str, Cells]) -> pl.DataFrame:
    """ADLB as the long table; hepatrial's own codes under the names of a virtual trial."""
    table = pl.DataFrame({name: one.values for name, one in cells.items()})
    day = pl.col("ADY").cast(pl.Float64)
    unit = (
        pl.col("PARAM").cast(pl.String).str.extract(r"\(([^()]+)\)\s*$") if "PARAM" in cells else pl.lit(None)
    )
    if "AVALU" in cells:
        unit = pl.coalesce(pl.col("AVALU").cast(pl.String), unit)
    below = pl.col("BLQFL").cast(pl.String) == "Y" if "BLQFL" in cells else pl.lit(False)
    labs = table.select(
        subject=pl.col("USUBJID").cast(pl.String),
        # The day of randomisation is study day 1, and there is no day 0.
        day=pl.when(day > 0).then(day - 1).otherwise(day),
        parameter=pl.col("PARAMCD").cast(pl.String).replace(OWN_NAMES),
        value=pl.col("AVAL").cast(pl.Float64),
        unit=unit.cast(pl.String).fill_null("1"),
        below_limit=below.fill_null(False),
    )
    return labs.drop_nulls().sort("subject", "parameter", "day", maintain_order=True).select(*LABS)
