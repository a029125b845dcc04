"""Population parameters of the patient model, read from cited data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from hepatrial.files.located_yaml import parse_shipped
from hepatrial.quantities import Quantity

PRIOR_FILE = "parameters.yaml"
FITTED_FILE = "fitted.json"


@dataclass(frozen=True, slots=True)
class Parameters:
    """All population parameters by dotted name, for example ``growth.doubling_time_days``."""

    quantities: Mapping[str, Quantity]

    def __getitem__(self, name: str) -> float:
        return self.quantities[name].value

    def __iter__(self) -> Iterator[str]:
        return iter(self.quantities)

    def with_values(self, values: Mapping[str, float]) -> Parameters:
        """The same parameters with some values replaced; raises KeyError for a name that does not exist."""
        changed = {name: replace(self.quantities[name], value=float(value)) for name, value in values.items()}
        return Parameters({**self.quantities, **changed})

    @property
    def hash(self) -> str:
        """SHA-256 of all names and values."""
        content = json.dumps({name: quantity.value for name, quantity in sorted(self.quantities.items())})
        return hashlib.sha256(content.encode()).hexdigest()


@cache
def prior_parameters() -> Parameters:
    """The parameters as they stand before the fit: sources, priors and assumptions."""
    groups = parse_shipped(_data(PRIOR_FILE), PRIOR_FILE)
    return Parameters(
        {
            f"{group}.{name}": Quantity(**fields)
            for group, members in groups.items()
            for name, fields in members.items()
        }
    )


@cache
def default_parameters() -> Parameters:
    """The parameters that the product uses: the priors, with the values that were fitted put in."""
    prior = prior_parameters()
    fitted = json.loads(_data(FITTED_FILE))["parameters"]
    quantities = dict(prior.quantities)
    for name, result in fitted.items():
        quantities[name] = replace(
            quantities[name],
            value=result["value"],
            spread=result["spread"],
            grade="fitted",
            source=f"fitted to SHARP and Asia-Pacific; prior: {quantities[name].source}",
        )
    return Parameters(quantities)


@cache
def fitted_trials() -> tuple[str, ...]:
    """Bundled protocols whose published results the default parameters were fitted to."""
    return tuple(dict.fromkeys(target["trial"] for target in json.loads(_data(FITTED_FILE))["targets"]))


def _data(name: str) -> str:
    return resources.files("hepatrial.disease").joinpath("data", name).read_text(encoding="utf-8")
