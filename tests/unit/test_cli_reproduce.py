"""Repeating a run: what was changed, lost or damaged is named; other versions are named as the likely cause."""

from __future__ import annotations

import json

import pytest

from hepatrial.errors import InvalidInput, RunFailed, UsageError
from hepatrial.protocol.bundled_protocols import protocol_text
from hepatrial.report.reproduce import reproduce
from hepatrial.report.run_folder import MANIFEST, file_hashes


def write_folder(folder, *, text="same", versions=None):
    folder.mkdir()
    (folder / "protocol.yaml").write_text(protocol_text("sharp"))
    (folder / "summary.json").write_text(text)
    manifest = {
        "patients": 10, "replicates": 2, "seed": 4, "precision": "float32", "versions": versions or {"hepatrial": "1"},
        "files": file_hashes(folder),
    }  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def repeated(monkeypatch):
    """Let a repeated run write what is asked for, and remember how it was called."""
    asked = {}

    def install(**content):
        def run_protocol(protocol, *, out, **options):
            asked.update(options, protocol=protocol.name)
            write_folder(out, **content)

        monkeypatch.setattr("hepatrial.report.run.run_protocol", run_protocol)
        return asked

    return install


def test_the_run_is_repeated_as_the_manifest_says(tmp_path, repeated):
    asked = repeated()
    assert reproduce(write_folder(tmp_path / "run")) == 2
    assert (asked["protocol"], asked["patients"], asked["replicates"], asked["seed"]) == ("SHARP", 10, 2, 4)
    assert asked["precision"] == "float32"


def test_a_difference_names_the_files_and_the_versions(tmp_path, repeated):
    folder = write_folder(tmp_path / "run")
    repeated(text="other", versions={"hepatrial": "2"})
    with pytest.raises(RunFailed) as raised:
        reproduce(folder)
    assert str(raised.value) == (
        "the repeated run differs in 1 of 2 files\n  found:   summary.json\n  allowed: no difference\n"
        "  fix:     install the versions of that run: hepatrial 1 then, 2 now"
    )


def test_a_difference_with_the_same_versions_is_called_a_defect(tmp_path, repeated):
    folder = write_folder(tmp_path / "run")
    repeated(text="other")
    with pytest.raises(RunFailed, match="may be a defect"):
        reproduce(folder)


def test_changed_and_lost_files_are_named_before_any_work(tmp_path):
    folder = write_folder(tmp_path / "run")
    (folder / "summary.json").write_text("changed")
    (folder / "protocol.yaml").unlink()
    with pytest.raises(RunFailed, match=r"lost: protocol\.yaml; changed: summary\.json"):
        reproduce(folder)


@pytest.mark.parametrize("place", ["nowhere", "empty", "file"])
def test_what_is_no_run_folder_is_a_mistake_of_use(place, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="is not a run folder"):
        reproduce(tmp_path / place)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", "Expecting"),
        ("[]", "list"),
        ("{}", "no patients"),
        ('{"patients": "ten"}', "patients: 'ten'"),
    ],
)
def test_a_damaged_manifest_is_invalid_input_and_says_what_is_wrong(text, found, tmp_path):
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(InvalidInput) as raised:
        reproduce(tmp_path)
    (issue,) = raised.value.issues
    assert found in issue.found
    assert issue.allowed
    assert issue.fix
