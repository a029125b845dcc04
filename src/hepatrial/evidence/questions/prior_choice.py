"""A prior on tau by the word of a command line, and the one that is taken where nobody chose."""

from __future__ import annotations

from itertools import combinations

from hepatrial.errors import UsageError, near_miss
from hepatrial.evidence.network import (
    HalfNormalTau,
    LogNormalTau2,
    Network,
    TauPrior,
    UniformTau,
    empirical_prior,
    weakly_informative,
)
from hepatrial.evidence.network.empirical_priors import TABLE_IV
from hepatrial.evidence.treatments import CONTROLS, PROCEDURES

WEAK = "weakly-informative"
EMPIRICAL = {f"{outcome}-{comparison}": (outcome, comparison) for outcome, comparison in TABLE_IV}
WITH_NUMBERS = {"half-normal": "SCALE", "log-normal": "MEAN,SD of log tau2", "uniform": "UPPER"}
OWN = "a choice of the user"


def prior_of(name: str) -> TauPrior:
    """The prior of a name, such as ``weakly-informative`` or ``half-normal:0.3``.

    Raises
    ------
    UsageError
        For a name or numbers that are none; the message lists the choices.
    """
    kind, _, numbers = name.partition(":")
    if kind == WEAK and not numbers:
        return weakly_informative()
    if kind in EMPIRICAL and not numbers:
        return empirical_prior(*EMPIRICAL[kind])
    try:
        values = tuple(float(text) for text in numbers.split(","))
    except ValueError:
        values = ()
    match kind, values:
        case "half-normal", (scale,):
            return HalfNormalTau(scale, OWN)
        case "log-normal", (mean, sd):
            return LogNormalTau2(mean, sd, OWN)
        case "uniform", (upper,):
            return UniformTau(upper, OWN)
    raise _unknown(name, kind)


def usual_prior(endpoint: str, network: Network) -> str:
    """What is taken where nobody chose: what meta-analyses of such an outcome and such comparisons showed.

    Notes
    -----
    Of several kinds of comparison in a network the one with the largest median tau: all share one tau.
    """
    outcome = "mortality" if endpoint == "OS" else "composite"
    kinds = {_kind(*pair) for trial in network.trials for pair in combinations(trial.arms, 2)}
    widest = max(sorted(kinds), key=lambda kind: TABLE_IV[outcome, kind][0])
    return f"{outcome}-{widest}"


def second_prior(name: str, endpoint: str, network: Network) -> str:
    """A second prior, to see how much the first decides."""
    return usual_prior(endpoint, network) if name == WEAK else WEAK


def _kind(one: str, other: str) -> str:
    """What a comparison is of, by what its arms do not share."""
    parts = [set(arm.split(" + ")) for arm in (one, other)]
    own = [arm - parts[1 - place] - set(CONTROLS) for place, arm in enumerate(parts)]
    kinds = ["placebo" if not arm else "procedure" if arm & set(PROCEDURES) else "drug" for arm in own]
    # Both orders of a pair are one kind; a placebo and best supportive care tell as much as placebo and a drug.
    first, second = sorted(kinds, key=("procedure", "drug", "placebo").index)
    return "drug-v-placebo" if first == "placebo" else f"{first}-v-{second}"


def _unknown(name: str, kind: str) -> UsageError:
    allowed = (*EMPIRICAL, WEAK, *(f"{word}:{numbers}" for word, numbers in WITH_NUMBERS.items()))
    meant = near_miss(kind, (*EMPIRICAL, WEAK, *WITH_NUMBERS))
    if kind in WITH_NUMBERS:
        fix = f"write {kind}:{WITH_NUMBERS[kind]} in numbers, for example {_example(kind)}"
    else:
        fix = f"did you mean {meant}?" if meant else "choose one of these"
    return UsageError(f"no such prior on tau: {name}\n  allowed: {'; '.join(allowed)}\n  fix:     {fix}")


def _example(kind: str) -> str:
    return {"half-normal": "half-normal:0.5", "log-normal": "log-normal:-3.95,1.34", "uniform": "uniform:1"}[
        kind
    ]
