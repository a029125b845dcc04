"""Messages for records of trials that break rules: what, where, found, allowed, fix; all at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from record_mistakes import MISTAKES

from hepatrial.evidence.collection import check_file, check_folder, check_paths
from hepatrial.evidence.rules import RULES

GOOD = (Path(__file__).parent / "record.yaml").read_text(encoding="utf-8")

OF_TWO_RECORDS = {"links-run-one-way"}
"""Rules that no mistake in a single record breaks."""


def checked(tmp_path, text, name="newtrial.yaml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return check_file(path)


def messages(tmp_path, *changes):
    text = GOOD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    found = checked(tmp_path, text)
    return [str(issue).replace(str(tmp_path) + "/", "") for issue in found.issues]


def test_the_good_record_has_no_problems(tmp_path):
    found = checked(tmp_path, GOOD)
    assert found.issues == ()
    assert found.trial.own
    assert found.trial.unconfirmed_value("sorafenib", "orr_percent") == 7


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_says_what_where_found_allowed_and_fix(tmp_path, mistake):
    change, message = MISTAKES[mistake]
    found = messages(tmp_path, change)
    if message is None:
        assert found[0].startswith("newtrial.yaml:4:1: a key that is not known here\n  found:   yaer\n")
        assert found[0].endswith("fix:     did you mean year?")
    else:
        assert message in found


def test_every_rule_has_a_mistake_that_breaks_it():
    assert {rule.name for rule in RULES} <= {*MISTAKES, *OF_TWO_RECORDS}


def test_warnings_do_not_forbid_the_use_of_a_record(tmp_path):
    path = tmp_path / "newtrial.yaml"
    path.write_text(GOOD.replace("os_median_months: 12.5", "os_median_months: 16.5"))
    found = check_file(path)
    assert [issue.severity for issue in found.issues] == ["warning"]
    assert found.trial is not None


def test_all_problems_are_listed_at_once_in_the_order_of_the_file(tmp_path):
    found = messages(
        tmp_path,
        ("use: evidence", "use: fitting"),
        ("ci: [0.64, 1.00], level: 95", "ci: [1.00, 0.64]"),
        ("n: 198", "n: many"),
        ("10.1000/newtrial, values", "somewhere, values"),
    )
    lines = [int(message.split(":")[1]) for message in found]
    assert len(found) == 5  # use, n, no level, reversed, source
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is not a record"),
        ("- a\n- b\n", "this is not a record"),
        ("name: [open\n", "this is not valid YAML"),
        ("name: &a x\nuse: *a\n", "an anchor is not allowed"),
        ("name: !!python/object:os.system x\n", "a tag is not allowed"),
        ("name: a\nname: b\n", "the key name stands twice"),
    ],
)
def test_what_is_no_record_is_refused_with_a_place(tmp_path, text, message):
    found = checked(tmp_path, text)
    assert found.trial is None
    assert any(message in issue.what for issue in found.issues)
    assert all(issue.where.line for issue in found.issues)


@pytest.mark.parametrize(
    "change",
    [
        ("hr: 0.80", "hr: .nan"),
        ("hr: 0.80", "hr: -0.8"),
        ("ci: [0.64, 1.00]", "ci: [0.64, .inf]"),
        ("level: 95", "level: ninety-five"),
        ("os_median_months: 15.0", "os_median_months: NR"),
        ("orr_percent: 20", "orr_percent: .inf"),
    ],
)
def test_one_broken_number_is_told_once(tmp_path, change):
    assert len(messages(tmp_path, change)) == 1


def test_a_folder_of_records_passes_nothing_over(tmp_path):
    (tmp_path / "newtrial.YAML").write_text(GOOD)
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "notes.txt").write_text("no record")
    found = {
        one.file.rpartition("/")[2]: [issue.what for issue in one.issues] for one in check_folder(tmp_path)
    }
    assert found == {
        "gone.yaml": ["the file cannot be read"],
        "newtrial.YAML": [],
        "pipe.yml": ["this is not a file"],
    }


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"name: \xe9\n"])
def test_a_file_that_is_no_text_is_refused(tmp_path, data):
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    assert "UTF-8" in check_file(path).issues[0].what


def test_a_file_that_is_not_there_is_a_problem_not_a_crash(tmp_path):
    (issue,) = check_file(tmp_path / "nowhere.yaml").issues
    assert issue.what == "the file cannot be read"


def test_files_that_are_checked_together_may_link_each_other(tmp_path):
    main, update = tmp_path / "newtrial.yaml", tmp_path / "newtrial-update.yaml"
    main.write_text(GOOD)
    update.write_text(
        GOOD.replace("name: NEWTRIAL", "name: NEWTRIAL, update").replace(
            "line: 1L", "line: 1L\npart_of: newtrial\nsupersedes: newtrial"
        )
    )
    assert all(not one.issues for one in check_paths([tmp_path]))
    assert [issue.rule for issue in check_file(update).errors] == ["link-leads-to-a-record"] * 2


@pytest.mark.parametrize("link", ["part_of", "supersedes"])
def test_links_that_run_in_a_circle_are_told_of_each_record_in_it(tmp_path, link):
    for key, other in {"one": "two", "two": "one"}.items():
        text = GOOD.replace("NEWTRIAL", key).replace("line: 1L", f"line: 1L\n{link}: {other}")
        (tmp_path / f"{key}.yaml").write_text(text)
    found = {issue.found: issue for each in check_paths([tmp_path]) for issue in each.issues}
    assert set(found) == {"one -> two -> one", "two -> one -> two"}
    assert {(issue.what, issue.rule) for issue in found.values()} == {
        (f"{link} runs in a circle", "links-run-one-way")
    }


def test_a_later_report_may_follow_the_last_of_a_row_but_not_one_before(tmp_path):
    def rules(replaced):
        text = GOOD.replace("NCT09999999", "NCT03298451").replace(
            "line: 1L", f"line: 1L\npart_of: himalaya\nsupersedes: {replaced}"
        )
        return [issue.rule for issue in checked(tmp_path, text).errors]

    assert rules("himalaya-5-year") == []
    assert rules("himalaya-4-year") == ["report-replaced-once"]


def test_a_record_may_not_take_the_name_of_a_shipped_one(tmp_path):
    found = checked(tmp_path, GOOD, "reflect.yaml")
    assert "trial-once" in {issue.rule for issue in found.errors}
