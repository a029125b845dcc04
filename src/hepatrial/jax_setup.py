"""How JAX is set up: one thread a process, compiled programs kept in a cache folder. Import before jax.

The engine runs one process a core, so XLA's own threads would only get in the way and make the numbers of a run
depend on how work is split. The cache spares the few seconds of compilation after the first run; its folder is
``$HEPATRIAL_CACHE``, or ``hepatrial`` in the user's cache folder, and JAX works without it where it can't be written.
"""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """The folder for compiled programs."""
    chosen = os.environ.get("HEPATRIAL_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hepatrial"


def prepare() -> None:
    """Set the environment that JAX reads when it is first imported; what the user has set stays."""
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_cpu_multi_thread_eigen" not in flags:
        os.environ["XLA_FLAGS"] = (
            f"{flags} --xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1".strip()
        )
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(cache_folder() / "compiled"))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.2")


prepare()
