"""What eligibility's limits mean: shared by the rules about them."""

from __future__ import annotations

from hepatrial.files.document import KeyPath
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.population_schema import Limit, RangeSection

ELIGIBILITY: KeyPath = ("population", "eligibility")


def limits(draft: Draft) -> dict[str, Limit]:
    """Limits by covariate."""
    return draft["population"].eligibility


def allows(limit: Limit | None, level: str) -> bool:
    """Whether a level may enter; no limit lets all in."""
    if limit is None:
        return True
    if not isinstance(limit, RangeSection):
        return level in limit
    try:
        value = float(level)
    except ValueError:
        return True
    return (limit.min is None or value >= limit.min) and (limit.max is None or value <= limit.max)


def limit_text(limit: Limit) -> str:
    """A limit as a message shows it."""
    if not isinstance(limit, RangeSection):
        return ", ".join(limit) or "an empty list"
    if limit.min is None:
        return f"at most {limit.max:g}" if limit.max is not None else "any"
    return f"at least {limit.min:g}" if limit.max is None else f"{limit.min:g} to {limit.max:g}"
