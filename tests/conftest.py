"""Results that several tests look at, simulated once."""

from __future__ import annotations

import pytest
from hypothesis import settings

# The same examples in every run: a change is judged by what it changes, not by luck.
settings.register_profile("fixed", derandomize=True)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def sharp():
    from hepatrial.protocol.loading import load

    return load("sharp")


@pytest.fixture(scope="session")
def sharp_trial(sharp):
    from hepatrial.virtual_trial import simulate

    return simulate(sharp, patients=1024, seed=3, replicates=200)
