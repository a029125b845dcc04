"""Lower limits of quantification of the assays, read from data."""

from __future__ import annotations

from functools import cache
from importlib import resources

from hepatrial.files.located_yaml import parse_shipped
from hepatrial.quantities import Quantity

FILE = "assay_limits.yaml"


@cache
def assay_limits() -> dict[str, Quantity]:
    """Limit by parameter, in the unit in which the parameter is reported."""
    text = resources.files("hepatrial.conduct").joinpath("data", FILE).read_text("utf-8")
    return {name: Quantity(**fields) for name, fields in parse_shipped(text, FILE).items()}
