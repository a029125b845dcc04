"""JAX keeps compiled programs whatever the order of imports, and what the user has set stays."""

from __future__ import annotations

import os
import subprocess
import sys

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


def test_a_cache_folder_that_the_user_chose_stays(tmp_path):
    assert settings("import hepatrial.virtual_trial", JAX_COMPILATION_CACHE_DIR=str(tmp_path))[0] == str(
        tmp_path
    )
