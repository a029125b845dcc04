"""Arms of a trial that are one treatment: doses do not tell treatments apart, so such ratios cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.independence import Comparison


def refuse_pairs_given_twice(comparisons: Sequence[Comparison]) -> None:
    """Raise `InvalidInput`, naming trial and arms, if a report compares two treatments by several pairs of arms."""
    groups: dict[tuple[str, frozenset[str]], list[Comparison]] = {}
    for one in comparisons:
        groups.setdefault((one.trial, frozenset((one.treatment, one.control_treatment))), []).append(one)
    issues = tuple(_issue(rows) for rows in groups.values() if len(rows) > 1)
    if issues:
        raise InvalidInput(issues)


def _issue(rows: Sequence[Comparison]) -> Issue:
    first = rows[0]
    return Issue(
        what=f"{first.name} ({first.trial}), comparisons: {first.treatment} and {first.control_treatment} are compared "
        f"{len(rows)} times for {first.endpoint}",
        found="; ".join(f"{one.arm} v {one.control}" for one in rows),
        allowed="one hazard ratio for each pair of treatments of a trial; doses do not tell treatments apart",
        fix="keep one comparison in the record, or give one arm an agent of its own name under new_agents",
    )
