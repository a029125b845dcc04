"""Rules about the baseline table."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.protocol import catalogue
from hepatrial.protocol.baseline_choice import bundled_name
from hepatrial.protocol.covariates import categorical_levels
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.file_schema import BaselineSection
from hepatrial.protocol.located_yaml import KeyPath
from hepatrial.protocol.rules.rule import Rule

BASELINE: KeyPath = ("population", "baseline")

SHARE_TOLERANCE = 0.005
"""Published shares are rounded to a percent or to a tenth of it; sums may miss 1 by this."""


def own_table(draft: Draft) -> BaselineSection | None:
    """The table that stands in the protocol, if one does."""
    choice = draft["population"].baseline
    return choice if isinstance(choice, BaselineSection) else None


class BaselineIsKnown(Rule):
    """The baseline table, or the one it is based on, is bundled."""

    name = "baseline-is-known"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        choice, known = draft["population"].baseline, catalogue.known_baselines()
        path = BASELINE if isinstance(choice, str) else (*BASELINE, "based_on")
        if bundled_name(choice) not in known:
            yield self.unknown(draft, path, "baseline table", bundled_name(choice), known)


class BaselineLevelsAreKnown(Rule):
    """The table names covariates that virtual patients have, with their levels."""

    name = "baseline-levels-are-known"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        table = own_table(draft)
        if table is None:
            return
        bundled = (
            catalogue.baseline_table(table.based_on)
            if table.based_on in catalogue.known_baselines()
            else None
        )
        known = {
            **categorical_levels(),
            **({name: tuple(shares) for name, shares in bundled.categories.items()} if bundled else {}),
        }
        for name, shares in table.categories.items():
            path = (*BASELINE, "categories", name)
            if name not in known:
                yield self.unknown(draft, path, "categorical covariate", name, tuple(known), key=True)
                continue
            for level in shares:
                if level not in known[name]:
                    yield self.unknown(
                        draft, (*path, level), f"level of {name}", level, known[name], key=True
                    )
        for name, values in table.continuous.items() if bundled else ():
            path = (*BASELINE, "continuous", name)
            if name not in bundled.continuous:
                yield self.unknown(
                    draft, path, "continuous covariate", name, tuple(bundled.continuous), key=True
                )
                continue
            for parameter in values:
                if parameter not in bundled.continuous[name]:
                    allowed = tuple(bundled.continuous[name])
                    yield self.unknown(
                        draft, (*path, parameter), f"parameter of {name}", parameter, allowed, key=True
                    )


class SharesSumToOne(Rule):
    """The shares of a covariate's levels sum to 1."""

    name = "shares-sum-to-one"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        table = own_table(draft)
        for name, shares in table.categories.items() if table else ():
            total = sum(shares.values())
            if abs(total - 1) > SHARE_TOLERANCE:
                yield self.issue(
                    draft,
                    (*BASELINE, "categories", name),
                    f"the shares of {name} do not sum to 1",
                    found=f"{total:g}",
                    allowed="1, give or take 0.005 for rounding",
                    fix="give shares (0 to 1) of all levels, those of 0 too",
                    key=True,
                )


class SpreadIsPositive(Rule):
    """A spread (a parameter named sd or log_sd) is above 0, a median or mean of a positive covariate too."""

    name = "spread-is-positive"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        table = own_table(draft)
        for name, values in table.continuous.items() if table else ():
            for parameter, value in values.items():
                positive = parameter.endswith("sd") or (parameter in ("median", "mean") and name != "albi")
                if positive and value <= 0:
                    yield self.issue(
                        draft,
                        (*BASELINE, "continuous", name, parameter),
                        f"{name}: {parameter} is not above 0",
                        found=f"{value:g}",
                        allowed="above 0",
                        fix="change the number",
                    )
