"""Virtual patients of a trial, drawn once: they do not depend on the parameters that a fit moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from hepatrial.patients.patients import Patients
from hepatrial.simulation.blocks import Work, filled_block

BLOCKS_KEPT = 1024
"""At 0.2 MB a block of 1,024 patients."""


@dataclass(frozen=True, slots=True)
class _Block:
    """What the patients of a block depend on; equal blocks hold equal patients, whatever the parameters."""

    population: str
    seed: int
    balanced_over: int | None
    first: int
    last: int
    size: int
    work: Work = field(compare=False, repr=False)


def patients_of_block(work: Work, numbers: np.ndarray) -> Patients:
    """Patients of consecutive numbers, filled up to the block; see `filled_block`."""
    protocol, first, last = work.protocol, int(numbers[0]), int(numbers[-1])
    population = repr((protocol.baseline, protocol.eligibility))
    return _drawn(_Block(population, work.seed, work.balanced_over, first, last, work.block, work))


@lru_cache(maxsize=BLOCKS_KEPT)
def _drawn(block: _Block) -> Patients:
    return filled_block(block.work, np.arange(block.first, block.last + 1))
