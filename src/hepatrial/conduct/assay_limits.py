"""Lower limits of quantification of the assays, read from data."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from hepatrial.quantities import Quantity


@cache
def assay_limits() -> dict[str, Quantity]:
    """Limit by parameter, in the unit in which the parameter is reported."""
    text = resources.files("hepatrial.conduct").joinpath("data", "assay_limits.yaml").read_text("utf-8")
    return {name: Quantity(**fields) for name, fields in yaml.safe_load(text).items()}
