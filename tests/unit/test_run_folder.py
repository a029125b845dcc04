"""A run folder: complete, readable, written whole or not at all."""

from __future__ import annotations

import errno
import json

import polars as pl
import pyreadstat
import pytest
from typer.testing import CliRunner

from hepatrial.cli import app as cli_app
from hepatrial.errors import RunFailed, UsageError
from hepatrial.report.run import write_run
from hepatrial.report.run_folder import MANIFEST, new_run_folder

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


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_nothing_is_left_behind_when_writing_breaks_off(tmp_path, error):
    with pytest.raises((RunFailed, KeyboardInterrupt)), new_run_folder(tmp_path / "run", force=False) as part:
        (part / "half.txt").write_text("half")
        raise error
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


def test_run_and_reproduce_from_the_command_line(tmp_path):
    runner = CliRunner()
    from hepatrial.cli import main  # noqa: F401  (the entry point exists)

    out = tmp_path / "run"
    options = [
        "run",
        "sharp",
        "--patients",
        "128",
        "--replicates",
        "20",
        "--seed",
        "9",
        "--out",
        str(out),
        "--json",
    ]
    done = runner.invoke(cli_app.app, options)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["seed"] == 9
    again = runner.invoke(cli_app.app, ["reproduce", str(out)])
    assert again.exit_code == 0, again.output
    assert "the same" in again.output
