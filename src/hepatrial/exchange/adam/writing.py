"""Write ADaM datasets as XPT (SAS transport version 5) and as Dataset-JSON 1.1."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl

from hepatrial.exchange.adam.datasets import AdamDataset, adam_datasets
from hepatrial.trialdata import TrialData

# A fixed time keeps the files of a repeated run the same to the byte.
CREATED = "1970-01-01T00:00:00"
XPT_CREATED = b"01JAN70:00:00:00"
XPT_TIME = re.compile(rb"\d{2}[A-Z]{3}\d{2}:\d{2}:\d{2}:\d{2}")
HEADER_BYTES = 8 * 80  # library and member headers; the times stand nowhere else
DATASET_JSON = "1.1.0"


def write_adam(trial: TrialData, folder: Path) -> tuple[Path, ...]:
    """Write all datasets into ``folder`` in both formats; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for dataset in adam_datasets(trial):
        name = dataset.name.lower()
        written += [_xpt(dataset, folder / f"{name}.xpt"), _json(dataset, trial, folder / f"{name}.json")]
    return tuple(written)


def _xpt(dataset: AdamDataset, path: Path) -> Path:
    import pyreadstat

    pyreadstat.write_xport(
        dataset.table,
        str(path),
        file_label=dataset.label,
        column_labels=[dataset.labels[column] for column in dataset.table.columns],
        table_name=dataset.name,
        file_format_version=5,
    )
    head = path.read_bytes()
    path.write_bytes(XPT_TIME.sub(XPT_CREATED, head[:HEADER_BYTES]) + head[HEADER_BYTES:])
    return path


def _json(dataset: AdamDataset, trial: TrialData, path: Path) -> Path:
    table = dataset.table
    content = {
        "datasetJSONCreationDateTime": CREATED,
        "datasetJSONVersion": DATASET_JSON,
        "originator": "hepatrial (simulated data)" if trial.simulated else "hepatrial",
        "studyOID": trial.name,
        "itemGroupOID": f"IG.{dataset.name}",
        "records": table.height,
        "name": dataset.name,
        "label": dataset.label,
        "columns": [_column(dataset, name) for name in table.columns],
        "rows": [list(row) for row in table.iter_rows()],
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
        return column | {"dataType": "string", "length": max(int(series.str.len_bytes().max() or 1), 1)}
    return column | {"dataType": "double"}
