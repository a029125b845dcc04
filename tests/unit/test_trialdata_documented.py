"""Every column of every table, and every ADaM variable, is explained in docs/outputs.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hepatrial.exchange.adam.variables import LABELS

PAGE = Path(__file__).parents[2] / "docs" / "outputs.md"


@pytest.fixture(scope="module")
def explained():
    return set(re.findall(r"`([A-Za-z0-9_]+)`", PAGE.read_text("utf-8")))


def test_every_column_of_the_tables_is_explained(explained, sharp_trial):
    for name, table in sharp_trial.trial.tables().items():
        assert set(table.columns) <= explained, name
    assert {"virtual_patients.parquet", "virtual_patients_best.parquet"} <= set(
        re.findall(r"`([a-z_.]+)`", PAGE.read_text("utf-8"))
    )


def test_every_variable_of_the_datasets_is_explained(explained):
    assert set(LABELS) <= explained
