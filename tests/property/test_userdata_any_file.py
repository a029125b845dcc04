"""Whatever a user's file holds, there is an answer: never a traceback, and the check and the reading agree."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from polars.testing.parametric import dataframes

from hepatrial.cli.data_lines import check_lines, check_record
from hepatrial.errors import InvalidInput, UsageError
from hepatrial.userdata import DataColumns, read_trial_data
from hepatrial.userdata.checking import ColumnChoice, check_data

NASTY = [
    "", " ", "0", "1", "2", "-1", "1.5", "12,5", "<5", "≤ 3", "n/a", "NA", "NaN", "inf", "-inf", "1e400", "1e-400",
    "1_0", "0x1", "true", "FALSE", "yes", "dead", "alive", "007", "2020-02-01", "31/12/2020", "12/31/2020", "1.2.2020",
    "02FEB2020", "2020-13-45", '"', "'", ";", "|", "\t", "a\nb", "a\rb", "é", "\u22123", "\u0661", "\x00", "#N/A",
    "99999999999999999999", "9007199254740993", "=1+1", "placebo", "x" * 200, "\x1b[31mred",
]  # fmt: skip
NAMES = [
    "time", "event", "arm", "subject", "id", "day", "visit", "OS", "os_days", "os_event", "stratum", "randomised_day",
    "albumin_g_l", "bilirubin", "AFP", "censored", "date_of_diagnosis", "last_visit", "", " ", "time",
    "marker", "a,b", "\x1b[31m",
]  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(NASTY),
    st.integers(-3, 2000).map(str),
    st.floats(0, 5000).map(lambda value: f"{value:.3f}"),
    st.text(max_size=4),
)
MANY = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMED = ColumnChoice("time", "event")
VISITS = ColumnChoice("time", "event", subject="id", visit="day")


def quoted(cell: str, separator: str) -> str:
    needs = any(mark in cell for mark in (separator, '"', "\n", "\r"))
    return '"' + cell.replace('"', '""') + '"' if needs else cell


@st.composite
def tables(draw) -> str:
    """Text of a table with a column of times and one of events, mostly well formed."""
    separator = draw(st.sampled_from([",", ";", "\t"]))
    others = draw(st.lists(st.sampled_from(NAMES), max_size=4))
    names = draw(st.permutations(["time", "event", *others]))
    sound = draw(st.booleans())
    lines = [separator.join(quoted(name, separator) for name in names)]
    for _ in range(draw(st.integers(0, 8))):
        cells = []
        for name in names:
            if sound and name == "time":
                cells.append(str(draw(st.integers(0, 900))))
            elif sound and name == "event":
                cells.append(draw(st.sampled_from(["0", "1"])))
            else:
                cells.append(draw(CELLS))
        lines.append(separator.join(quoted(cell, separator) for cell in cells))
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n", "\nx"]))


def outcome(path, choice: ColumnChoice):
    """Whether the file is read, after both ways were tried; the only error allowed is the product's own."""
    columns = choice.columns()
    assert isinstance(columns, DataColumns)
    try:
        data = read_trial_data(path, columns)
    except InvalidInput as error:
        data, refused = None, error.issues
    else:
        refused = ()
    found = check_data(path, choice)
    assert all(issue.what and issue.fix for issue in (*refused, *found.issues))
    assert not any("\x1b" in line or "\x00" in line for line in check_lines(found))
    json.dumps(check_record(found), allow_nan=False)
    stopped = [issue for issue in found.errors if issue.rule != "all-censored"]
    assert (data is None) == bool(stopped)
    return data


@MANY
@given(text=tables(), choice=st.sampled_from([NAMED, VISITS, ColumnChoice("time", "event", arm="arm")]))
@example(text="time,event\n", choice=NAMED)
@example(text="time,event,id,day\n1,1,a,0\n1,1,a,5\n", choice=VISITS)
def test_any_table_is_read_or_refused_with_a_remedy(tmp_path, text, choice):
    path = tmp_path / "any.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    data = outcome(path, choice)
    if data is not None:
        times = data.times("OS")
        assert (times.time_days >= 0).all()
        assert set(times.event) <= {0, 1}
        assert data.subjects["subject"].is_unique().all()
        assert set(data.arms) == set(data.subjects["arm"])


@MANY
@given(text=tables())
def test_nothing_named_is_guessed_or_told(tmp_path, text):
    path = tmp_path / "any.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    found = check_data(path)
    assert list(check_lines(found))
    json.dumps(check_record(found), allow_nan=False)


@MANY
@given(raw=st.binary(max_size=300), ending=st.sampled_from([".csv", ".parquet", ".xpt", ".txt", ".xlsx", ""]))
@example(raw=b"\xff\xfe1", ending=".csv")
@example(raw=b"\xef\xbb\xbftime,event\n1,1\n", ending=".csv")
@example(raw=b"PAR1" + b"\x00" * 20 + b"PAR1", ending=".parquet")
@example(raw=b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000000000000000000000000000000", ending=".xpt")
def test_any_bytes_are_read_or_refused(tmp_path, raw, ending):
    path = tmp_path / f"any{ending}"
    path.write_bytes(raw)
    outcome(path, NAMED)


@MANY
@given(
    cut=st.integers(0, 3000),
    put=st.binary(max_size=3),
    at=st.integers(0, 3000),
    ending=st.sampled_from(["parquet", "xpt"]),
)
def test_a_damaged_file_is_read_or_refused(tmp_path, cut, put, at, ending):
    import pyreadstat

    path = tmp_path / f"any.{ending}"
    frame = pl.DataFrame({"time": [1.0, 2.0, 3.0], "event": [1, 0, 1], "site": ["a", "b", None]})
    if ending == "parquet":
        frame.write_parquet(path)
    else:
        pyreadstat.write_xport(frame, str(path), file_format_version=5)
    raw = path.read_bytes()
    at = at % len(raw)
    path.write_bytes((raw[:at] + put + raw[at + len(put) :])[: len(raw) - cut % 200])
    outcome(path, NAMED)


MARKERS = [
    "albumin_g_l",
    "AFP",
    "stratum",
    "randomised_day",
    "diagnosis",
    "death_date",
    "id",
    "RFS",
    "os_reason",
]


@MANY
@given(
    frame=dataframes(max_cols=4, max_size=6, excluded_dtypes=[pl.Object, pl.Unknown]),
    names=st.permutations(MARKERS),
    sound=st.booleans(),
)
def test_a_parquet_file_of_any_types_is_read_or_refused(tmp_path, frame, names, sound):
    path = tmp_path / "any.parquet"
    names = ["time", "event", *names] if not sound else names
    frame = frame.rename(dict(zip(frame.columns, names[: frame.width], strict=True)))
    if sound:
        rows = pl.int_range(1, frame.height + 1, eager=True)
        frame = frame.with_columns(time=rows * 300, event=rows % 2)
    try:
        frame.write_parquet(path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return  # a type that Parquet does not know
    data = outcome(path, NAMED)
    assert data is not None or not sound or frame.is_empty()
    if "id" in frame.columns:
        outcome(path, replace(NAMED, subject="id"))


ADAM_CELLS = st.sampled_from(
    ["", "0", "1", "2", "-5", "OS", "TTP", "PFS", "x", "a", "b", "inf", "Y", "DATE OF DEATH", "DEATH: LIVER"]
)


@MANY
@given(data=st.data())
def test_any_adam_folder_is_read_or_refused(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("adam")
    for name, variables in {
        "adsl": ["USUBJID", "ARM", "DTHCAUS", "RANDDT"],
        "adtte": ["USUBJID", "PARAMCD", "PARAM", "AVAL", "CNSR", "CNSDTDSC", "EVNTDESC"],
        "adlb": ["USUBJID", "PARAMCD", "AVAL", "ADY", "BLQFL"],
    }.items():
        names = data.draw(st.lists(st.sampled_from(variables), unique=True, min_size=len(variables) - 1))
        lines = [",".join(names)]
        for _ in range(data.draw(st.integers(0, 4))):
            lines.append(",".join(data.draw(ADAM_CELLS) for _ in names))
        (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    try:
        trial = read_trial_data(folder)
    except InvalidInput:
        trial = None
    found = check_data(folder)
    assert all(issue.fix for issue in found.issues)
    assert (trial is None) == bool([issue for issue in found.errors if issue.rule != "all-censored"])
    if trial is not None:
        assert all((trial.times(name).time_days >= 0).all() for name in trial.endpoints)


@pytest.mark.parametrize("path", ["missing.csv", "", "\x00", "a" * 5000])
def test_a_path_that_is_none_is_refused(path):
    with pytest.raises(InvalidInput):
        read_trial_data(path, NAMED.columns())


def test_a_file_without_columns_is_a_usage_error(tmp_path):
    (tmp_path / "any.csv").write_text("time,event\n1,1\n")
    with pytest.raises(UsageError, match="--time COLUMN --event COLUMN"):
        read_trial_data(tmp_path / "any.csv")
