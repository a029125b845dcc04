"""JAX keeps compiled programs whatever the order of imports, and what the user has set stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASK = "import jax; print(jax.config.jax_compilation_cache_dir, jax.config.jax_persistent_cache_min_compile_time_secs)"


def settings(imports: str, **environment: str) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JAX", "HEPATRIAL"))}
    done = subprocess.run(
        [sys.executable, "-c", f"{imports}; {ASK}"],
        env=kept | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    "imports",
    ["import hepatrial.jax_setup", "import jax, hepatrial.jax_setup", "import hepatrial.virtual_trial"],
)
def test_compiled_programs_are_kept_whatever_is_imported_first(imports, tmp_path):
    found = settings(imports, HEPATRIAL_CACHE=str(tmp_path))
    assert found == [str(tmp_path / "compiled"), "0.2"]


ASK_FLAGS = "import os, hepatrial.jax_setup; print(os.environ['XLA_FLAGS'])"


def flags(**environment: str) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
    command = [sys.executable, "-c", ASK_FLAGS]
    done = subprocess.run(command, env=kept | environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


OF_VECTORS = [
    "--xla_cpu_prefer_vector_width=512",
    "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion=true",
]
OF_THREADS = ["--xla_cpu_multi_thread_eigen=false", "intra_op_parallelism_threads=1"]


@pytest.mark.parametrize("before", [[], OF_THREADS], ids=["without flags", "with flags of threads"])
def test_flags_of_vectors_stand_before_the_word_after_which_xla_reads_nothing(before):
    assert flags(XLA_FLAGS=" ".join(before)) == [*OF_VECTORS, *OF_THREADS]


def test_flags_of_xla_that_the_user_or_a_parent_process_chose_stay():
    chosen = (
        "--xla_cpu_prefer_vector_width=128 --xla_backend_extra_options=xla_cpu_small_call=1 "
        "--xla_cpu_multi_thread_eigen=true"
    )
    assert flags(XLA_FLAGS=chosen) == chosen.split()


COUNT_THREADS = (
    "import os, hepatrial.jax_setup, jax, jax.numpy as xp\n"
    "jax.jit(lambda x: x + 1)(xp.ones(2048)).block_until_ready()\n"
    "names = [open(f'/proc/self/task/{task}/comm').read() for task in os.listdir('/proc/self/task')]\n"
    "print(sum('XLAEigen' in name for name in names))"
)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
@pytest.mark.parametrize(("chosen", "threads"), [({}, 1), ({"NPROC": "3"}, 3)], ids=["by default", "chosen"])
def test_xla_computes_in_one_thread_unless_the_user_chose_more(chosen, threads):
    kept = {name: value for name, value in os.environ.items() if name not in ("NPROC", "XLA_FLAGS")}
    command = [sys.executable, "-c", COUNT_THREADS]
    done = subprocess.run(command, env=kept | chosen, capture_output=True, text=True, check=True)
    assert int(done.stdout) == threads


def test_a_cache_folder_that_the_user_chose_stays(tmp_path):
    assert settings("import hepatrial.virtual_trial", JAX_COMPILATION_CACHE_DIR=str(tmp_path))[0] == str(
        tmp_path
    )


def test_a_cache_out_of_reach_is_no_warning_and_other_warnings_stay():
    code = (
        "import hepatrial.jax_setup, jax, warnings\n"
        "jax.config.update('jax_persistent_cache_min_compile_time_secs', 0.0)\n"
        "jax.jit(lambda x: x + 1)(1.0)\nwarnings.warn('another')"
    )
    environment = os.environ | {"HEPATRIAL_CACHE": "/proc/nowhere"}
    environment.pop("JAX_COMPILATION_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert "cache" not in done.stderr
    assert "another" in done.stderr


def test_a_user_without_a_home_has_no_cache():
    code = (
        "import pathlib\n"
        "def none(cls): raise RuntimeError('no home')\n"
        "pathlib.Path.home = classmethod(none)\n"
        "import hepatrial.jax_setup as setup; print(setup.cache_folder())"
    )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JAX", "HEPATRIAL", "XDG"))
    }
    done = subprocess.run([sys.executable, "-c", code], env=kept, capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"


def test_the_kernel_of_many_trials_compiles_where_nothing_can_be_kept():
    code = (
        "from numba.core import caching\n"
        "caching.CacheImpl._locator_classes = []\n"
        "caching.CodeLibraryCacheImpl._locator_classes = []\n"
        "caching.CompileResultCacheImpl._locator_classes = []\n"
        "import numpy as np\n"
        "from hepatrial.survival.many_trials import many_trials\n"
        "from hepatrial.survival.many_trials_kernel import analyse\n"
        "time, event, group = np.array([[1.0, 2, 3, 4]]), np.ones((1, 4), bool), np.array([[0, 1, 0, 1]], np.int8)\n"
        "print(many_trials(time, event, group).events.tolist(), type(analyse._cache).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[[2, 2]] NullCache\n"
