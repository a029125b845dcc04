"""A run folder: complete, readable, written whole or not at all."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pyreadstat
import pytest

from hepatrial.errors import RunFailed, UsageError
from hepatrial.report.run import write_run
from hepatrial.report.run_folder import MANIFEST, check_target, new_run_folder

ARM = {
    "arm", "n", "os_median_months", "os_median_ci", "ttp_median_months", "ttp_median_ci", "pfs_median_months",
    "pfs_median_ci", "orr_percent", "dcr_percent", "orr_mrecist_percent", "survival_at_months",
}  # fmt: skip
COMPARISON = {"arm", "control", "endpoint", "hr", "ci", "p_logrank", "hr_interval_95", "power"}
TOP = {
    "protocol",
    "hash",
    "seed",
    "versions",
    "patients",
    "replicates",
    "failures",
    "warnings",
    "arms",
    "comparisons",
    "published",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, sharp_trial):
    target = tmp_path_factory.mktemp("runs") / "sharp"
    with new_run_folder(target, force=False) as part:
        write_run(sharp_trial, part, ("svg",))
    return target


def test_the_summary_has_every_key_of_its_contract(folder):
    summary = json.loads((folder / "summary.json").read_text())
    assert summary.keys() >= TOP
    assert all(arm.keys() >= ARM and set(arm["survival_at_months"]) == {"6", "12"} for arm in summary["arms"])
    assert all(row.keys() >= COMPARISON for row in summary["comparisons"])
    assert {row["endpoint"] for row in summary["comparisons"]} == {"OS", "TTP", "PFS"}
    assert summary["published"]["arms"][0].keys() >= ARM


def test_the_report_needs_nothing_from_elsewhere(folder):
    page = (folder / "report.html").read_text()
    assert "<script" not in page
    assert "not for treating a patient" in page
    for loading in ('src="http', "@import", "<link", "url(http"):
        assert loading not in page


def test_xpt_and_dataset_json_hold_the_same_data(folder):
    for name, rows in (("adsl", 602), ("adtte", 3 * 602)):
        table, meta = pyreadstat.read_xport(str(folder / "adam" / f"{name}.xpt"), output_format="polars")
        other = json.loads((folder / "adam" / f"{name}.json").read_text())
        assert table.height == other["records"] == len(other["rows"])
        assert abs(table.height - rows) <= 0.05 * rows
        assert [column["name"] for column in other["columns"]] == table.columns
        assert all(len(column) <= 8 for column in table.columns)
        assert all(len(label) <= 40 for label in meta.column_labels)
        assert table["USUBJID"].to_list() == [row[table.columns.index("USUBJID")] for row in other["rows"]]


def test_censoring_in_adtte_is_zero_for_an_event(folder, sharp_trial):
    table, _ = pyreadstat.read_xport(str(folder / "adam" / "adtte.xpt"), output_format="polars")
    deaths = table.filter((pl.col("PARAMCD") == "OS") & (pl.col("CNSR") == 0)).height
    assert deaths == (sharp_trial.trial.subjects["os_event"] > 0).sum()


def test_writing_the_same_result_again_gives_the_same_bytes(folder, sharp_trial, tmp_path):
    again = tmp_path / "again"
    with new_run_folder(again, force=False) as part:
        write_run(sharp_trial, part, ("svg",))
    assert json.loads((again / MANIFEST).read_text()) == json.loads((folder / MANIFEST).read_text())


def broken_off(target, error):
    """Begin a run folder, and let writing break off."""
    with new_run_folder(target, force=False) as part:
        (part / "half.txt").write_text("half")
        raise error


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_nothing_is_left_behind_when_writing_breaks_off(tmp_path, error):
    with pytest.raises((RunFailed, KeyboardInterrupt)):
        broken_off(tmp_path / "run", error)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_no_run_wrote_is_never_replaced(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="never replaced"), new_run_folder(tmp_path / "mine", force=True):
        pass
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_an_earlier_run_is_replaced_only_when_forced(tmp_path):
    for force in (False, True):
        with new_run_folder(tmp_path / "run", force=force) as part:
            (part / MANIFEST).write_text("{}")
    with pytest.raises(UsageError, match="--force"), new_run_folder(tmp_path / "run", force=False):
        pass


def refusal(target, *, force=False):
    with pytest.raises(UsageError) as raised:
        check_target(target, force=force)
    assert "fix:" in str(raised.value)
    return str(raised.value)


def test_a_target_that_cannot_be_is_refused_before_any_work(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "mount").mkdir()
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    monkeypatch.setattr("os.path.ismount", lambda path: str(path).endswith("mount"))
    for name, expected in {
        "file": "file is not a folder\n  found:   a file",
        "link": "link is not a folder\n  found:   a link",
        "file/run": "cannot be made\n  found:",
        "mount": "is a mount point",
        "home": "is where you are, or above it",
        "n" * 300: "cannot be made\n  found:   File name too long",
    }.items():
        assert expected in refusal(tmp_path / name)
    for relative in (".", "..", "", "../.."):
        assert "is where you are, or above it" in refusal(Path(relative))


def test_a_place_that_may_not_be_written_is_refused_before_any_work(tmp_path, monkeypatch):
    def read_only(path, *args, **kwargs):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("pathlib.Path.mkdir", read_only)
    message = refusal(tmp_path / "new" / "run")
    assert "cannot be made\n  found:   Read-only file system" in message


def test_a_refused_target_leaves_no_trace(tmp_path):
    check_target(tmp_path / "a" / "run", force=False)
    assert list(tmp_path.iterdir()) == []


def test_parents_are_made_and_go_again_when_writing_breaks_off(tmp_path):
    with pytest.raises(RunFailed), new_run_folder(tmp_path / "a" / "b" / "run", force=False):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []
    with new_run_folder(tmp_path / "a" / "b" / "run", force=False) as part:
        (part / MANIFEST).write_text("{}")
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["run"]


class WriterError(Exception):
    """An error as the writers of tables raise: no OSError, the reason in words."""


def test_a_full_disk_is_recognised_in_the_words_of_a_writer(tmp_path):
    with pytest.raises(RunFailed, match="free some space"), new_run_folder(tmp_path / "run", force=False):
        raise WriterError("parquet: underlying IO error: No space left on device (os error 28)")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_recognised_where_a_writer_gives_no_reason(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=4096))
    with pytest.raises(RunFailed, match="free some space"), new_run_folder(tmp_path / "run", force=False):
        raise WriterError("Unable to write data")


def test_an_error_that_is_not_of_the_disk_stays_what_it_is(tmp_path):
    with pytest.raises(WriterError):
        broken_off(tmp_path / "run", WriterError("a column is missing"))
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_was_written_meanwhile_is_not_replaced(tmp_path):
    target = tmp_path / "run"

    def write_while_another_writes():
        with new_run_folder(target, force=False):
            target.mkdir()
            (target / MANIFEST).write_text("of the other run")

    with pytest.raises(UsageError, match="holds an earlier run"):
        write_while_another_writes()
    assert (target / MANIFEST).read_text() == "of the other run"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_the_earlier_run_comes_back_when_the_new_one_cannot_take_its_place(tmp_path, monkeypatch):
    target = tmp_path / "run"
    target.mkdir()
    (target / MANIFEST).write_text("earlier")
    rename = Path.rename

    def failing(path, to):
        if ".part-" in path.name:
            raise OSError(errno.EACCES, "Permission denied")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(RunFailed, match="Permission denied"), new_run_folder(target, force=True) as part:
        (part / MANIFEST).write_text("new")
    assert (target / MANIFEST).read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_run_folder_has_the_permissions_that_the_user_wants(tmp_path):
    old = os.umask(0o027)
    try:
        with new_run_folder(tmp_path / "run", force=False) as part:
            (part / MANIFEST).write_text("{}")
    finally:
        os.umask(old)
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o750


def test_a_long_name_is_a_name(tmp_path):
    with new_run_folder(tmp_path / ("n" * 250), force=False) as part:
        (part / MANIFEST).write_text("{}")
    assert (tmp_path / ("n" * 250)).is_dir()
