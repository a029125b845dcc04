"""The array module that the mechanisms are written in: jax.numpy, named once.

Every mechanism is plain elementwise arithmetic over patients, so the same functions serve the engine (traced) and
tests (concrete arrays).
"""

from __future__ import annotations

import jax
import jax.numpy as xp

import hepatrial.jax_setup  # noqa: F401  (sets what jax reads when it is imported)

Array = jax.Array

__all__ = ["Array", "xp"]
