"""Derivation of sorafenib's adverse events and dose changes from SHARP; prints what the catalogue holds.

The model's events are first events of their kind with the hazard a exp(-t / onset) times exposure relative
to the start; each one interrupts treatment, and is followed by withdrawal (share w), a lower dose (share r)
or the same dose. SHARP (Llovet et al. 2008, 10.1056/NEJMoa0708857) reports shares of patients: 8% grade 3
diarrhoea, 8% grade 3 hand-foot skin reaction, 4% grade 3 fatigue, 45% any treatment-related event of grade
3 to 5, 26% with a lower dose, 11% withdrawn for a treatment-related event. What the named events leave is
taken as one bundle.

1. Bundle: 1 - prod(1 - p_k) = 0.45 over the three named events and the bundle, taken as independent.
2. Shares at the reference exposure: an observed share is 1 - exp(-c H) where H is the cumulative hazard at an
   unchanging exposure and c < 1 allows for the fall of exposure and for treatment that ends,
   c = 1/onset * integral of exp(-t/onset) m(t) exp(-rate t) dt with m(t) = f + (1 - f) exp(-t/tau).
3. With N events in a patient if nobody is withdrawn, E[(1 - w)^N] = 1 - 0.11 gives w, and
   r E[sum over k < N of (1 - w - r)^k] = 0.26 gives r.

That an event interrupts or lowers the dose and so delays the next one is left out: few patients have two.

Run ``python -m hepatrial.agents.dose_change_fit``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

ANY_EVENT = 0.45
NAMED_EVENTS = {"diarrhoea": 0.08, "hand-foot skin reaction": 0.08, "fatigue": 0.04}
REDUCED = 0.26
WITHDRAWN = 0.11
MEDIAN_TREATMENT_DAYS = 123.0
"""Sorafenib and placebo in SEARCH (Zhu et al. 2015, 10.1200/JCO.2013.53.7746); not confirmed for SHARP."""
BUNDLE = "other grade 3-5 treatment-related event"


def bundled_share(
    any_event: float = ANY_EVENT, named: Sequence[float] = tuple(NAMED_EVENTS.values())
) -> float:
    """Share with an event of the bundle, so that the share with any event comes out."""
    return 1.0 - (1.0 - any_event) / math.prod(1.0 - share for share in named)


def share_at_reference(
    observed: float,
    onset_days: float,
    final_fraction: float,
    drift_days: float,
    median_treatment_days: float = MEDIAN_TREATMENT_DAYS,
) -> float:
    """The share with an event if exposure stayed at its reference and treatment never ended."""
    leaving = math.log(2.0) / median_treatment_days
    lasting = final_fraction / (1.0 + leaving * onset_days)
    falling = (1.0 - final_fraction) / (1.0 + leaving * onset_days + onset_days / drift_days)
    return 1.0 - (1.0 - observed) ** (1.0 / (lasting + falling))


def event_counts(shares: Sequence[float]) -> list[float]:
    """Probabilities of 0, 1, 2, ... events for independent kinds with the given shares."""
    counts = [1.0]
    for share in shares:
        counts = [
            (counts[k] * (1.0 - share) if k < len(counts) else 0.0) + (counts[k - 1] * share if k else 0.0)
            for k in range(len(counts) + 1)
        ]
    return counts


def withdrawn_share(counts: Sequence[float], withdrawal: float) -> float:
    """Share of patients withdrawn if each event is followed by withdrawal with this probability."""
    return 1.0 - sum(p * (1.0 - withdrawal) ** n for n, p in enumerate(counts))


def reduced_share(counts: Sequence[float], withdrawal: float, reduction: float) -> float:
    """Share of patients whose dose goes down at least once before they are withdrawn."""
    stays = 1.0 - withdrawal - reduction
    return sum(p * reduction * sum(stays**k for k in range(n)) for n, p in enumerate(counts))


def dose_change_shares() -> tuple[float, float]:
    """Shares of events followed by a lower dose and by withdrawal that give SHARP's percentages."""
    counts = event_counts([*NAMED_EVENTS.values(), bundled_share()])
    withdrawal = withdrawal_given_event(counts, WITHDRAWN)
    return reduction_given_event(counts, withdrawal, REDUCED), withdrawal


def withdrawal_given_event(counts: Sequence[float], withdrawn: float) -> float:
    """Share of events followed by withdrawal, so that this share of patients is withdrawn."""
    return _solve(lambda share: withdrawn_share(counts, share) - withdrawn)


def reduction_given_event(counts: Sequence[float], withdrawal: float, reduced: float) -> float:
    """Share of events followed by a lower dose, so that the dose of this share of patients goes down."""
    return _solve(lambda share: reduced_share(counts, withdrawal, share) - reduced, 1.0 - withdrawal)


def _solve(rising: Callable[[float], float], high: float = 1.0) -> float:
    """The root in (0, high) of a rising function, by bisection."""
    low = 0.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rising(middle) < 0.0 else (low, middle)
    return 0.5 * (low + high)


def main() -> None:
    """Print the derived numbers for the catalogue's sorafenib."""
    from hepatrial.agents import recorded_agent

    agent = recorded_agent("sorafenib")
    pk = agent.pharmacokinetics
    observed = {**NAMED_EVENTS, BUNDLE: bundled_share()}
    for event in agent.adverse_events:
        share = share_at_reference(
            observed[event.name],
            event.onset_days.value,
            pk.drift_final_fraction.value,
            pk.drift_time_days.value,
        )
        print(f"{event.name:<42} observed {observed[event.name]:.3f}, at the reference exposure {share:.3f}")
    reduction, withdrawal = dose_change_shares()
    print(f"share of events followed by a lower dose {reduction:.3f}, by withdrawal {withdrawal:.3f}")


if __name__ == "__main__":
    main()
