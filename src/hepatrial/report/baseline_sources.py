"""Where the numbers of the baseline table come from, as its file or the protocol says."""

from __future__ import annotations

from hepatrial.figures.covariate_names import covariate_name
from hepatrial.protocol.design import Baseline


def baseline_sources(table: Baseline) -> tuple[tuple[str, str], ...]:
    """(covariates, source) in the order of the table; covariates of one source stand together."""
    names: dict[str, list[str]] = {}
    for covariate, source in table.sources.items():
        names.setdefault(source, []).append(covariate_name(covariate))
    return tuple((", ".join(covariates), source) for source, covariates in names.items())
