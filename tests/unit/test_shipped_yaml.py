"""Files that ship are read by the same rules as a user's: one reader, two speeds."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

import hepatrial
from hepatrial.evidence.collection import trial_names
from hepatrial.files.document import YamlError
from hepatrial.files.located_yaml import parse, parse_shipped

DATA = resources.files("hepatrial.evidence").joinpath("data")
PACKAGE = Path(hepatrial.__file__).parent
SHIPPED = sorted(file for file in PACKAGE.rglob("*.yaml") if "evidence" not in file.parts)
READER = PACKAGE / "files" / "located_yaml.py"
FILES = ["references.yaml", "subgroup_levels.yaml", *(f"trials/{name}.yaml" for name in trial_names())]


def test_every_file_of_the_evidence_reads_the_same_by_either_reader_and_has_no_key_twice():
    for name in FILES:
        text = DATA.joinpath(name).read_text("utf-8")
        document = parse(text, name)
        assert document.issues == (), name
        assert parse_shipped(text, name) == document.data, name


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_other_file_that_ships_reads_the_same_by_either_reader_and_has_no_key_twice(file):
    text = file.read_text("utf-8")
    document = parse(text, file.name)
    assert document.issues == ()
    assert parse_shipped(text, file.name) == document.data


def test_nothing_reads_yaml_but_the_one_reader():
    own = re.compile(r"\byaml\.(?:\w*load\w*|parse|scan|compose\w*|\w*Loader)\b|from yaml import")
    assert [file.name for file in sorted(PACKAGE.rglob("*.py")) if own.search(file.read_text("utf-8"))] == [
        READER.name
    ]


@pytest.mark.parametrize(
    "text", ["a: &x 1\nb: *x", "a: !!python/object:x 1", "a: [", "--- a\n--- b", "a: \x07"]
)
def test_what_a_user_may_not_write_is_refused_in_a_shipped_file_too(text):
    with pytest.raises(YamlError):
        parse_shipped(text, "x.yaml")


def test_words_stay_words_whatever_an_older_yaml_makes_of_them():
    assert parse_shipped("a: no\nb: 2:1\nc: 1e3", "x.yaml") == {"a": "no", "b": "2:1", "c": 1000.0}
