"""docs/meta-analysis.md: its examples give the numbers that stand below them, and it names every function."""

from __future__ import annotations

import doctest
import inspect
import re
from pathlib import Path

import pytest

from hepatrial.evidence import network, pooling

PAGE = (Path(__file__).parents[2] / "docs" / "meta-analysis.md").read_text(encoding="utf-8")
FUNCTIONS = [
    getattr(room, name)
    for room in (pooling, network)
    for name in room.__all__
    if inspect.isfunction(getattr(room, name))
]


def test_every_example_gives_the_numbers_that_stand_below_it():
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(code, {}, "docs/meta-analysis.md", None, 0)
    assert len(examples.examples) > 30
    shown: list[str] = []
    result = doctest.DocTestRunner().run(examples, out=shown.append)
    assert result.failed == 0, "".join(shown)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_a_public_function_is_on_the_page_and_cites_its_source(function):
    helpers = {"effect_from_interval", "network_of", "ratio_of_hazard_ratios"}
    assert f"`{function.__name__}`" in PAGE or function.__name__ in helpers
    text = inspect.getdoc(function)
    sources = re.findall(r"\b10\.\d{4,9}/\S+|https://\S+|as in `\w+`|as for `\w+`|see `\w+`|As `\w+`", text)
    assert sources or function.__name__ == "network_of"
