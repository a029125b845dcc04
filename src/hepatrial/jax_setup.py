"""How JAX is set up: one thread a process, compiled programs kept in a cache folder. Import before JAX computes.

The engine runs one process a core, so XLA's own threads would only get in the way and make the numbers of a run
depend on how work is split. XLA's pool has as many threads as the environment's ``NPROC`` says, whatever XLA's flags:
where there are several, those that wait for the engine's short loops take a quarter to as much again of processor time.

A day of the engine is some 80 short loops over patients, bound by what they load and store. Two settings of XLA make
it faster by a fifth each, measured on a processor with AVX-512: vectors as wide as the processor has them (by default
XLA takes half of AVX-512's width), and loops that share what they load put together into one with several outputs.
The second is no flag but an option of XLA's backend, which passes over options that it does not know.

The cache spares the few seconds of compilation after the first run; its folder is ``$HEPATRIAL_CACHE``, or
``hepatrial`` in the user's cache folder, and JAX works without it, and without a word, where it can't be written.
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

CACHE_IS_OUT_OF_REACH = "Error (reading|writing) persistent compilation cache entry"
"""How JAX's warning starts: it costs a compilation, which is nothing that a user could mend in the run."""

IN_FRONT = (
    ("xla_cpu_prefer_vector_width", "--xla_cpu_prefer_vector_width=512"),
    ("xla_backend_extra_options", "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion=true"),
)
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def cache_folder() -> Path | None:
    """The folder for compiled programs; None for a user without a home."""
    chosen = os.environ.get("HEPATRIAL_CACHE")
    if chosen:
        return Path(chosen)
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hepatrial"
    except RuntimeError:
        return None


def prepare() -> None:
    """Set up JAX, in whatever order it and this module are imported; what the user has set stays.

    XLA reads its flags when it first computes, but JAX reads its own variables when it is imported: these are set
    through its configuration as well, or an import order that a formatter chose would silently turn the cache off.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    # In front, as XLA reads nothing after a word without dashes.
    flags = " ".join([*(flag for name, flag in IN_FRONT if name not in flags), flags])
    if "xla_cpu_multi_thread_eigen" not in flags:
        flags = f"{flags} {ONE_THREAD}"
    os.environ["XLA_FLAGS"] = " ".join(flags.split())
    os.environ.setdefault("NPROC", "1")
    settings = {"jax_platforms": "cpu", "jax_persistent_cache_min_compile_time_secs": 0.2}
    folder = cache_folder()
    if folder is not None:
        settings["jax_compilation_cache_dir"] = str(folder / "compiled")
    chosen = {name: value for name, value in settings.items() if name.upper() not in os.environ}
    for name, value in chosen.items():
        # Worker processes inherit the environment.
        os.environ[name.upper()] = str(value)
    warnings.filterwarnings("ignore", message=CACHE_IS_OUT_OF_REACH)
    if "jax" in sys.modules:
        for name, value in chosen.items():
            sys.modules["jax"].config.update(name, value)


prepare()
