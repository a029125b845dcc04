"""docs/indication.md tells the truth: its verdicts and numbers are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from hepatrial.evidence.questions.derived_effects import APART
from hepatrial.evidence.questions.indication_verdict import Finding
from hepatrial.evidence.questions.surrogates import FEW

PAGE = Path(__file__).parents[2] / "docs" / "indication.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_verdict_is_explained():
    table = TEXT.split("| verdict | when |")[1].split("\n\n")[0]
    assert re.findall(r"^\| ([a-z ,]+) \|", table, re.MULTILINE) == [finding.value for finding in Finding]


def test_limits_in_words_are_those_of_the_code():
    assert APART == 0.5
    assert "half a standard\nerror from the whole trial" in TEXT
    assert FEW == 10
    assert "Below ten trials" in TEXT
