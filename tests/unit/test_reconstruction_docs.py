"""docs/reconstruction.md gives the numbers that it shows, and names what the room offers."""

import doctest
import re
from pathlib import Path

import pytest

from hepatrial.evidence import reconstruction

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reconstruction.md").read_text(encoding="utf-8")


def test_the_examples_give_what_the_page_shows(monkeypatch):
    monkeypatch.chdir(ROOT)
    example = doctest.DocTestParser().get_doctest(
        PAGE, {}, "docs/reconstruction.md", "docs/reconstruction.md", 0
    )
    assert len(example.examples) > 20
    output = []
    found = doctest.DocTestRunner(verbose=False).run(example, out=output.append)
    assert found.failed == 0, "".join(output)


@pytest.mark.parametrize("name", [name for name in reconstruction.__all__ if name[0].islower()])
def test_every_function_is_named(name):
    assert f"`{name}`" in PAGE or re.search(rf"\b{name}\(", PAGE)
