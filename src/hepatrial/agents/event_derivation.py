"""Derivation of agents' adverse events and dose changes from published shares of patients; prints the files' numbers.

As for sorafenib (`hepatrial.agents.dose_change_fit`), with exposure that does not fall: an observed share is
1 - exp(-c H) with c = 1 / (1 + onset ln 2 / median time on treatment); what named events leave of the patients with any
event is one bundle; shares of events that are followed by withdrawal and by a lower dose give the published shares
of patients. Events of all causes contain those of the disease: such an agent looks less tolerable than it is.

Run ``python -m hepatrial.agents.event_derivation``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from hepatrial.agents.dose_change_fit import (
    MEDIAN_TREATMENT_DAYS,
    bundled_share,
    event_counts,
    reduction_given_event,
    share_at_reference,
    withdrawal_given_event,
)
from hepatrial.files.located_yaml import parse_shipped
from hepatrial.units import DAYS_PER_MONTH

ONSET_DAYS = 60.0
"""As assumed for sorafenib's events without a time course of their own."""
FILE = "events.yaml"
BUNDLE = "other grade 3-5 event"


@dataclass(frozen=True, slots=True)
class DerivedEvents:
    """What an agent's file holds: shares at the reference exposure, and shares of events by what follows them."""

    probability: dict[str, float]
    reduction_given_event: float | None
    withdrawal_given_event: float | None


@cache
def published_events() -> dict[str, dict[str, Any]]:
    """The published shares by agent."""
    text = resources.files("hepatrial.agents").joinpath("published", FILE).read_text("utf-8")
    return parse_shipped(text, FILE)


def derived_events(agent: str) -> DerivedEvents:
    """Derive the numbers of an agent from its published shares."""
    published = published_events()[agent]
    named = published.get("named", {})
    observed = {**named, BUNDLE: bundled_share(published["any"], tuple(named.values()))}
    months = published.get("treatment_months")
    median_days = months * DAYS_PER_MONTH if months else MEDIAN_TREATMENT_DAYS
    counts = event_counts(list(observed.values()))
    withdrawal = reduction = None
    if "withdrawn" in published:
        withdrawal = withdrawal_given_event(counts, published["withdrawn"])
        if "reduced" in published:
            reduction = reduction_given_event(counts, withdrawal, published["reduced"])
    return DerivedEvents(
        probability={
            name: share_at_reference(share, ONSET_DAYS, 1.0, 1.0, median_days)
            for name, share in observed.items()
        },
        reduction_given_event=reduction,
        withdrawal_given_event=withdrawal,
    )


def main() -> None:
    """Print the derived numbers of every agent."""
    for agent in published_events():
        derived = derived_events(agent)
        for name, share in derived.probability.items():
            print(f"{agent:<14}{name:<38}{share:.3f}")
        for name in ("reduction_given_event", "withdrawal_given_event"):
            value = getattr(derived, name)
            print(f"{agent:<14}{name:<38}{'not known' if value is None else f'{value:.3f}'}")


if __name__ == "__main__":
    main()
