"""Whether patients can be drawn from a baseline table: every problem at once."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from hepatrial.errors import InvalidInput, Issue, Location, near_miss
from hepatrial.patients.drawn import CATEGORICAL, CONTINUOUS
from hepatrial.patients.limits import covariate_limits
from hepatrial.protocol.design import Baseline

SHARE_TOLERANCE = 0.005
"""Published shares are rounded to a per cent or a tenth of it; their sum may miss 1 by this."""

FORMS = (("median", "log_sd"), ("mean", "sd"))


def check_table(table: Baseline) -> None:
    """Raise InvalidInput that lists every reason why patients cannot be drawn from this table."""
    issues = (*_categories(table), *_distributions(table))
    if issues:
        raise InvalidInput(issues)


def _categories(table: Baseline) -> Iterator[Issue]:
    yield from _names(table, "categorical", tuple(table.categories), tuple(CATEGORICAL))
    for name, shares in table.categories.items():
        if name not in CATEGORICAL:
            continue
        for level in shares:
            if level not in CATEGORICAL[name]:
                yield _issue(table, f"{name} has no such level", level, ", ".join(CATEGORICAL[name]))
        if any(not 0 <= share <= 1 for share in shares.values()):
            yield _issue(table, f"a share of {name} is no share", _text(shares), "0 to 1 each")
        elif not abs(sum(shares.values()) - 1) <= SHARE_TOLERANCE:
            found = f"{sum(shares.values()):g}"
            yield _issue(
                table, f"the shares of {name} do not sum to 1", found, "1, give or take 0.005 for rounding"
            )


def _distributions(table: Baseline) -> Iterator[Issue]:
    yield from _names(table, "continuous", tuple(table.continuous), CONTINUOUS)
    for name, values in table.continuous.items():
        if name not in CONTINUOUS:
            continue
        form = next((form for form in FORMS if set(form) == set(values)), None)
        if form is None:
            yield _issue(
                table, f"{name} has no distribution", _text(values), "median and log_sd, or mean and sd"
            )
            continue
        centre, spread = (values[parameter] for parameter in form)
        limits = covariate_limits()[name]
        if not limits.lowest <= centre <= limits.highest:
            allowed = f"{limits.lowest:g} to {limits.highest:g}: {limits.reason}"
            yield _issue(table, f"the {form[0]} of {name} cannot be", f"{centre:g}", allowed)
        if not (isfinite(spread) and spread > 0):
            yield _issue(table, f"the {form[1]} of {name} is no spread", f"{spread:g}", "above 0")


def _names(table: Baseline, kind: str, given: tuple[str, ...], needed: tuple[str, ...]) -> Iterator[Issue]:
    for name in needed:
        if name not in given:
            yield _issue(
                table, f"the {kind} covariate {name} is missing", None, "an entry for each covariate"
            )
    for name in given:
        if name not in needed:
            meant = near_miss(name, needed)
            hint = f"{', '.join(needed)}" + (f"; did you mean {meant}?" if meant else "")
            yield _issue(table, f"no {kind} covariate is called {name}", name, hint)


def _issue(table: Baseline, what: str, found: str | None, allowed: str) -> Issue:
    return Issue(
        rule="table-can-be-drawn-from",
        what=what,
        where=Location(f"baseline table {table.name}"),
        found=found,
        allowed=allowed,
        fix="correct this entry of the table",
    )


def _text(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())
