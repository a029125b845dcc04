"""Rules about limits on covariates that define one another: they must agree."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from hepatrial.errors import Issue
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.population_schema import Limit, RangeSection
from hepatrial.protocol.rules.limits import ELIGIBILITY, allows, limit_text, limits
from hepatrial.protocol.rules.rule import Rule

CHILD_PUGH_SCORES: dict[str, tuple[float, float]] = {"A": (5, 6), "B": (7, 9), "C": (10, 15)}
"""Scores of each class. Pugh 1973, 10.1002/bjs.1800600817."""

ALBI_SCORES: dict[str, tuple[float, float]] = {
    "1": (-math.inf, -2.60),
    "2": (-2.60, -1.39),
    "3": (-1.39, math.inf),
}
"""Scores of each grade. Johnson 2015, 10.1200/JCO.2014.57.9151."""


class ScoresAgree(Rule):
    """Limits on a class (Child-Pugh, ALBI) and on the score that it is made of leave somebody."""

    name = "scores-agree"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        given = limits(draft)
        yield from self._compare(
            draft, given, "child_pugh_class", "child_pugh_score", CHILD_PUGH_SCORES,
            "class A is 5 to 6, B is 7 to 9, C is 10 to 15",
        )  # fmt: skip
        yield from self._compare(
            draft, given, "albi_grade", "albi", ALBI_SCORES,
            "grade 1 is up to -2.60, 2 is up to -1.39, 3 is above",
        )  # fmt: skip

    def _compare(
        self,
        draft: Draft,
        given: Mapping[str, Limit],
        classes: str,
        score: str,
        spans: Mapping[str, tuple[float, float]],
        definition: str,
    ) -> Iterator[Issue]:
        chosen, limit = given.get(classes), given.get(score)
        if not isinstance(chosen, list) or not isinstance(limit, RangeSection):
            return
        low = -math.inf if limit.min is None else limit.min
        high = math.inf if limit.max is None else limit.max
        allowed = [spans[level] for level in chosen if level in spans]
        if allowed and low <= high and not any(first <= high and low <= last for first, last in allowed):
            yield self.issue(
                draft,
                (*ELIGIBILITY, classes),
                f"nobody may enter: {classes} and {score} contradict each other",
                found=f"{classes} {limit_text(chosen)}, {score} {limit_text(limit)}",
                allowed=definition,
                fix="limit only one of the two",
            )


class StageAgrees(Rule):
    """Limits on BCLC stage and on what it is made of (ECOG, vascular invasion, spread) leave somebody.

    Stage C is defined by symptoms, macrovascular invasion or spread. Llovet 1999, 10.1055/s-2007-1007122.
    """

    name = "stage-agrees"
    needs = ("population",)

    signs = (("ecog", "0"), ("mvi", "no"), ("ehs", "no"))
    """Covariates with the level that all patients of stage B have."""

    def check(self, draft: Draft) -> Iterator[Issue]:
        given = limits(draft)
        stage = given.get("bclc")
        if stage == ["B"]:
            for name, level in self.signs:
                if not allows(given.get(name), level):
                    yield self._contradiction(draft, given, (name,), f"stage B has {name} {level}")
        elif stage == ["C"] and not any(self._sign_is_allowed(given, name) for name, _ in self.signs):
            names = tuple(name for name, _ in self.signs)
            yield self._contradiction(draft, given, names, "stage C has ecog 1 or more, mvi or ehs")

    def _sign_is_allowed(self, given: Mapping[str, Limit], name: str) -> bool:
        levels = ("1", "2") if name == "ecog" else ("yes",)
        return any(allows(given.get(name), level) for level in levels)

    def _contradiction(
        self, draft: Draft, given: Mapping[str, Limit], names: tuple[str, ...], definition: str
    ) -> Issue:
        limited = ", ".join(f"{name} {limit_text(given[name])}" for name in names)
        return self.issue(
            draft,
            (*ELIGIBILITY, names[0]),
            f"nobody may enter: bclc and {', '.join(names)} contradict each other",
            found=f"bclc {limit_text(given['bclc'])}, {limited}",
            allowed=definition,
            fix="allow the other stage too, or drop one of the limits",
            key=True,
        )
