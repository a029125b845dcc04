"""Named random streams: one a patient and decision, independent of block size, order and workers.

A draw is a pure function of (seed, stream name, patient number, position). It is made by numpy's Philox4x64-10
(Salmon et al. 2011, 10.1145/2063384.2063405) keyed by the seed and the name, with the patient number as part of the
*counter*: patient i owns the i-th stretch of a fixed length of the stream. Two arms that ask for the same patient and
the same decision get the same number: this is what makes counterfactual twins.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

FloatArray = np.ndarray

# A stretch of the stream per patient. Philox gives 4 doubles a counter step, so a stretch is a multiple of 4.
STRETCH = 4


@dataclass(frozen=True, slots=True)
class Streams:
    """All random numbers of a run.

    Parameters
    ----------
    seed
        Non-negative whole number below 2**63.
    """

    seed: int

    def generator(self, name: str, position: int = 0) -> np.random.Generator:
        """A generator for decisions that belong to a whole trial (allocation, accrual) rather than to a patient.

        ``position`` numbers the trial (replicate).
        """
        return np.random.Generator(np.random.Philox(key=self._key(f"{name}#{position}")))

    def uniform(self, name: str, patients: np.ndarray, draws: int = 1) -> FloatArray:
        """Uniform draws in (0, 1) for each patient.

        Parameters
        ----------
        name
            The decision, for example ``"growth rate"``.
        patients
            Patient numbers, shape (n,), whole and non-negative, in any order.
        draws
            How many numbers each patient needs for this decision. Asking for more never changes the first ones
            only if the stretch stays the same, so keep ``draws`` fixed for a decision.

        Returns
        -------
        ndarray, shape (n, draws), float64, never 0 or 1.
        """
        patients = np.asarray(patients, dtype=np.int64)
        if patients.size == 0 or draws == 0:
            return np.empty((patients.size, draws))
        stretch = -(-draws // STRETCH) * STRETCH
        first, last = int(patients.min()), int(patients.max())
        bits = np.random.Philox(key=self._key(name))
        bits.advance(first * (stretch // STRETCH))
        raw = bits.random_raw((last - first + 1) * stretch).reshape(-1, stretch)[patients - first, :draws]
        # 53 random bits, centred in their cell so that 0 and 1 cannot occur and ndtri stays finite.
        return ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, name: str, patients: np.ndarray, draws: int = 1) -> FloatArray:
        """Standard normal draws for each patient, shape (n, draws), by inversion of `uniform`."""
        return ndtri(self.uniform(name, patients, draws))

    def exponential(self, name: str, patients: np.ndarray, draws: int = 1) -> FloatArray:
        """Unit exponential draws for each patient, shape (n, draws): thresholds of cumulative hazards."""
        return -np.log1p(-self.uniform(name, patients, draws))

    def _key(self, name: str) -> np.ndarray:
        digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
        return np.frombuffer(digest[:16], dtype=np.uint64)
