"""Rules about eligibility: limits that mean something, agree with one another and leave somebody to treat."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.protocol import catalogue
from hepatrial.protocol.baseline_choice import bundled_name, resolve_baseline
from hepatrial.protocol.covariates import NUMERIC_LIMITS, categorical_levels, eligibility_names
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.file_schema import Limit, RangeSection
from hepatrial.protocol.located_yaml import KeyPath
from hepatrial.protocol.rules.rule import Rule

ELIGIBILITY: KeyPath = ("population", "eligibility")

CHILD_PUGH_SCORES: dict[str, tuple[int, int]] = {"A": (5, 6), "B": (7, 9), "C": (10, 15)}
"""Scores of each class. Pugh 1973, 10.1002/bjs.1800600817."""

FARTHEST_SD = 5.0
"""Standard deviations beyond which no virtual patient is expected (1 in 3.5 million if normal)."""


def limits(draft: Draft) -> dict[str, Limit]:
    return draft["population"].eligibility


class CovariateIsKnown(Rule):
    """Eligibility speaks of covariates that virtual patients have, each in its own way."""

    name = "covariate-is-known"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        known, levels = eligibility_names(), categorical_levels()
        for name, limit in limits(draft).items():
            path = (*ELIGIBILITY, name)
            if name not in known:
                yield self.unknown(draft, path, "covariate", name, known, key=True)
            elif isinstance(limit, RangeSection):
                if name not in NUMERIC_LIMITS:
                    yield self._wrong_kind(
                        draft, path, name, "a range", f"a list of {', '.join(levels[name])}"
                    )
            elif name not in levels:
                yield self._wrong_kind(draft, path, name, "a list", "a range {min: .., max: ..}")
            else:
                for index, level in enumerate(limit):
                    if level not in levels[name]:
                        yield self.unknown(draft, (*path, index), f"level of {name}", level, levels[name])

    def _wrong_kind(self, draft: Draft, path: KeyPath, name: str, found: str, allowed: str) -> Issue:
        return self.issue(
            draft,
            path,
            f"{name} cannot be limited so",
            found=found,
            allowed=allowed,
            fix=f"give {name} as {allowed}",
        )


class RangeIsOrdered(Rule):
    """A range has a lowest value that is not above its highest, and both can occur."""

    name = "range-is-ordered"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        for name, limit in limits(draft).items():
            if not isinstance(limit, RangeSection):
                continue
            path = (*ELIGIBILITY, name)
            if limit.min is None and limit.max is None:
                yield self.issue(
                    draft,
                    path,
                    f"{name}: the range has no limit",
                    allowed="min, max or both",
                    fix="give one, or delete the key",
                )
            if limit.min is not None and limit.max is not None and limit.min > limit.max:
                yield self.issue(
                    draft,
                    path,
                    f"{name}: the lowest value is above the highest",
                    found=f"min {limit.min:g}, max {limit.max:g}",
                    allowed="min at most max",
                    fix="swap or correct them",
                )
            low, high = NUMERIC_LIMITS.get(name, (-math.inf, math.inf))
            for end, value in (("min", limit.min), ("max", limit.max)):
                if value is not None and not low <= value <= high:
                    yield self.issue(
                        draft,
                        (*path, end),
                        f"{name}: {end} cannot occur",
                        found=f"{value:g}",
                        allowed=f"{low:g} to {high:g}",
                        fix="check the number; the unit stands in the covariate's name",
                    )


class LevelsAreNotEmpty(Rule):
    """A list of levels leaves at least one, and names each once."""

    name = "levels-are-not-empty"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        for name, limit in limits(draft).items():
            if isinstance(limit, list) and not limit:
                yield self.issue(
                    draft,
                    (*ELIGIBILITY, name),
                    f"nobody may enter: no level of {name} is allowed",
                    found="an empty list",
                    allowed=", ".join(categorical_levels().get(name, ())) or None,
                    fix="list the levels that may enter, or delete the key",
                )


class LimitsAgree(Rule):
    """Limits on covariates that define one another (Child-Pugh class and score, BCLC, spread) agree."""

    name = "limits-agree"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        given = limits(draft)
        yield from self._child_pugh(draft, given.get("child_pugh_class"), given.get("child_pugh_score"))
        yield from self._stage(draft, given)

    def _child_pugh(self, draft: Draft, classes: Limit | None, scores: Limit | None) -> Iterator[Issue]:
        if not isinstance(classes, list) or not isinstance(scores, RangeSection):
            return
        spans = [CHILD_PUGH_SCORES[level] for level in classes if level in CHILD_PUGH_SCORES]
        low = -math.inf if scores.min is None else scores.min
        high = math.inf if scores.max is None else scores.max
        if spans and low <= high and not any(first <= high and low <= last for first, last in spans):
            text = ", ".join(f"{first} to {last}" for first, last in spans)
            yield self.issue(
                draft,
                (*ELIGIBILITY, "child_pugh_class"),
                "nobody may enter: Child-Pugh class and score contradict each other",
                found=f"class {', '.join(classes)} (score {text}) with score {_range_text(scores)}",
                allowed="class A is 5 to 6, B is 7 to 9, C is 10 to 15",
                fix="limit only one of the two",
            )

    def _stage(self, draft: Draft, given: dict[str, Limit]) -> Iterator[Issue]:
        if given.get("bclc") != ["B"]:
            return
        for name in ("mvi", "ehs"):
            if given.get(name) == ["yes"]:
                yield self.issue(
                    draft,
                    (*ELIGIBILITY, name),
                    "nobody may enter: BCLC stage B has neither vascular invasion nor extrahepatic spread",
                    found=f"bclc [B] with {name} [yes]",
                    fix="allow stage C, or drop this limit",
                )


class SomebodyMayEnter(Rule):
    """Each limit alone leaves part of the baseline table."""

    name = "somebody-may-enter"
    needs = ("population", "name")

    def check(self, draft: Draft) -> Iterator[Issue]:
        choice = draft["population"].baseline
        if bundled_name(choice) not in catalogue.known_baselines():
            return
        table = resolve_baseline(choice, draft["name"])
        for name, limit in limits(draft).items():
            left = None
            if name in table.categories:
                left = sum(share for level, share in table.categories[name].items() if _allows(limit, level))
            elif name in table.continuous and isinstance(limit, RangeSection):
                left = 1.0 if _overlaps(limit, table.continuous[name]) else 0.0
            if left is not None and left <= 0:
                yield self.issue(
                    draft,
                    (*ELIGIBILITY, name),
                    f"nobody may enter: the baseline table has no patient with this {name}",
                    found=_range_text(limit)
                    if isinstance(limit, RangeSection)
                    else ", ".join(limit) or "an empty list",
                    allowed=_table_text(table.categories.get(name), table.continuous.get(name)),
                    fix="widen the limit, or choose another baseline table",
                )


def _allows(limit: Limit, level: str) -> bool:
    if not isinstance(limit, RangeSection):
        return level in limit
    try:
        value = float(level)
    except ValueError:
        return True
    return (limit.min is None or value >= limit.min) and (limit.max is None or value <= limit.max)


def _overlaps(limit: RangeSection, distribution: dict[str, float]) -> bool:
    """Whether a range reaches into a log-normal or normal distribution; others are not judged."""
    if "median" in distribution and "log_sd" in distribution:
        factor = math.exp(FARTHEST_SD * distribution["log_sd"])
        low, high = distribution["median"] / factor, distribution["median"] * factor
    elif "mean" in distribution and "sd" in distribution:
        reach = FARTHEST_SD * distribution["sd"]
        low, high = distribution["mean"] - reach, distribution["mean"] + reach
    else:
        return True
    return (limit.min is None or limit.min <= high) and (limit.max is None or limit.max >= low)


def _range_text(limit: RangeSection) -> str:
    if limit.min is None:
        return f"at most {limit.max:g}" if limit.max is not None else "any"
    return f"at least {limit.min:g}" if limit.max is None else f"{limit.min:g} to {limit.max:g}"


def _table_text(shares: dict[str, float] | None, distribution: dict[str, float] | None) -> str:
    if shares is not None:
        return "the table holds " + ", ".join(level for level, share in shares.items() if share > 0)
    return "the table has " + ", ".join(f"{name} {value:g}" for name, value in (distribution or {}).items())
