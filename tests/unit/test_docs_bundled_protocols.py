"""docs/protocol.md tells of every bundled trial what was read and what is assumed, as the files' own comments do."""

import re
from importlib import resources
from pathlib import Path

import pytest
import yaml

from hepatrial.protocol.bundled_protocols import protocol_names

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
HEADING = "## What was read of the bundled trials"
LINES = {
    "imaging every": r"^  scan: [^#\n]*(#.*)?$",
    "criteria": r"^response:[^#\n]*(#.*)?$",
    "accrual": r"^accrual:[^#\n]*(#.*)?$",
    "data cut": r"^data_cut:[^#\n]*(#.*)?$",
    "strata": r"^  strata:[^#\n]*(#.*)?$",
    "treated until": r"^    treat_until:[^#\n]*(#.*)?$",
}
NOT_READ = ("# assumed", "# criteria assumed", "# not read", "# criteria of TTP assumed")


def rows():
    section = PAGE.read_text(encoding="utf-8").split(HEADING)[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    head = [cell.strip() for cell in lines[0].strip("|").split("|")]
    return {
        cells[0]: dict(zip(head[1:], cells[1:], strict=True))
        for line in lines[2:]
        if (cells := [cell.strip().strip("`") for cell in line.strip("|").split("|")])
    }


def text_of(name):
    return resources.files("hepatrial.protocol").joinpath("bundled", f"{name}.yaml").read_text("utf-8")


def assumed_in(text, found):
    """Whether the comment of a line, or the comments above a line without one, call it assumed."""
    if found.group(1):
        return found.group(1).startswith(NOT_READ)
    above = []
    for line in reversed(text[: found.start()].splitlines()):
        if not line.lstrip().startswith("#"):
            break
        above.append(line)
    return any("assumed" in line or "were not read" in line for line in above)


def test_every_bundled_trial_has_a_row():
    assert list(rows()) == list(protocol_names())


@pytest.mark.parametrize("name", protocol_names())
def test_a_row_says_assumed_where_the_file_does(name):
    text, row = text_of(name), rows()[name]
    for column, pattern in LINES.items():
        found = re.search(pattern, text, re.MULTILINE)
        if found is None:
            assert row[column] == "-", column
            continue
        assert (row[column] == "assumed") == assumed_in(text, found), (column, found.group(0))


@pytest.mark.parametrize("name", protocol_names())
def test_a_row_names_the_endpoints_and_later_lines_of_the_file(name):
    content, row = yaml.safe_load(text_of(name)), rows()[name]
    assert row["endpoints"] == ", ".join(content["endpoints"])
    assert (row["later lines"] == "assumed") == any("next_line" in arm for arm in content["arms"])
