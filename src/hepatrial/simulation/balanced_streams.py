"""Streams whose draws are spread evenly over a fixed set of patients, for expectations with little sampling error.

Every draw of a name is stratified over the patients (Latin hypercube sampling: McKay et al. 1979, 10.2307/1268522):
of n patients exactly one falls into each n-th of the distribution. Means over the patients then lack the sampling
error of every single quantity; what is left comes from their interactions. Not for a trial, whose patients must vary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.simulation.streams import FloatArray, Streams


@dataclass(frozen=True, slots=True)
class BalancedStreams(Streams):
    """Streams for patients 0 to ``size`` - 1 that are only used together."""

    size: int

    def uniform(self, name: str, patients: np.ndarray, draws: int = 1) -> FloatArray:
        """Stratified uniform draws in (0, 1), shape (n, draws); see `Streams.uniform`."""
        patients = np.asarray(patients, dtype=np.int64)
        # Not super(): a dataclass with slots is another class than the one its methods were written in.
        within = Streams.uniform(self, name, patients, draws)
        for draw in range(draws):
            order = self.generator(f"{name}, strata of draw {draw}").permutation(self.size)
            within[:, draw] = (order[patients] + within[:, draw]) / self.size
        return within
