"""Files as they come: encodings, separators, SAS transport, and the bounds on their size."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyreadstat
import pytest

from hepatrial.errors import InvalidInput
from hepatrial.userdata import DataColumns, binary_files, read_trial_data, text_files
from hepatrial.userdata.files import read_table

TEXT = "time,event,site\n1.5,1,Köln\n2,0,Łódź\n"
COLUMNS = DataColumns("time", "event")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_a_mark_are_read_as_they_are(tmp_path, encoding):
    path = tmp_path / "trial.csv"
    path.write_bytes(TEXT.encode(encoding))
    raw = read_table(path)
    assert raw.frame["site"].to_list() == ["Köln", "Łódź"]
    assert raw.frame.columns[0] == "time"
    assert raw.issues == ()


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_between_cells_is_found(tmp_path, mark):
    path = tmp_path / "trial.txt"
    path.write_text(TEXT.replace(",", mark), encoding="utf-8")
    assert read_trial_data(path, COLUMNS).times("OS").time_days.tolist() == [1.5, 2.0]


def test_lines_are_counted_as_an_editor_does_through_quoted_breaks_and_blank_lines(tmp_path):
    path = tmp_path / "trial.csv"
    path.write_bytes(b'time,event,note\r\n1,1,"two\r\nlines"\r\n\r\n-2,0,x\r\n')
    with pytest.raises(InvalidInput, match="'-2' in line 5"):
        read_trial_data(path, COLUMNS)


def test_a_transport_file_reads_as_the_text_does(tmp_path):
    frame = pl.DataFrame({"TIME": [1.5, 2.0, 3.0], "EVENT": [1.0, 0.0, None], "SITE": ["a", "", "b"]})
    pyreadstat.write_xport(frame, str(tmp_path / "trial.xpt"), file_format_version=5)
    data = read_trial_data(tmp_path / "trial.xpt", DataColumns("TIME", "EVENT"))
    assert data.times("OS").event.tolist() == [1, 0]
    assert data.subjects["SITE"].to_list() == ["a", None]
    assert data.notes == ("1 patient is left out: column EVENT is empty, first in row 3.",)


@pytest.mark.parametrize(
    ("limit", "value", "what"),
    [
        ("MAX_BYTES", 10, "the file is too large"),
        ("MAX_ROWS", 1, "too many rows"),
        ("MAX_CELLS", 5, "too many rows"),
        ("MAX_COLUMNS", 2, "too many columns"),
        ("MAX_CELL_CHARACTERS", 3, "a cell is too long"),
    ],
)
def test_a_text_beyond_a_bound_is_refused(tmp_path, monkeypatch, limit, value, what):
    path = tmp_path / "trial.csv"
    path.write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(text_files, limit, value)
    with pytest.raises(InvalidInput, match=what):
        read_table(path)


def test_a_small_file_that_unfolds_into_a_large_table_is_refused_before_it_does(tmp_path, monkeypatch):
    path = tmp_path / "trial.parquet"
    pl.DataFrame({"time": np.zeros(100_000)}).write_parquet(path)
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(binary_files, "MAX_ROWS", 99_999)
    monkeypatch.setattr(pl, "read_parquet", lambda *_: pytest.fail("the table was read"))
    with pytest.raises(InvalidInput, match="too many rows"):
        read_table(path)


def test_types_of_a_parquet_file_are_kept(tmp_path):
    frame = pl.DataFrame(
        {
            "time": [1, 2],
            "event": [True, False],
            "stage": pl.Series(["B", "C"], dtype=pl.Categorical),
            "mvi": [True, None],
            "list": [[1], [2]],
        }
    )
    frame.write_parquet(tmp_path / "trial.parquet")
    assert [issue.rule for issue in read_table(tmp_path / "trial.parquet").issues] == ["types"]
    subjects = read_trial_data(tmp_path / "trial.parquet", COLUMNS).subjects
    assert subjects["list"].dtype == pl.String
    assert subjects["stage"].to_list() == ["B", "C"]
    assert subjects["mvi"].to_list() == [True, None]
    assert subjects["os_event"].to_list() == [1, 0]
