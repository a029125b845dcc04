"""Population parameters of the patient model, read from cited data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from hepatrial.files.located_yaml import parse_shipped
from hepatrial.quantities import Quantity

PRIOR_FILE = "parameters.yaml"
FITTED_FILE = "fitted.json"
SINGLE = ("agent.", "trial.")
"""How the names of what belongs to one agent or one population start."""
OF_POPULATION = ("trial.prognosis_log_hazard_ratio", "trial.growth_log_ratio")


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

    def with_drawn(self, values: Mapping[str, float]) -> Parameters:
        """The same with some values replaced and those of single agents and populations added.

        Names of agents are ``agent.sunitinib.effective_potency`` (`of_agent`), names of populations
        ``trial.sharp.growth_log_ratio``, after their baseline table (`of_population`).
        """
        changed = dict(self.quantities)
        for name, value in values.items():
            known = self.quantities.get(name)
            if known is None and not name.startswith(SINGLE):
                raise KeyError(name)
            changed[name] = (
                replace(known, value=float(value))
                if known
                else Quantity(float(value), "1", "fitted", "a draw")
            )
        return Parameters(changed)

    def of_population(self, baseline: str) -> Parameters:
        """The parameters of the population of a baseline table: what its own values say, else those of any."""
        own = {
            name: self.quantities[found].value
            for name in OF_POPULATION
            if (found := name.replace("trial.", f"trial.{baseline}.", 1)) in self.quantities
        }
        return self.with_values(own) if own else self

    def of_agent(self, agent: str) -> dict[str, float]:
        """Values of one agent by the name of the quantity; empty where none was fitted or drawn."""
        start = f"agent.{agent}."
        return {
            name.removeprefix(start): quantity.value
            for name, quantity in self.quantities.items()
            if name.startswith(start)
        }

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
    fitted = fit_content()
    quantities = dict(prior.quantities)
    for name, result in fitted["parameters"].items():
        quantities[name] = replace(
            quantities[name],
            value=result["value"],
            spread=result["spread"],
            grade="fitted",
            source=f"fitted to the calibration trials; prior: {quantities[name].source}",
        )
    return Parameters(quantities).with_drawn(fitted.get("trials", {}))


@cache
def fitted_trials() -> tuple[str, ...]:
    """Bundled protocols whose published results the default parameters were fitted to."""
    return tuple(
        dict.fromkeys(row["trial"] for row in fit_content()["targets"] if row["kind"] == "calibration")
    )


@cache
def fit_content() -> dict[str, Any]:
    """The file of the fit: values, and each published number that they were fitted to with its misfit."""
    return json.loads(_data(FITTED_FILE))


def _data(name: str) -> str:
    return resources.files("hepatrial.disease").joinpath("data", name).read_text(encoding="utf-8")
