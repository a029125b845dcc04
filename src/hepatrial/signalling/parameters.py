"""Strengths of the network as cited data: priors from `data/network.yaml`, with what HepG2 cells told put in.

A population parameter is a number with unit, spread, source and grade. `tumour_strengths` turns them, or any values in
their place (one a patient, one a posterior draw), into the strengths around the untreated tumour that `activities`
takes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from hepatrial.files.located_yaml import parse_shipped
from hepatrial.quantities import Quantity
from hepatrial.signalling.network import at_reference
from hepatrial.signalling.nodes import ReceptorGain, Values
from hepatrial.signalling.strengths import EDGES, FEEDBACKS, SATURATIONS, Strengths

NETWORK_FILE = "network.yaml"
FITTED_FILE = "fitted.json"
DATA_SOURCE = "saezrodriguez2009"

RELATIVE = {
    "ras_met": "ras_egfr",
    "ras_fgfr4": "ras_egfr",
    "pi3k_met": "pi3k_egfr",
    "pi3k_fgfr4": "pi3k_egfr",
}
"""Weights that are given relative to that of EGFR, because no data speak of them."""


@cache
def prior_quantities(group: str | None = None) -> Mapping[str, Quantity]:
    """Priors of one group of the file (edges, experiment, tumour), or of all."""
    groups = parse_shipped(_data(NETWORK_FILE), NETWORK_FILE)
    chosen = groups.values() if group is None else [groups[group]]
    return {name: Quantity(**fields) for members in chosen for name, fields in members.items()}


@cache
def fitted_record() -> Mapping[str, Any]:
    """What ``python -m hepatrial.signalling.fit`` wrote: parameters, draws, held-out errors."""
    return json.loads(_data(FITTED_FILE))


@cache
def signalling_quantities() -> Mapping[str, Quantity]:
    """Every population parameter as it is used: fitted where the data tell of it, else its prior.

    A parameter counts as fitted if the data took away at least half of the width of its prior; the others keep the
    prior's grade, with the value that goes with the fitted ones.
    """
    quantities = dict(prior_quantities())
    for name, found in fitted_record()["parameters"].items():
        prior = quantities[name]
        source = f"fitted to {DATA_SOURCE}; prior: {prior.source}"
        quantities[name] = replace(
            prior,
            value=found["value"],
            spread=found["spread"],
            grade="fitted" if found["identified"] else prior.grade,
            source=source
            if found["identified"]
            else f"{prior.source} The data hardly tell of it, or bound it from above.",
        )
    return quantities


def signalling_values() -> dict[str, float]:
    """Central value of every population parameter."""
    return {name: quantity.value for name, quantity in signalling_quantities().items()}


def posterior_draws() -> dict[str, list[float]]:
    """Joint draws of what was fitted, by name; values of one draw have one place."""
    return dict(fitted_record()["draws"])


def uncertain_values(seed: int = 1) -> dict[str, np.ndarray]:
    """Joint draws of every population parameter: of the posterior where fitted, of the prior where assumed."""
    drawn = {name: np.array(values) for name, values in posterior_draws().items()}
    count = len(next(iter(drawn.values())))
    random = np.random.default_rng(seed)
    for name, quantity in sorted(signalling_quantities().items()):
        moved = quantity.spread * random.standard_normal(count)
        if name in drawn:
            continue
        if quantity.distribution == "logitnormal":
            odds = quantity.value / (1.0 - quantity.value) * np.exp(moved)
            drawn[name] = odds / (1.0 + odds)
        else:
            drawn[name] = quantity.value * np.exp(moved)
    return drawn


def cell_line_strengths(values: Mapping[str, Values], *, ligands: bool = False) -> Strengths:
    """Strengths around cells without serum, from weights, feedbacks and saturations by name.

    MET and FGFR4 have no weight there unless ``ligands`` says that theirs may be around.
    """
    full = dict(values)
    for name, of in RELATIVE.items():
        full[name] = full[name] * full[of] if ligands else 0.0
    shares = {}
    for target in ("ras", "pi3k", "mtorc1"):
        names = [name for name in EDGES if name.startswith(f"{target}_")]
        total = 1.0 + sum(full[name] for name in names)
        shares |= {name: full[name] / total for name in names}
    return Strengths(**shares, **{name: full[name] for name in (*FEEDBACKS, *SATURATIONS)})


def tumour_strengths(values: Mapping[str, Values] | None = None) -> Strengths:
    """Strengths around the untreated tumour.

    Parameters
    ----------
    values
        By the names of `signalling_values`; what is left out takes its central value. Numbers or arrays.
    """
    full = signalling_values() | dict(values or {})
    level = full["ligand_level"]
    as_egfr = (1.0 + full["tgfa_gain"]) ** level
    gain = ReceptorGain(as_egfr, as_egfr, as_egfr, (1.0 + full["igf1_gain"]) ** level)
    around = at_reference(cell_line_strengths(full, ligands=True), gain)
    # Hours to days work through the loss of IRS1, which cells of 30 minutes do not show.
    return around._replace(s6k_to_irs1=full["irs1_feedback"])


def _data(name: str) -> str:
    return resources.files("hepatrial.signalling").joinpath("data", name).read_text(encoding="utf-8")
