"""Judgements of the page on credibility, as its data file holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from hepatrial.files.located_yaml import parse_shipped

FILE = "credibility.yaml"
LEVELS = ("low", "medium", "high")
STANDARDS = (
    "ASME V&V 40-2018, Assessing Credibility of Computational Modeling through Verification and Validation: "
    "Application to "
    "Medical Devices",
    "ICH M15, General Principles for Model-Informed Drug Development, adopted 2026",
    "Viceconti et al. 2021, 10.1016/j.ymeth.2020.01.011",
)


@dataclass(frozen=True, slots=True)
class ContextOfUse:
    """What the model is used for, and what hangs on it."""

    name: str
    use: str
    influence: str
    influence_why: str
    consequence: str
    consequence_why: str

    @property
    def risk(self) -> str:
        """Model risk: the level between influence and consequence, the higher one where there is none "
        "between."""
        both = LEVELS.index(self.influence) + LEVELS.index(self.consequence)
        return LEVELS[-(-both // 2)]


@dataclass(frozen=True, slots=True)
class Verification:
    """A test of the program, and what it holds; ``shown_by`` are words of the test."""

    factor: str
    what: str
    against: str
    held: str
    test: str
    shown_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Applicability:
    """Where what was tested speaks of a use, and where it does not."""

    topic: str
    inside: str
    outside: str


@dataclass(frozen=True, slots=True)
class CredibilityContent:
    """Contents of the file; ``failures`` holds known reasons by trial."""

    question: str
    contexts: tuple[ContextOfUse, ...]
    not_for: tuple[str, ...]
    impact: str
    verification: tuple[Verification, ...]
    applicability: tuple[Applicability, ...]
    failures: Mapping[str, str]


@cache
def credibility_content() -> CredibilityContent:
    """The file that ships."""
    text = resources.files("hepatrial.report").joinpath("data", FILE).read_text(encoding="utf-8")
    content = parse_shipped(text, FILE)
    return CredibilityContent(
        question=content["question"],
        contexts=tuple(ContextOfUse(**row) for row in content["contexts_of_use"]),
        not_for=tuple(content["not_for"]),
        impact=content["impact"],
        verification=tuple(
            Verification(**{**row, "shown_by": tuple(row["shown_by"])}) for row in content["verification"]
        ),
        applicability=tuple(Applicability(**row) for row in content["applicability"]),
        failures={row["trial"]: row["why"] for row in content["failures"]},
    )
