"""CDISC Dataset-JSON 1.1 (specification of 2024-12-05)."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import polars as pl

from hepatrial.exchange.adam.dataset import AdamDataset
from hepatrial.trialdata import TrialData

# No clock enters the file: a repeated run writes the same bytes.
CREATED = "1960-01-01T00:00:00"
DATASET_JSON = "1.1.0"


def write_dataset_json(dataset: AdamDataset, trial: TrialData, path: Path) -> Path:
    """Write one dataset; returns the file. Attributes stand in the order that the specification recommends."""
    rows = dataset.table.with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d"))
    content = {
        "datasetJSONCreationDateTime": CREATED,
        "datasetJSONVersion": DATASET_JSON,
        "originator": "hepatrial (simulated data)" if trial.simulated else "hepatrial",
        "sourceSystem": {"name": "hepatrial", "version": version("hepatrial")},
        "studyOID": trial.name,
        "itemGroupOID": f"IG.{dataset.name}",
        "records": dataset.table.height,
        "name": dataset.name,
        "label": dataset.label,
        "columns": [_column(dataset, name) for name in dataset.table.columns],
        "rows": [list(row) for row in rows.iter_rows()],
    }
    path.write_text(json.dumps(content, allow_nan=False, ensure_ascii=False), encoding="utf-8")
    return path


def _column(dataset: AdamDataset, name: str) -> dict[str, object]:
    series = dataset.table[name]
    column: dict[str, object] = {
        "itemOID": f"IT.{dataset.name}.{name}",
        "name": name,
        "label": dataset.labels[name],
    }
    if series.dtype == pl.String:
        column |= {"dataType": "string", "length": max(int(series.str.len_chars().max() or 1), 1)}
    elif series.dtype == pl.Date:
        column |= {"dataType": "date", "targetDataType": "integer", "displayFormat": "E8601DA."}
    else:
        column |= {"dataType": "integer" if series.dtype.is_integer() else "double"}
    if name in dataset.keys:
        column["keySequence"] = dataset.keys.index(name) + 1
    return column
