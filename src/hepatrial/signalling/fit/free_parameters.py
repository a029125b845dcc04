"""What is free in the fit, on an unbounded scale with a normal prior: log for strengths, logit for shares left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.quantities import Quantity
from hepatrial.signalling.fit.midas import MidasTable
from hepatrial.signalling.parameters import RELATIVE, prior_quantities

READOUTS = ("AKT", "ERK", "MEK", "p90RSK", "p70S6", "IRS-1s")
"""Of the fifteen of the table those that a node of the network stands behind."""

BACKGROUND_BELOW_LEAST = 0.5
"""Prior of the background's log: so much below the smallest signal; its sd follows."""
BACKGROUND_SD, SCALE_SD = 0.7, 1.0


@dataclass(frozen=True, slots=True)
class FreeParameters:
    """Names, prior means and sds on the unbounded scale, shape (p,)."""

    names: tuple[str, ...]
    mean: np.ndarray
    sd: np.ndarray
    shares: frozenset[str]

    def place(self, name: str) -> int:
        return self.names.index(name)

    def values(self, theta: np.ndarray) -> dict[str, np.ndarray]:
        """Natural values by name; ``theta`` has shape (..., p), each value (..., 1) so that conditions follow."""
        return {
            name: (1.0 / (1.0 + np.exp(-theta[..., [place]])))
            if name in self.shares
            else np.exp(theta[..., [place]])
            for place, name in enumerate(self.names)
        }


def free_parameters(table: MidasTable) -> FreeParameters:
    """Strengths that HepG2 data may tell of, effects of the cues, and background and scale of each readout."""
    edges = {name: quantity for name, quantity in prior_quantities("edges").items() if name not in RELATIVE}
    named = edges | dict(prior_quantities("experiment"))
    names, means, sds = list(named), [_centre(one) for one in named.values()], []
    sds = [one.spread for one in named.values()]
    resting = np.flatnonzero((table.given.sum(axis=1) == 0) | (table.minutes == 0))
    for readout in READOUTS:
        measured = table.values[:, table.readouts.index(readout)]
        names += [f"background {readout}", f"scale {readout}"]
        means += [np.log(measured.min()) - BACKGROUND_BELOW_LEAST, np.log(measured[resting].mean())]
        sds += [BACKGROUND_SD, SCALE_SD]
    shares = frozenset(name for name, one in named.items() if one.distribution == "logitnormal")
    return FreeParameters(tuple(names), np.array(means), np.array(sds), shares)


def _centre(quantity: Quantity) -> float:
    value = quantity.value
    return float(np.log(value / (1.0 - value)) if quantity.distribution == "logitnormal" else np.log(value))
