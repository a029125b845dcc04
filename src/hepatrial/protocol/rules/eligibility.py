"""Rules about eligibility: limits that mean something and leave somebody to treat."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.files.document import KeyPath
from hepatrial.protocol import catalogue
from hepatrial.protocol.baseline_choice import bundled_name, resolve_baseline
from hepatrial.protocol.covariates import NUMERIC_LIMITS, categorical_levels, eligibility_names
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.population_schema import Limit, RangeSection
from hepatrial.protocol.rules.limits import ELIGIBILITY, allows, limit_text, limits
from hepatrial.protocol.rules.rule import Rule

FARTHEST_SD = 5.0
"""Standard deviations beyond which no virtual patient is expected (1 in 3.5 million if normal)."""

LARGEST_EXPONENT = 700.0
"""Its exponential is still a finite number."""


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
                    found="neither min nor max",
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
            if not isinstance(limit, list):
                continue
            for index, level in enumerate(limit):
                if level in limit[:index]:
                    yield self.issue(
                        draft,
                        (*ELIGIBILITY, name, index),
                        f"{name}: {level} stands twice",
                        found=level,
                        allowed="each level once",
                        fix="delete it",
                    )
            if not limit:
                yield self.issue(
                    draft,
                    (*ELIGIBILITY, name),
                    f"nobody may enter: no level of {name} is allowed",
                    found="an empty list",
                    allowed=", ".join(categorical_levels().get(name, ())) or None,
                    fix="list the levels that may enter, or delete the key",
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
            if not _means_something(name, limit):
                continue  # it is a problem of its own, and one problem is told once
            left = None
            if name in table.categories:
                left = sum(share for level, share in table.categories[name].items() if allows(limit, level))
            elif name in table.continuous and isinstance(limit, RangeSection):
                left = 1.0 if _overlaps(limit, table.continuous[name]) else 0.0
            if left is not None and left <= 0:
                yield self.issue(
                    draft,
                    (*ELIGIBILITY, name),
                    f"nobody may enter: the baseline table has no patient with this {name}",
                    found=limit_text(limit),
                    allowed=_table_text(table.categories.get(name), table.continuous.get(name)),
                    fix="widen the limit, or choose another baseline table",
                )


def _means_something(name: str, limit: Limit) -> bool:
    if isinstance(limit, RangeSection):
        lowest, highest = NUMERIC_LIMITS.get(name, (-math.inf, math.inf))
        low = lowest if limit.min is None else limit.min
        high = highest if limit.max is None else limit.max
        return lowest <= low <= high <= highest
    levels = categorical_levels().get(name, ())
    return bool(limit) and all(level in levels for level in limit)


def _overlaps(limit: RangeSection, distribution: dict[str, float]) -> bool:
    """Whether a range reaches into a log-normal or normal distribution; others are not judged."""
    if "median" in distribution and "log_sd" in distribution:
        factor = math.exp(min(FARTHEST_SD * distribution["log_sd"], LARGEST_EXPONENT))
        low, high = distribution["median"] / factor, distribution["median"] * factor
    elif "mean" in distribution and "sd" in distribution:
        reach = FARTHEST_SD * distribution["sd"]
        low, high = distribution["mean"] - reach, distribution["mean"] + reach
    else:
        return True
    return (limit.min is None or limit.min <= high) and (limit.max is None or limit.max >= low)


def _table_text(shares: dict[str, float] | None, distribution: dict[str, float] | None) -> str:
    if shares is not None:
        return "the table holds " + ", ".join(level for level, share in shares.items() if share > 0)
    return "the table has " + ", ".join(f"{name} {value:g}" for name, value in (distribution or {}).items())
