"""Messages for protocols that break rules, as whole answers; README.md here says how they are written anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from protocol_mistakes import MISTAKES

from hepatrial.protocol.loading import check_text
from hepatrial.protocol.rules import RULES

HERE = Path(__file__).parent
TRIAL = (HERE / "trial.yaml").read_text(encoding="utf-8")
SNAPSHOTS = HERE / "snapshots"
WRITE = "HEPATRIAL_WRITE_SNAPSHOTS"


def issues_after(edits):
    text = TRIAL
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in trial.yaml"
        text = text.replace(old, new)
    return check_text(text, "trial.yaml").issues


def answer(issues):
    return "".join(f"{issue.severity} ({issue.rule})\n{issue}\n\n" for issue in issues)


def test_the_trial_without_mistakes_has_no_problems():
    assert check_text(TRIAL, "trial.yaml").issues == ()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_its_message(mistake):
    text, file = answer(issues_after(MISTAKES[mistake])), SNAPSHOTS / f"{mistake}.txt"
    if os.environ.get(WRITE):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_message_says_where_what_is_allowed_and_how_to_mend_it(mistake):
    found = issues_after(MISTAKES[mistake])
    assert found
    for issue in found:
        assert issue.where is not None
        assert issue.where.line is not None
        assert issue.fix
        assert (issue.found and issue.allowed) or issue.rule == "missing-key"


def test_every_rule_has_a_mistake_that_breaks_it():
    broken = {issue.rule for edits in MISTAKES.values() for issue in issues_after(edits)}
    assert {rule.name for rule in RULES} - broken == set()


def test_no_snapshot_is_left_of_a_mistake_that_is_gone():
    assert {file.stem for file in SNAPSHOTS.iterdir()} == set(MISTAKES)


def test_problems_are_listed_all_at_once_in_the_order_of_the_file():
    found = issues_after(MISTAKES["many-at-once"])
    lines = [issue.where.line for issue in found]
    assert len(found) == 5
    assert lines == sorted(lines)
