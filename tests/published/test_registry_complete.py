"""The registry holds every collected table: each is compared by a test, and each of its rows has a record."""

from __future__ import annotations

from pathlib import Path

import pytest
from collected_tables import TABLES, needs_tables, table
from test_registry_early_trials import early_trial

from hepatrial.evidence import collection

pytestmark = needs_tables

COMPARED_BY = {
    "trials_systemic.csv": "test_registry_systemic.py",
    "trials_locoregional.csv": "test_registry_locoregional.py",
    "trial_outcomes_added.csv": "test_registry_long_tables.py",
    "trial_baseline.csv": "test_registry_long_tables.py",
    "trial_exposure.csv": "test_registry_long_tables.py",
    "landmarks_and_subgroups.csv": "test_registry_long_tables.py",
    "trial_design.csv": "test_registry_design.py",
    "phase2_evidence.csv": "test_registry_early_trials.py",
    "subgroup_hr/data_imbrave150.csv": "test_registry_subgroups.py",
    "subgroup_hr/data_reflect.csv": "test_registry_subgroups.py",
    "subgroup_hr/data_sarah.csv": "test_registry_subgroups.py",
    "subgroup_hr/data_sirvenib.csv": "test_registry_subgroups.py",
}


def test_every_collected_table_is_compared_by_a_test_that_names_it():
    found = {str(path.relative_to(TABLES)) for path in TABLES.rglob("*.csv")}
    assert found == set(COMPARED_BY)
    for name, file in COMPARED_BY.items():
        assert Path(name).name in (Path(__file__).parent / file).read_text(encoding="utf-8"), (name, file)


@pytest.mark.parametrize("name", [name for name in COMPARED_BY if not name.startswith("subgroup_hr")])
def test_every_row_has_a_record(name):
    for row in table(name):
        record = early_trial(row) if name == "phase2_evidence.csv" else collection()[row["trial"]]
        assert record.key in collection().trials
