"""The file of an SBML export: whole or not at all, readable by whom the user lets read."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from hepatrial.errors import RunFailed
from hepatrial.exchange.sbml import export_sbml


@pytest.fixture
def export(sharp, monkeypatch):
    """Export with a short text in place of the model, which other tests look at."""
    monkeypatch.setattr("hepatrial.exchange.sbml.export.sbml_text", lambda *args, **kwargs: "<sbml/>\n")
    return lambda out: export_sbml(sharp, out=out, patient=0, arm="placebo", seed=1)


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_the_file_has_the_permissions_that_the_umask_leaves(umask, mode, export, tmp_path):
    before = os.umask(umask)
    try:
        export(tmp_path / "model.xml")
    finally:
        os.umask(before)
    assert (tmp_path / "model.xml").stat().st_mode & 0o777 == mode
    assert (tmp_path / "model.xml").read_text() == "<sbml/>\n"


def test_an_earlier_file_is_replaced(export, tmp_path):
    (tmp_path / "model.xml").write_text("earlier")
    export(tmp_path / "model.xml")
    assert (tmp_path / "model.xml").read_text() == "<sbml/>\n"
    assert [path.name for path in tmp_path.iterdir()] == ["model.xml"]


def test_a_long_name_is_a_name(export, tmp_path):
    export(tmp_path / f"{'n' * 250}.xml")
    assert [path.name for path in tmp_path.iterdir()] == [f"{'n' * 250}.xml"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_asks_for_space_and_leaves_the_earlier_file(code, export, tmp_path, monkeypatch):
    (tmp_path / "model.xml").write_text("earlier")

    def full(self, target):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(RunFailed) as raised:
        export(tmp_path / "model.xml")
    assert str(raised.value) == (
        f"cannot write the SBML file; nothing was left behind\n  where:   {tmp_path / 'model.xml'}\n"
        "  found:   No space left on device\n  fix:     free some space and export again"
    )
    assert [path.read_text() for path in tmp_path.iterdir()] == ["earlier"]


def test_a_write_that_breaks_off_on_a_full_disk_asks_for_space(export, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=4096))

    def broken(self, target):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(RunFailed, match="free some space and export again"):
        export(tmp_path / "model.xml")


@pytest.mark.parametrize(
    ("name", "found"), [("nowhere/model.xml", "No such file or directory"), ("folder", "Is a directory")]
)
def test_a_place_that_cannot_be_written_asks_for_another(name, found, export, tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(RunFailed) as raised:
        export(tmp_path / name)
    assert f"found:   {found}\n  fix:     choose a file in a folder that exists" in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
