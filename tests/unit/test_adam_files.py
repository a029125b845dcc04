"""ADaM files: XPT version 5 and Dataset-JSON 1.1, to the last digit and the same to the byte."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import date

import polars as pl
import pyreadstat
import pytest
from jsonschema import Draft202012Validator

from hepatrial.errors import InvalidInput
from hepatrial.exchange.adam import adam_datasets, write_adam

NAMES = ("adsl", "adtte", "adtr", "adrs", "adlb")
TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(([+-]\d{2}:\d{2})|Z)?$"
TEXT = {"type": "string", "minLength": 1}
COLUMN = {
    "type": "object",
    "required": ["itemOID", "name", "label", "dataType"],
    "properties": {
        "itemOID": TEXT,
        "name": TEXT,
        "label": {"type": "string"},
        "dataType": {
            "enum": [
                "string",
                "integer",
                "decimal",
                "float",
                "double",
                "boolean",
                "datetime",
                "date",
                "time",
                "URI",
            ],
        },
        "targetDataType": {"enum": ["integer", "decimal"]},
        "length": {"type": "integer", "minimum": 1},
        "displayFormat": {"type": "string"},
        "keySequence": {"type": "integer", "minimum": 1},
    },
    "additionalProperties": False,
}
DATASET_JSON = {
    "type": "object",
    "required": [
        "datasetJSONCreationDateTime", "datasetJSONVersion", "itemGroupOID", "records", "name", "label", "columns",
    ],
    "properties": {
        "datasetJSONCreationDateTime": {"type": "string", "pattern": TIME},
        "datasetJSONVersion": {"type": "string", "pattern": r"^1\.1(\.(0|([1-9][0-9]*)))?$"},
        "fileOID": TEXT,
        "dbLastModifiedDateTime": {"type": "string", "pattern": TIME},
        "originator": {"type": "string"},
        "sourceSystem": {
            "type": "object",
            "required": ["name", "version"],
            "properties": {"name": {"type": "string"}, "version": {"type": "string"}},
            "additionalProperties": False,
        },
        "studyOID": TEXT,
        "metaDataVersionOID": TEXT,
        "metaDataRef": {"type": "string"},
        "itemGroupOID": TEXT,
        "records": {"type": "integer", "minimum": 0},
        "name": TEXT,
        "label": {"type": "string"},
        "columns": {"type": "array", "items": COLUMN},
        "rows": {
            "type": "array",
            "items": {"type": "array", "items": {"type": ["string", "integer", "number", "boolean", "null"]}},
        },
    },
    "additionalProperties": False,
}  # fmt: skip
"""Attributes, their types and patterns as tabulated in the CDISC Dataset-JSON specification 1.1 (2024-12-05)."""
JSON_TYPES = {"string": str, "integer": int, "double": (int, float), "date": str}


@pytest.fixture(scope="module")
def trial(sharp_trial):
    """An early cut: all kinds of values in fewer rows."""
    return sharp_trial.trial.cut(day=220)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, trial):
    target = tmp_path_factory.mktemp("adam")
    write_adam(trial, target)
    return target


@pytest.fixture(scope="module")
def adam(trial):
    return {dataset.name.lower(): dataset for dataset in adam_datasets(trial)}


def test_every_dataset_is_written_in_both_formats(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{name}.{kind}" for name in NAMES for kind in ("json", "xpt")
    )


@pytest.mark.parametrize("name", NAMES)
def test_xpt_holds_every_number_to_the_last_digit(folder, adam, name):
    table, _ = pyreadstat.read_xport(str(folder / f"{name}.xpt"), output_format="polars")
    expected = adam[name].table
    assert table.columns == expected.columns
    for column in expected.columns:
        whole = expected[column].dtype.is_integer()
        values = expected[column].cast(pl.Float64) if whole else expected[column]
        assert table[column].to_list() == values.to_list(), column


@pytest.mark.parametrize("name", NAMES)
def test_xpt_is_version_5_with_labels_and_dates(folder, adam, name):
    content = (folder / f"{name}.xpt").read_bytes()
    assert content.startswith(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!")
    assert b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!" in content
    assert len(content) % 80 == 0
    _, meta = pyreadstat.read_xport(str(folder / f"{name}.xpt"), output_format="polars")
    assert meta.table_name == name.upper()
    assert meta.file_label == adam[name].label
    assert meta.column_names_to_labels == adam[name].labels
    dates = adam[name].table.select(pl.col(pl.Date)).columns
    assert [column for column, shown in meta.original_variable_types.items() if shown == "DATE9"] == dates
    assert max(meta.variable_storage_width.values()) <= 200


@pytest.mark.parametrize("name", NAMES)
def test_dataset_json_is_as_specified(folder, name):
    content = json.loads((folder / f"{name}.json").read_text("utf-8"))
    errors = [error.message for error in Draft202012Validator(DATASET_JSON).iter_errors(content)]
    assert errors == []
    assert content["records"] == len(content["rows"])
    identifiers = [column["itemOID"] for column in content["columns"]]
    assert len(set(identifiers)) == len(identifiers)
    for place, column in enumerate(content["columns"]):
        values = [row[place] for row in content["rows"] if row[place] is not None]
        assert all(isinstance(value, JSON_TYPES[column["dataType"]]) for value in values), column
        if column["dataType"] == "date":
            assert column["targetDataType"] == "integer"
            assert all(date.fromisoformat(value) for value in values)
        if column["dataType"] == "string":
            assert max(map(len, values), default=0) <= column["length"]


def test_the_validator_refuses_what_is_not_as_specified(folder):
    content = json.loads((folder / "adsl.json").read_text("utf-8"))
    for wrong in (
        {"records": -1},
        {"datasetJSONVersion": "1.0.0"},
        {"itemGroupOID": ""},
        {"clinicalData": {}},
    ):
        assert not Draft202012Validator(DATASET_JSON).is_valid(content | wrong)


@pytest.mark.parametrize("name", NAMES)
def test_dataset_json_says_what_the_dataset_says(folder, adam, name):
    content = json.loads((folder / f"{name}.json").read_text("utf-8"))
    expected = adam[name].table.with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d"))
    assert content["rows"] == [list(row) for row in expected.iter_rows()]
    keys = {column["name"]: column.get("keySequence") for column in content["columns"]}
    assert tuple(sorted((k for k in keys if keys[k]), key=keys.get)) == adam[name].keys


def test_the_same_trial_is_written_to_the_same_bytes(folder, trial, tmp_path):
    time.sleep(1.1)  # the clock of a transport file ticks in seconds
    write_adam(trial, tmp_path)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def renamed(trial, **names):
    """The trial with other names of its arms."""
    table = trial.subjects.with_columns(pl.col("arm").replace(names))
    arms = tuple(names.get(arm, arm) for arm in trial.arms)
    return replace(trial, subjects=table, arms=arms, control=names.get(trial.control, trial.control))


def test_names_that_are_not_ascii_lose_their_accents_in_xpt_and_keep_them_in_json(trial, tmp_path):
    write_adam(renamed(trial, sorafenib="Sorafénib 索", placebo="Plâcebo"), tmp_path)
    table, _ = pyreadstat.read_xport(str(tmp_path / "adsl.xpt"), output_format="polars")
    assert set(table["ARM"]) == {"Sorafenib ?", "Placebo"}
    content = json.loads((tmp_path / "adsl.json").read_text("utf-8"))
    place = [column["name"] for column in content["columns"]].index("ARM")
    assert {row[place] for row in content["rows"]} == {"Sorafénib 索", "Plâcebo"}


def test_a_text_that_a_transport_file_cannot_hold_is_refused(trial, tmp_path):
    with pytest.raises(InvalidInput, match=r"ADSL\.ARM is too long") as caught:
        write_adam(renamed(trial, sorafenib="s" * 201), tmp_path)
    assert "201 bytes" in str(caught.value)
    write_adam(renamed(trial, sorafenib="s" * 200), tmp_path)
